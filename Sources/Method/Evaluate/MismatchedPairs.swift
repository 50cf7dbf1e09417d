import Ground
import Records

/// For each pair the other pairs that it must be told from: the one whose instruction is most like its own, and some at random.
///
/// All depend on the pairs' texts alone, not on their order: pairs are put in the order of their hashes, the random ones are the next in it,
/// so that each instruction is about as often a wrong one as any other.
/// An instruction that shares half of its words with the own one, or that the same output answers, is no wrong one.
struct MismatchedPairs: Sendable {
    /// Places among the pairs; nil where there is no such pair.
    struct Others: Sendable, Equatable {
        var near: Int?
        /// As many as were asked for, where there are so many.
        var strangers: [Int] = []
        var random: Int? { strangers.first }
    }

    let others: [Others]

    /// - Parameter strangers: how many random ones a pair shall have.
    init(_ pairs: [Seed], strangers: Int = 1) {
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
            let following = (1..<max(2, min(order.count, Self.mostSteps + strangers))).lazy.map { order[(place + $0) % order.count] }
            others[pair].strangers = Array(following.filter { isStranger(pair, $0) }.prefix(strangers))
        }
        self.others = others
    }

    private static let mostAlike = 60
    private static let mostSteps = 60
}
