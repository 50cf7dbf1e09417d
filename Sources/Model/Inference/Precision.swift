/// The numbers that the products of inference are computed with. Attention, norms and sampling are always in float32.
public enum Precision: String, Sendable, CaseIterable {
    case float32
    /// Weights of 8 bits with a scale an output row, activations rounded to 8 bits a token; the products are exact.
    case int8
}
