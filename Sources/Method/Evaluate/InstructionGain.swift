import LanguageModels
import Records

/// How far a forward model listens to the instruction: how much more, in nats a token, it loses on a pair's output when it is given another
/// pair's instruction than with the own one.
///
/// The held-out loss alone cannot see it, for most of what a model learns from a text it learns whatever the instruction says. Bad
/// instructions teach a model to ignore them: its loss falls, and so does this gain.
struct InstructionGain: Sendable {
    let model: any LanguageModel
    let tag: String
    let system: String?

    /// The gain over one other instruction, nil where that leaves no room for a sentence of the output.
    ///
    /// Where a longer instruction leaves less room, both are compared over the tokens that were scored with both.
    ///
    /// - Parameters:
    ///   - output: the text that was scored behind the own instruction.
    ///   - told: what it got there.
    func gain(of output: String, told: LogLikelihood, over instruction: String) async throws -> Double? {
        let prompt = Prompt.chat(model.card.forwardTurns(instruction, tag: tag, system: system))
        let length = try await model.tokenCount(of: prompt)
        guard length + 1 < model.card.contextLength,
            let fitted = try await PassageTruncation.fitting(output, in: model, reserving: length + 1)
        else {
            return nil
        }
        let untold = try await model.logLikelihood(of: fitted, after: prompt)
        let common = zip(told.tokens, untold.tokens).prefix { $0 == $1 }.count
        guard common > 0 else { return nil }
        let difference = zip(told.logProbabilities, untold.logProbabilities).prefix(common).reduce(0) { $0 + ($1.0 - $1.1) }
        return difference / Double(common)
    }
}

extension PassageTruncation {
    /// The text or its longest beginning that fits as a continuation, nil where not even its first sentence does.
    fileprivate static func fitting(_ text: String, in model: any LanguageModel, reserving tokens: Int) async throws -> String? {
        do {
            return try await fit(text, in: model, reserving: tokens) { .text($0) }.text
        } catch is Rejection {
            return nil
        }
    }
}
