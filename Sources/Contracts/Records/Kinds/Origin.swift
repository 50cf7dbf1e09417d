/// Where a pair comes from.
public enum Origin: String, Sendable, CaseIterable {
    /// Written by people.
    case seed
    /// An instruction that the backward model found for a passage.
    case augmented
    /// An augmented pair whose output a model wrote anew.
    case rewritten
    /// A model's own answer.
    case selfplay
}
