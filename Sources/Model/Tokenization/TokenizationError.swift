import Foundation
import Ground
import Jinja

/// What can be wrong with a tokenizer's files, a chat template or a conversation.
public enum TokenizationError: Error, Sendable, Equatable {
    /// A file that should lie in the folder is not there.
    case missingFile(path: String)
    /// A file exists but cannot be read.
    case unreadable(path: String, reason: String)
    /// The JSON is broken at a byte.
    case malformedJSON(byte: Int, problem: String)
    /// A part of a tokenizer file is missing or has the wrong form.
    case malformed(part: String, problem: String)
    /// A part that is well-formed but that this tokenizer does not know.
    case unsupported(part: String, found: String, supported: String)
    /// A chat template that cannot be read, or that refused the conversation.
    case template(line: Int, problem: String)
    /// A conversation that has no meaning for the template.
    case conversation(problem: String)
    /// Training was asked for something impossible.
    case training(problem: String)
}

extension TokenizationError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .missingFile(let path):
            "\(path) is not there; a model folder needs tokenizer.json (or tokenizer.model, a .tiktoken file, or vocab.json with merges.txt)"
        case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
        case .malformedJSON(let byte, let problem): "broken JSON at byte \(byte): \(problem); the file may be cut short, fetch it again"
        case .malformed(let part, let problem): "the tokenizer's \(part) is wrong: \(problem); compare the file with its source"
        case .unsupported(let part, let found, let supported): "the tokenizer's \(part) \(found) is not supported; supported: \(supported)"
        case .template(let line, let problem): "the chat template, line \(line): \(problem)"
        case .conversation(let problem): "the conversation does not fit the chat template: \(problem)"
        case .training(let problem): "the tokenizer cannot be trained: \(problem)"
        }
    }

    public var errorDescription: String? { description }
}

extension JSONNode {
    /// Reads JSON, with this room's error.
    static func reading(_ source: [UInt8]) throws(TokenizationError) -> JSONNode {
        do throws(JSONError) { return try JSONNode(parsing: source) } catch {
            throw .malformedJSON(byte: error.offset, problem: error.detail)
        }
    }
}

extension TokenizationError {
    /// What is wrong with a chat template, in this room's words.
    init(_ error: JinjaError) {
        self =
            switch error {
            case .template(let line, let problem): .template(line: line, problem: problem)
            case .refused(let problem): .conversation(problem: problem)
            }
    }
}
