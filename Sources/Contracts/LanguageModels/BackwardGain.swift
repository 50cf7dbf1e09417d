import Ground

/// Whether an instruction and a text belong together, by the backward model: how much likelier the text makes the instruction than texts
/// that say nothing do.
///
/// gain = log p(instruction | output) - mean over neutral texts of log p(instruction | neutral text), in nats. By Bayes' rule this is an
/// estimate of the log-odds that the two belong together. A judge of a few million parameters tells a finished text from a broken
/// one and little more; the gain of a backward model of the same size tells a true instruction from a near wrong one, because it needs no
/// more than the words that the two share and what they bring to mind. The paper (Li et al. 2023, section 2.3) asks the judge alone.
public struct BackwardGain: Sendable {
    /// How the gain is read: the model's own scale, or the standard one.
    public var scale: GainScale { backward.card.gain ?? .standard }

    public let backward: any LanguageModel

    public init(backward: any LanguageModel) { self.backward = backward }

    /// The gain in nats. Throws a `Rejection` where not even the text's first sentence fits the model's context.
    public func gain(of instruction: String, from output: String) async throws -> Double {
        try await measure(instruction, from: output).gain
    }

    /// The gain, and nats a token of the instruction behind the text.
    public func measure(_ instruction: String, from output: String) async throws -> (gain: Double, loss: Double) {
        let asking = BackwardPrompt(for: backward.card, language: LanguageDetector.shared.detect(output)?.code)
        let length = try await backward.tokenCount(of: asking.continuation(instruction))
        let fitted = try await PassageTruncation.fit(output, in: backward, reserving: length + 1) { asking.prompt($0) }
        return try await asking.measure(instruction, after: fitted.prompt, in: backward)
    }
}
