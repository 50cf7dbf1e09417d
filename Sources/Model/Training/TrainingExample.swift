/// A sequence of token ids, and which of them the model is to learn.
///
/// A target at position i is predicted from the tokens before i; the first token has nothing before it and is never predicted.
public struct TrainingExample: Sendable, Equatable {
    public let tokens: [Int32]
    /// Whether the token at this position has a loss, one flag a token.
    public let isTarget: [Bool]

    public init(tokens: [Int32], isTarget: [Bool]) {
        precondition(tokens.count == isTarget.count, "one flag a token")
        self.tokens = tokens
        self.isTarget = isTarget
    }

    /// Loss on the completion alone.
    public init(prompt: [Int32], completion: [Int32]) {
        tokens = prompt + completion
        isTarget = Array(repeating: false, count: prompt.count) + Array(repeating: true, count: completion.count)
    }

    /// Loss on every token.
    public init(text: [Int32]) {
        tokens = text
        isTarget = Array(repeating: true, count: text.count)
    }

    /// How many tokens have a loss.
    public var targetCount: Int {
        isTarget.dropFirst().reduce(0) { $0 + ($1 ? 1 : 0) }
    }

    /// How many tokens the model reads: all before the last target. What follows it cannot change the loss.
    public var inputCount: Int {
        max(0, isTarget.lastIndex(of: true) ?? 0)
    }

    /// The tokens that all examples with a target begin with, none of which predicts one; none for one example alone.
    static func opening(of examples: [TrainingExample]) -> [Int32] {
        let examples = examples.filter { $0.inputCount > 0 }
        guard examples.count > 1, let first = examples.first else { return [] }
        return examples.reduce(first.tokens) { opening, example in
            let target = example.isTarget.dropFirst().firstIndex(of: true) ?? 1
            return zip(opening, example.tokens).prefix(target - 1).prefix { $0 == $1 }.map(\.0)
        }
    }

    /// The example cut at its end so that the model reads at most `context` tokens.
    public func cut(to context: Int) -> TrainingExample {
        guard tokens.count > context + 1 else { return self }
        return TrainingExample(tokens: Array(tokens.prefix(context + 1)), isTarget: Array(isTarget.prefix(context + 1)))
    }
}
