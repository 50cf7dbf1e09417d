/// One turn of a conversation.
public struct ChatMessage: Sendable, Equatable, Hashable {
    public enum Role: String, Sendable { case system, user, assistant }

    public var role: Role
    public var content: String
    /// Whether a model learns to say it, where it is an answer; false where the source gives it the weight 0.
    public var isLearned: Bool

    public init(_ role: Role, _ content: String, isLearned: Bool = true) {
        self.role = role
        self.content = content
        self.isLearned = isLearned
    }
}
