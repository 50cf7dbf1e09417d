import Ground
import Tokenization

/// What pre-training reads, every token of it a target: a text, or a dialogue as the chat template writes it.
public enum PretrainingDocument: Sendable, Equatable {
    case text(String)
    /// Teaches the template's own tokens too, which no text has, and which adapters cannot teach: they leave the embedding as it is.
    case dialogue([ChatMessage])

    /// The words alone, without a template.
    public var words: String {
        switch self {
        case .text(let text): text
        case .dialogue(let turns): turns.map(\.content).joined(separator: "\n\n")
        }
    }

    /// The token ids; the special tokens among them are the template's alone, whatever the words seem to hold.
    func tokens(with tokenizer: Tokenizer, template: ChatTemplate) throws -> [Int32] {
        switch self {
        case .text(let text): return tokenizer.encode(text)
        case .dialogue(let messages):
            return try template.tokens(messages, addingGenerationPrompt: false, with: tokenizer).tokens
        }
    }
}
