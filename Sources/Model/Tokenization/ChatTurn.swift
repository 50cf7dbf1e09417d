/// One turn of a conversation, as a chat template writes it.
public struct ChatTurn: Sendable, Equatable {
    /// Who speaks.
    public enum Role: String, Sendable { case system, user, assistant }

    /// Who speaks in this turn.
    public var role: Role
    /// What is said: text only, whatever it looks like.
    public var content: String
    /// Whether it counts as what the assistant says, where it is the assistant's; false leaves it a part of the prompt.
    public var isLearned: Bool

    public init(_ role: Role, _ content: String, isLearned: Bool = true) {
        self.role = role
        self.content = content
        self.isLearned = isLearned
    }
}
