import Ground
import Tokenization
import Training

/// Turns training dialogues into token ids with a loss on what the assistant says.
///
/// A row longer than the context has its output cut at the last sentence end that lets the whole fit; where the output is what the model
/// learns to say, the end-of-turn token goes with what was cut, so that no model learns to stop in mid-thought. A row that does not fit
/// even with an empty output is left out and counted. Of a conversation the last exchanges go first, until it fits or one is left.
public struct RowEncoder: Sendable {
    public let tokenizer: Tokenizer
    public let template: ChatTemplate
    public let contextLength: Int
    /// The rows of the model's embedding.
    private let vocabularySize: Int

    public init(tokenizer: Tokenizer, template: ChatTemplate, contextLength: Int, vocabularySize: Int = .max) {
        self.vocabularySize = vocabularySize
        self.tokenizer = tokenizer
        self.template = template
        self.contextLength = contextLength
    }

    public enum Encoding: Sendable, Equatable {
        case whole(TrainingExample)
        case cut(TrainingExample)
        /// Even without its output the row has more tokens than the context.
        case tooLong(tokens: Int)
    }

    public func encode(_ row: RoleRow) throws -> Encoding {
        var whole = try example(row, output: row.output, further: row.further)
        if whole.tokens.count <= contextLength { return .whole(whole) }
        var further = row.further
        while !further.isEmpty {
            further.removeLast(min(2, further.count))
            whole = try example(row, output: row.output, further: further)
            if whole.tokens.count <= contextLength { return .cut(whole) }
        }
        var shorter = SentenceCut(of: row.output)
        while let output = shorter.candidate { shorter.note(try example(row, output: output).tokens.count <= contextLength) }
        guard let output = shorter.longest else {
            if row.role == .forward { return .cut(dropping(whole)) }
            let bare = try example(row, output: "")
            return .tooLong(tokens: bare.tokens.count)
        }
        let cut = try example(row, output: output)
        return .cut(row.role == .forward ? withoutEndOfTurn(cut) : cut)
    }

    private func example(_ row: RoleRow, output: String, further: [ChatMessage] = []) throws -> TrainingExample {
        try example(row.dialogue(output) + further)
    }

    /// A whole dialogue, with a loss on everything the assistant says, but for turns that are not learned.
    ///
    /// Throws `FinetuneError.vocabularyMismatch` for a token that the model has no row for, as a tokenizer of another model gives it.
    func example(_ messages: [ChatMessage]) throws -> TrainingExample {
        let encoded = try template.tokens(messages, addingGenerationPrompt: false, with: tokenizer)
        if let highest = encoded.tokens.max(), highest >= vocabularySize {
            throw FinetuneError.vocabularyMismatch(tokenizer: Int(highest) + 1, model: vocabularySize)
        }
        return TrainingExample(tokens: encoded.tokens, isTarget: encoded.isAssistant)
    }

    /// The first tokens of an answer that has no sentence end within the context.
    private func dropping(_ example: TrainingExample) -> TrainingExample {
        TrainingExample(tokens: Array(example.tokens.prefix(contextLength)), isTarget: Array(example.isTarget.prefix(contextLength)))
    }

    private func withoutEndOfTurn(_ example: TrainingExample) -> TrainingExample {
        guard let last = example.isTarget.lastIndex(of: true) else { return example }
        return TrainingExample(tokens: Array(example.tokens.prefix(last)), isTarget: Array(example.isTarget.prefix(last)))
    }
}
