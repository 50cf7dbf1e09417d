/// The numbers that the products of inference are computed with.
public enum Precision: String, Sendable, CaseIterable {
    case float32
}
