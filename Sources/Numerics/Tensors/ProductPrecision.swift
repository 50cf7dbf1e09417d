/// The numbers that matrix products of floats take their operands as; sums are float32 always.
public enum ProductPrecision: String, CaseIterable, Codable, Sendable {
    /// As they are.
    case float32
    /// Rounded to bfloat16, to nearest, ties to even, while they are laid out.
    ///
    /// An element is one chain of fused multiply-adds over k still, the same bits with every instruction set. Numbers below the smallest
    /// normal one (2^-126) count as zero. Double products stay as they are, and so do those of a processor without fused multiply-adds.
    /// A weight changes the product only where it passes a middle between two bfloat16, 2^-9 of it: updates that are much smaller, as
    /// those of preferences at 1e-6, show after many of them and then all at once.
    case bfloat16
}
