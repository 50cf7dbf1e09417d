import Foundation
import Ground

/// An endless, seeded sequence of examples that can be asked at any draw.
///
/// A draw depends on its number alone, so the position of a run in its data is the number of its step, and a resumed run goes on
/// exactly where the interrupted one was.
public protocol ExampleSource: Sendable {
    /// How many draws are one epoch.
    var count: Int { get }
    /// A hash of content and order; a checkpoint refuses to continue on other data.
    var fingerprint: UInt64 { get }
    func example(at draw: Int) -> TrainingExample
}

/// Examples in a seeded order, a new one each epoch.
public struct ShuffledExamples: ExampleSource {
    public let examples: [TrainingExample]
    public let seed: UInt64
    public let fingerprint: UInt64
    /// How many examples were longer than the context and were cut at their end.
    public let truncatedCount: Int

    public var count: Int { examples.count }

    /// - Parameter context: the number of tokens that the model reads at most; longer examples are cut at their end.
    /// - Throws: `TrainingError.nothingToLearn` with the index of an example that has no target inside the context, and
    ///   `TrainingError.noExamples`.
    public init(_ examples: [TrainingExample], context: Int, seed: UInt64) throws {
        guard !examples.isEmpty else { throw TrainingError.noExamples }
        var kept: [TrainingExample] = []
        kept.reserveCapacity(examples.count)
        var truncated = 0
        var hash = ContentFingerprint(seed: seed)
        for (index, example) in examples.enumerated() {
            let fitting = example.cut(to: context)
            guard fitting.targetCount > 0 else {
                throw TrainingError.nothingToLearn(index: index, tokens: example.tokens.count, context: context)
            }
            if fitting.tokens.count < example.tokens.count { truncated += 1 }
            hash.combine(fitting)
            kept.append(fitting)
        }
        self.examples = kept
        self.seed = seed
        truncatedCount = truncated
        fingerprint = hash.bits
    }

    public func example(at draw: Int) -> TrainingExample {
        let order = EpochOrder(count: count, seed: seed, epoch: draw / count)
        return examples[order.index(at: draw % count)]
    }
}

extension ContentFingerprint {
    /// Takes in a value by its declared fields, in the order of their names.
    mutating func combine(encoding value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        combine(try encoder.encode(value))
    }

    mutating func combine(_ example: TrainingExample) {
        combine(UInt64(example.tokens.count))
        for (token, isTarget) in zip(example.tokens, example.isTarget) {
            combine(UInt64(UInt32(bitPattern: token)) << 1 | (isTarget ? 1 : 0))
        }
    }
}
