import Foundation
import Ground
import Jinja

/// How a conversation is written for a model.
public struct ChatTemplate: Sendable {
    /// The template as tokenizer_config.json keeps it, in the Jinja language.
    public let source: String
    /// The day that a template which asks for it is told; nil tells it today.
    public var date: Date?

    /// The template as read, or why it cannot be: a tokenizer can be used without its template.
    private let parsed: Result<JinjaTemplate, TokenizationError>

    /// A template in the Jinja language, with the settings that transformers gives it.
    ///
    /// An error in it is thrown where the template is first used.
    public init(jinja source: String) {
        self.source = source
        do throws(JinjaError) { parsed = .success(try JinjaTemplate(source)) } catch { parsed = .failure(TokenizationError(error)) }
    }

    /// Throws what is wrong with the template's syntax, if anything is.
    public func check() throws { _ = try parsed.get() }

    /// The template that a base model without one of its own is given: the special tokens of our vocabularies where the vocabulary has them,
    /// headings in plain text otherwise.
    public static func plain(for tokenizer: Tokenizer) -> ChatTemplate {
        let names = ["<|system|>", "<|user|>", "<|assistant|>", "<|end|>"]
        return names.allSatisfy { tokenizer.id(of: $0) != nil } ? .specialTokens : .headings
    }

    static let specialTokens = ChatTemplate(
        jinja: "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endfor %}"
            + "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}")

    static let headings = ChatTemplate(
        jinja: "{% for message in messages %}{% if message['role'] == 'system' %}{{ message['content'] + '\\n\\n' }}"
            + "{% elif message['role'] == 'user' %}{{ '### Instruction:\\n' + message['content'] + '\\n\\n' }}"
            + "{% else %}{{ '### Response:\\n' + message['content'] + eos_token + '\\n\\n' }}{% endif %}{% endfor %}"
            + "{% if add_generation_prompt %}{{ '### Response:\\n' }}{% endif %}")

    /// The conversation's tokens, and which of them the assistant says: what the template's generation blocks cover, or where it has none
    /// the assistant's contents and the token that ends each; nothing of turns that are not learned.
    ///
    /// The contents of turns are text, whatever special tokens they seem to hold.
    /// - Parameter addingGenerationPrompt: whether the assistant's next turn is opened at the end.
    ///
    /// Where a template refuses a system turn, as those of models without one do, its text goes before the first user's.
    /// - Throws: `TokenizationError` when the template is wrong, does too much, or refuses the conversation.
    public func tokens(
        _ turns: [ChatMessage], addingGenerationPrompt: Bool, with tokenizer: Tokenizer
    ) throws -> (tokens: [Int32], isAssistant: [Bool]) {
        tokenizer.encode(try renderFolding(turns, addingGenerationPrompt: addingGenerationPrompt, with: tokenizer))
    }

    /// The conversation as the template writes it.
    public func text(_ turns: [ChatMessage], addingGenerationPrompt: Bool, with tokenizer: Tokenizer) throws -> String {
        String(decoding: try renderFolding(turns, addingGenerationPrompt: addingGenerationPrompt, with: tokenizer).bytes, as: UTF8.self)
    }

    private func renderFolding(
        _ turns: [ChatMessage], addingGenerationPrompt: Bool, with tokenizer: Tokenizer
    ) throws(TokenizationError) -> TaggedText {
        do throws(TokenizationError) {
            return try render(turns, addingGenerationPrompt: addingGenerationPrompt, with: tokenizer)
        } catch {
            guard case .conversation = error, turns.count > 1, turns[0].role == .system, turns[1].role == .user else { throw error }
            let folded = ChatMessage(.user, turns[0].content + "\n\n" + turns[1].content)
            return try render([folded] + turns.dropFirst(2), addingGenerationPrompt: addingGenerationPrompt, with: tokenizer)
        }
    }

    func render(_ turns: [ChatMessage], addingGenerationPrompt: Bool, with tokenizer: Tokenizer) throws(TokenizationError) -> TaggedText {
        try render(turns, addingGenerationPrompt: addingGenerationPrompt, names: tokenizer.templateNames)
    }

    /// Renders with the names of special tokens such as bos_token.
    func render(
        _ turns: [ChatMessage], addingGenerationPrompt: Bool, names: [String: String]
    ) throws(TokenizationError) -> TaggedText {
        let template = try parsed.get()
        let messages = turns.map { turn in
            JinjaTemplate.Message(
                role: turn.role.rawValue, content: turn.content, marks: Self.marks(of: turn, marksAssistant: !template.marksGeneration))
        }
        var text: TaggedText
        do throws(JinjaError) {
            text = TaggedText(try template.render(messages, addingGenerationPrompt: addingGenerationPrompt, names: names, date: date))
        } catch { throw TokenizationError(error) }
        text.hasExactTags = template.marksGeneration
        text.leaveOutUnlearned()
        return text
    }

    private static func marks(of turn: ChatMessage, marksAssistant: Bool) -> UInt32 {
        guard turn.role == .assistant else { return JinjaText.contentMark }
        return JinjaText.contentMark | (!turn.isLearned ? JinjaText.unlearnedMark : marksAssistant ? JinjaText.assistantMark : 0)
    }
}

extension ChatTemplate: Equatable {
    /// Two templates are equal when their sources are, byte for byte, and they are told the same day.
    public static func == (one: ChatTemplate, other: ChatTemplate) -> Bool {
        one.source.utf8.elementsEqual(other.source.utf8) && one.date == other.date
    }
}
