extension BackwardPrompt {
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
        for text in neutralTexts {
            untold += try await model.logLikelihood(of: instruction, after: self.prompt(text)).total
        }
        return (told - untold / Double(neutralTexts.count), -told / Double(max(1, likelihood.logProbabilities.count)))
    }
}
