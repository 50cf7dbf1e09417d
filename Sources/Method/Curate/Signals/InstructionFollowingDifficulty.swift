/// How little an instruction helps with its output: the loss behind the instruction over the loss without one.
///
/// Li, Zhang et al. 2024, "From Quantity to Quality" (arXiv 2308.12032), and "Superfiltering" (arXiv 2402.00530), which lets a small model
/// measure it. They keep the pairs with the highest ratio below 1: the instruction helps, and the model has still to learn how. Above 1
/// the instruction misleads, which is no difficulty but a wrong pair.
enum InstructionFollowingDifficulty {
    /// Nil where the output costs nothing without an instruction.
    static func ratio(told: Double, alone: Double) -> Double? { alone > 0 ? told / alone : nil }

    /// What a selection goes by: the ratio, and below every ratio of 1 or less those above 1, the smallest first.
    static func merit(_ ratio: Double) -> Double { ratio <= 1 ? ratio : -ratio }
}
