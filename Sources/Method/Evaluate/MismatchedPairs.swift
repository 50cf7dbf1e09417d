import Records

/// For each pair the other pairs that it must be told from: the one whose instruction is most like its own, and one at random.
///
/// Both depend on the pairs' texts alone, not on their order: pairs are put in the order of their hashes, the random one is the next in it.
/// An instruction that shares half of its words with the own one, or that the same output answers, is no wrong one.
struct MismatchedPairs: Sendable {
    /// Places among the pairs; nil where there is no such pair.
    struct Others: Sendable, Equatable {
        var near: Int?
        var random: Int?
    }

    let others: [Others]

    init(_ pairs: [Seed]) {
        let hashes = pairs.map { stableHash64($0.instruction + "\u{0}" + $0.output, seed: 0x0DD) }
        let order = pairs.indices.sorted { (hashes[$0], $0) < (hashes[$1], $1) }
        let words = pairs.map { Set(LexicalIndex.words($0.instruction)) }
        let lengths = pairs.map { Double(LexicalIndex.words($0.instruction).count) }
        func isStranger(_ one: Int, _ other: Int) -> Bool {
            guard one != other, pairs[one].output != pairs[other].output, pairs[one].instruction != pairs[other].instruction else {
                return false
            }
            let union = words[one].union(words[other]).count
            return union == 0 || 2 * words[one].intersection(words[other]).count < union
        }
        let index = LexicalIndex(order.map { pairs[$0].instruction })
        var others = [Others](repeating: Others(), count: pairs.count)
        for (place, pair) in order.enumerated() {
            let like = index.ranking(for: pairs[pair].instruction, limit: Self.mostAlike).map { order[$0] }.filter { isStranger(pair, $0) }
            // Length shall tell nothing.
            let asLong = like.first { abs(lengths[$0] - lengths[pair]) <= max(2, 0.3 * lengths[pair]) }
            others[pair].near = asLong ?? like.first
            others[pair].random = (1..<max(2, min(order.count, Self.mostSteps))).lazy.map { order[(place + $0) % order.count] }
                .first { isStranger(pair, $0) }
        }
        self.others = others
    }

    private static let mostAlike = 60
    private static let mostSteps = 60
}
