/// How a conversation is written for a model.
public struct ChatTemplate: Sendable, Equatable {
    /// The template as tokenizer_config.json keeps it, in the Jinja language.
    public let source: String

    /// A template as a model folder has it.
    public init(jinja source: String) throws { self.source = source }

    private init(_ source: String) { self.source = source }

    /// The template that a base model without one of its own is given: the special tokens of our vocabularies where the vocabulary has them,
    /// headings in plain text otherwise.
    public static func plain(for tokenizer: Tokenizer) -> ChatTemplate {
        let names = ["<|system|>", "<|user|>", "<|assistant|>", "<|end|>"]
        return names.allSatisfy { tokenizer.id(of: $0) != nil } ? .specialTokens : .headings
    }

    static let specialTokens = ChatTemplate(
        "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endfor %}"
            + "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}")

    static let headings = ChatTemplate(
        "{% for message in messages %}{% if message['role'] == 'system' %}{{ message['content'] + '\\n\\n' }}"
            + "{% elif message['role'] == 'user' %}{{ '### Instruction:\\n' + message['content'] + '\\n\\n' }}"
            + "{% else %}{{ '### Response:\\n' + message['content'] + eos_token + '\\n\\n' }}{% endif %}{% endfor %}"
            + "{% if add_generation_prompt %}{{ '### Response:\\n' }}{% endif %}")

    /// The conversation's tokens, and which of them the assistant says: its contents, and the token that ends its turn.
    ///
    /// The contents of turns are text, whatever special tokens they seem to hold.
    /// - Parameter addingGenerationPrompt: whether the assistant's next turn is opened at the end.
    /// - Throws: `TokenizationError` when the template refuses the conversation.
    public func tokens(
        _ turns: [ChatTurn], addingGenerationPrompt: Bool, with tokenizer: Tokenizer
    ) throws -> (tokens: [Int32], isAssistant: [Bool]) {
        tokenizer.encode(try render(turns, addingGenerationPrompt: addingGenerationPrompt, with: tokenizer))
    }

    /// The conversation as the template writes it.
    public func text(_ turns: [ChatTurn], addingGenerationPrompt: Bool, with tokenizer: Tokenizer) throws -> String {
        String(decoding: try render(turns, addingGenerationPrompt: addingGenerationPrompt, with: tokenizer).bytes, as: UTF8.self)
    }

    func render(_ turns: [ChatTurn], addingGenerationPrompt: Bool, with tokenizer: Tokenizer) throws(TokenizationError) -> TaggedText {
        guard self == .specialTokens || self == .headings else {
            throw .unsupported(part: "chat template", found: String(source.prefix(80)), supported: "the plain templates")
        }
        let end = tokenizer.endTokens.first.map(tokenizer.file.content) ?? ""
        var text = TaggedText()
        for turn in turns {
            let tag: TaggedText.Tag = turn.role == .assistant ? [.content, .assistant] : .content
            if self == .specialTokens {
                text.append("<|\(turn.role.rawValue)|>")
            } else {
                text.append(turn.role == .system ? "" : turn.role == .user ? "### Instruction:\n" : "### Response:\n")
            }
            text.append(turn.content, tag)
            text.append(self == .specialTokens ? "<|end|>" : turn.role == .assistant ? end + "\n\n" : "\n\n")
        }
        if addingGenerationPrompt { text.append(self == .specialTokens ? "<|assistant|>" : "### Response:\n") }
        return text
    }
}
