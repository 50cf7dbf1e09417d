import Records

/// Selection by rank: the best share of the rated pairs, whatever their scores.
///
/// Ranks need every score, so the pairs are rated first and selected afterwards. Equal scores are told apart by a hash of the pair's id,
/// so that the selection does not depend on the order of the input.
public struct TopFraction: Sendable, Equatable {
    public var fraction: Double

    public init(_ fraction: Double) { self.fraction = fraction }

    /// For each pair whether it is among the best `fraction`, rounded up.
    public func selection(of scored: [(id: String, score: Double)]) -> [Bool] {
        let count = min(scored.count, Int((Double(scored.count) * fraction).rounded(.up)))
        let ranked = scored.indices.sorted { one, other in
            if scored[one].score != scored[other].score { return scored[one].score > scored[other].score }
            let hashes = (stableHash64(scored[one].id), stableHash64(scored[other].id))
            return hashes.0 != hashes.1 ? hashes.0 < hashes.1 : scored[one].id < scored[other].id
        }
        var isSelected = [Bool](repeating: false, count: scored.count)
        for index in ranked.prefix(count) { isSelected[index] = true }
        return isSelected
    }
}
