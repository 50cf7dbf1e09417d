import Ground

/// A prompt with a better and a worse answer, as token ids.
public struct PreferencePair: Sendable, Equatable {
    public let prompt: [Int32]
    public let chosen: [Int32]
    public let rejected: [Int32]

    public init(prompt: [Int32], chosen: [Int32], rejected: [Int32]) {
        self.prompt = prompt
        self.chosen = chosen
        self.rejected = rejected
    }
}

/// Pairs in a seeded order, a new one each epoch, or in the order given.
public struct PreferencePairs: Sendable {
    public enum Order: Sendable, Equatable {
        case seeded(UInt64)
        case given
    }

    /// The answers of a pair, chosen and rejected, as sequences that fit the context.
    public let answers: [[TrainingExample]]
    public let order: Order
    public let fingerprint: UInt64
    /// How many answers were longer than the context and were cut at their end.
    public let truncatedCount: Int

    public var count: Int { answers.count }

    /// - Throws: `TrainingError.nothingToLearn` with the index of a pair that has an answer without a token inside the context, and
    ///   `TrainingError.noExamples`.
    public init(_ pairs: [PreferencePair], context: Int, order: Order) throws {
        guard !pairs.isEmpty else { throw TrainingError.noExamples }
        var hash = ContentFingerprint()
        if case .seeded(let seed) = order { hash.combine(seed) }
        var truncated = 0
        answers = try pairs.enumerated().map { index, pair in
            try [pair.chosen, pair.rejected].map { answer in
                let whole = TrainingExample(prompt: pair.prompt, completion: answer)
                let fitting = whole.cut(to: context)
                guard fitting.targetCount > 0 else {
                    throw TrainingError.nothingToLearn(index: index, tokens: whole.tokens.count, context: context)
                }
                if fitting.tokens.count < whole.tokens.count { truncated += 1 }
                hash.combine(fitting)
                return fitting
            }
        }
        self.order = order
        truncatedCount = truncated
        fingerprint = hash.bits
    }

    /// The index of the pair at this draw of the endless order.
    public func index(at draw: Int) -> Int {
        switch order {
        case .seeded(let seed): EpochOrder(count: count, seed: seed, epoch: draw / count).index(at: draw % count)
        case .given: draw % count
        }
    }
}
