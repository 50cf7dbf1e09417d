/// The numbers that the products of inference are computed with. Attention, norms and sampling are always in float32.
public enum Precision: String, Sendable, CaseIterable {
    case float32
    /// Weights and activations of 8 bits in blocks of 64 with a scale each; products within a block are exact. On trained models no further from
    /// float32 than llama.cpp's Q8_0 is, measured in BENCHMARKS.md.
    case int8

    /// The bytes that so many packed weights take; in int8 the scales and sums of the blocks are a sixteenth of them.
    func bytes(ofWeights count: Int) -> Int { self == .int8 ? count + count / 16 : 4 * count }
}
