extension BackwardPrompt {
    /// Texts that fit any instruction equally badly.
    static let neutralTexts = [
        "There are several things to keep in mind here. Start with what is simple, take one step after the other, and ask somebody when "
            + "you are not sure.",
        "It was first made a long time ago and is still used today in many places. People like it for different reasons, and it comes in "
            + "many forms.",
        "First, look at what you have. Then decide what you need. After that, do the work, and check the result at the end.",
    ]

    /// How much likelier a text makes an instruction than texts that say nothing do, in nats:
    ///
    /// gain = log p(instruction | text) - mean over neutral texts of log p(instruction | neutral text).
    ///
    /// By Bayes' rule an estimate of the log-odds that instruction and text belong together. Four scorings of the instruction; what the
    /// prompts begin with is computed once for all instructions of a model.
    ///
    /// - Parameter prompt: the one about the text, as `prompt(_:title:heading:)` writes it.
    public func gain(of instruction: String, after prompt: Prompt, in model: any LanguageModel) async throws -> Double {
        try await measure(instruction, after: prompt, in: model).gain
    }

    /// The gain, and the loss that it is made from: nats a token of the instruction behind the text.
    public func measure(
        _ instruction: String, after prompt: Prompt, in model: any LanguageModel
    ) async throws -> (gain: Double, loss: Double) {
        let instruction = continuation(instruction)
        let likelihood = try await model.logLikelihood(of: instruction, after: prompt)
        let told = likelihood.total
        var untold = 0.0
        for text in Self.neutralTexts {
            untold += try await model.logLikelihood(of: instruction, after: self.prompt(text)).total
        }
        return (told - untold / Double(Self.neutralTexts.count), -told / Double(max(1, likelihood.logProbabilities.count)))
    }
}
