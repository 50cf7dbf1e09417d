/// What a model was trained to do.
public enum ModelRole: String, Sendable, CaseIterable {
    /// Instruction to output.
    case forward
    /// Output to the instruction it would answer.
    case backward
    /// Instruction and output to a score.
    case judge
    /// Instruction and passage to an answer in the passage's words.
    case rewrite
}
