/// Whole sequences laid end to end for one forward and backward pass: no padding, and no attention from one to another.
public struct MicroBatch: Sendable, Equatable {
    /// The tokens that the model reads, sequence after sequence.
    public internal(set) var tokens: [Int32] = []
    /// The number of tokens of each sequence.
    public internal(set) var lengths: [Int] = []
    /// The rows of `tokens` from which a target is predicted, ascending.
    public internal(set) var targetRows: [Int32] = []
    /// The token to predict at each target row.
    public internal(set) var targets: [Int32] = []
    /// How many of `targetRows` each sequence has.
    public internal(set) var targetCounts: [Int] = []
    /// The tokens of the step that stand in earlier micro-batches.
    public internal(set) var firstToken = 0

    /// Lays the sequences of a step, without the `opening` tokens that all of them begin with, in their order, into as few micro-batches as that order allows with `tokenBudget` tokens each; a
    /// sequence over the budget has one of its own.
    ///
    /// The order is kept on purpose: gradients are sums over tokens in their order, so that the size of the micro-batch, and with it
    /// the memory, does not change a bit of the result. Better filling would save little, for a product is as fast on 900 rows as on
    /// 1,000.
    public static func pack(_ examples: [TrainingExample], opening: Int = 0, tokenBudget: Int) -> [MicroBatch] {
        pack(together: examples.map { [$0] }, opening: opening, tokenBudget: tokenBudget)
    }

    /// The same for groups of sequences that must stand in one micro-batch, as the two answers of a preference.
    public static func pack(together groups: [[TrainingExample]], opening: Int = 0, tokenBudget: Int) -> [MicroBatch] {
        var batches: [MicroBatch] = []
        var current = MicroBatch()
        var first = 0
        for group in groups {
            let length = group.reduce(0) { $0 + max(0, $1.inputCount - opening) }
            guard length > 0 else { continue }
            if !current.tokens.isEmpty && current.tokens.count + length > tokenBudget {
                first += current.tokens.count
                batches.append(current)
                current = MicroBatch()
                current.firstToken = first
            }
            for example in group where example.inputCount > opening {
                current.append(example, length: example.inputCount, after: opening)
            }
        }
        if !current.tokens.isEmpty { batches.append(current) }
        return batches
    }

    mutating func append(_ example: TrainingExample, length: Int, after opening: Int = 0) {
        let base = tokens.count - opening
        tokens.append(contentsOf: example.tokens[opening..<length])
        lengths.append(length - opening)
        let before = targets.count
        for position in opening + 1...length where example.isTarget[position] {
            targetRows.append(Int32(base + position - 1))
            targets.append(example.tokens[position])
        }
        targetCounts.append(targets.count - before)
    }
}
