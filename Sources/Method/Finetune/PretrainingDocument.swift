import Records

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
}
