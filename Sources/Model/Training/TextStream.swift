import Ground

/// Pre-training text: documents joined in a seeded order and cut into windows of the context length, with a loss on every token.
///
/// A window reads `context` tokens and predicts `context` tokens, each from all before it in the window; neighbours share one token,
/// so every token of the stream but the first is learned once an epoch. A document ends with whatever separator the caller put at its
/// end; attention inside a window does cross it, as is usual in pre-training. After the first epoch the cuts move by a seeded offset.
public struct TextStream: ExampleSource {
    /// The joined documents.
    public let tokens: [Int32]
    public let context: Int
    public let seed: UInt64
    public let count: Int
    public let fingerprint: UInt64

    /// - Throws: `TrainingError.noExamples` where there are fewer than two tokens.
    public init(documents: [[Int32]], context: Int, seed: UInt64) throws {
        precondition(context > 0, "a context of at least one token")
        let total = documents.reduce(0) { $0 + $1.count }
        guard total > 1 else { throw TrainingError.noExamples }
        var joined: [Int32] = []
        joined.reserveCapacity(total)
        let order = EpochOrder(count: documents.count, seed: seed, epoch: -1)
        for position in 0..<documents.count {
            joined.append(contentsOf: documents[order.index(at: position)])
        }
        self.init(joined: joined, context: context, seed: seed)
    }

    private init(joined: [Int32], context: Int, seed: UInt64) {
        tokens = joined
        self.context = context
        self.seed = seed
        let predicted = joined.count - 1
        // Room for any offset where the text is long; a short text keeps its one cutting.
        count = Self.moves(predicted, context) ? (predicted - (context - 1)) / context : max(1, predicted / context)
        var hash = ContentFingerprint(seed: seed)
        hash.combine(UInt64(context))
        joined.withUnsafeBytes { hash.combine($0) }
        fingerprint = hash.bits
    }

    public func example(at draw: Int) -> TrainingExample {
        let epoch = draw / count
        let window = EpochOrder(count: count, seed: seed, epoch: epoch).index(at: draw % count)
        var offset = 0
        if epoch > 0 && Self.moves(tokens.count - 1, context) {
            offset = Int(KeyedRandom(seed: seed).keyed(UInt64(epoch)).keyed(0x0FF5).bits % UInt64(context))
        }
        let start = offset + window * context
        return TrainingExample(text: Array(tokens[start..<min(tokens.count, start + context + 1)]))
    }

    private static func moves(_ predicted: Int, _ context: Int) -> Bool { predicted >= 8 * context }
}
