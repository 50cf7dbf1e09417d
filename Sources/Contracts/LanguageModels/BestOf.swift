extension LanguageModel {
    /// Of several answers, sampled side by side, the one with the highest log-probability as a whole; one that ended before any that the
    /// token limit cut off, and the first of equals.
    ///
    /// - Parameters:
    ///   - key: of the first answer; the others are sampled under `key~2` and on.
    ///   - bestOf: how many are sampled.
    public func complete(_ prompt: Prompt, sampling: Sampling, key: String, bestOf: Int) async throws -> Completion {
        let sampled = try await sideBySide(1...max(1, bestOf)) { number in
            try await complete(prompt, sampling: sampling, key: number == 1 ? key : "\(key)~\(number)")
        }
        func rank(_ answer: Completion) -> (Int, Double) { (answer.end == .stop ? 1 : 0, answer.logProbability ?? -.infinity) }
        var best = sampled[0]
        for answer in sampled.dropFirst() where rank(answer) > rank(best) { best = answer }
        return best
    }
}
