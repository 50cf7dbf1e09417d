import Ground
import Records

extension [Outcome] {
    /// The samples of one passage, of equal instructions the first alone: the others are dropped with its id as the threshold. White space and
    /// letter case do not count.
    func droppingTwins() -> [Outcome] {
        guard count > 1 else { return self }
        var first: [String: JSONValue] = [:]
        return map { outcome in
            guard case .kept(let pairs) = outcome, let pair = pairs.first, let instruction = pair["instruction"]?.string else {
                return outcome
            }
            let words = PairTwins.words(instruction)
            if let other = first[words] { return .dropped(pair, Rejection("instruction_twin", threshold: other)) }
            first[words] = pair["id"] ?? .null
            return outcome
        }
    }
}
