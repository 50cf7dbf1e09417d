/// How a conversation is written for a model.
public struct ChatTemplate: Sendable, Equatable {
    /// The template as tokenizer_config.json keeps it, in the Jinja language.
    public let source: String

    init(jinja source: String) throws(TokenizationError) { self.source = source }
}
