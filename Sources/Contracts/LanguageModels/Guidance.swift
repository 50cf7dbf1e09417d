/// Classifier-free guidance (Sanchez et al. 2023, arXiv 2306.17806): a token counts by how much likelier this prompt makes it than another.
///
/// The logits drawn from are u + scale (c - u), with c after the prompt and u after `against` and the same answer so far. A token less
/// likely than `plausibility` times the likeliest after the prompt itself is left out, as in contrastive decoding (Li et al. 2023,
/// arXiv 2210.15097, alpha = 0.1 there): where the prompt is sure, guidance has no say.
public struct Guidance: Sendable, Equatable {
    /// 1 is no guidance; 1.5 is the paper's middle.
    public var scale: Double
    /// The prompt without what the answer shall be about.
    public var against: Prompt
    public var plausibility: Double

    public init(scale: Double, against: Prompt, plausibility: Double = 0.05) {
        self.scale = scale
        self.against = against
        self.plausibility = plausibility
    }
}
