import Foundation

/// What can be wrong with a request to a local model.
public enum InferenceError: Error, Sendable, Equatable {
    case emptyPrompt
    case promptTooLong(tokens: Int, contextLength: Int)
    case tokenOutsideVocabulary(token: Int32, vocabularySize: Int)
    case wrongSampling(reason: String)
}

extension InferenceError: CustomStringConvertible, LocalizedError {
    public var description: String {
        switch self {
        case .emptyPrompt:
            "The prompt has no tokens, and this model has no token that begins a text. Give it at least one word."
        case .promptTooLong(let tokens, let contextLength):
            "The prompt has \(tokens) tokens, and with an answer of at least one the model takes \(contextLength). Shorten it."
        case .tokenOutsideVocabulary(let token, let size):
            "The tokenizer gives the token \(token), but the model knows \(size). The tokenizer belongs to another model."
        case .wrongSampling(let reason):
            "The sampling cannot be done: \(reason)."
        }
    }

    public var errorDescription: String? { description }
}
