import Ground
import LanguageModels
import Records

/// The loss of a backward model on pairs it never saw: the mean negative log-probability, in nats, of the tokens of the instruction that a
/// person wrote, given the pair's output.
///
/// A model without the role is asked as `augment` asks it (see `BackwardPrompt`). How much likelier the own output makes the instruction
/// than another pair's does is measured beside: a low loss alone may only say that the model knows how people ask.
struct HeldOutInstructionLoss: Sendable {
    let model: any LanguageModel

    /// The loss of one pair's instruction; throws the rejection `prompt_too_long` where not even the output's first sentence fits.
    ///
    /// - Parameter other: the output of another pair.
    func loss(of pair: Seed, beside other: String?) async throws -> PairLoss {
        let asking = BackwardPrompt(for: model.card, language: pair.language ?? LanguageDetector.shared.detect(pair.output)?.code)
        let instruction = asking.continuation(pair.instruction)
        let length = try await model.tokenCount(of: instruction)
        guard length < model.card.contextLength else {
            throw Rejection("prompt_too_long", value: .integer(length), threshold: .integer(model.card.contextLength - 1))
        }
        let own = try await fitted(pair.output, asking, reserving: length + 1)
        let told = try await model.logLikelihood(of: instruction, after: own.prompt)
        guard !told.logProbabilities.isEmpty else { throw Rejection("no_tokens", value: 0, threshold: 1) }
        var gain: Double?
        if let other {
            let strange = try await fitted(other, asking, reserving: length + 1)
            gain = told.total - (try await model.logLikelihood(of: instruction, after: strange.prompt)).total
        }
        return PairLoss(told, of: pair.instruction, output: own, gain: gain)
    }

    private func fitted(
        _ output: String, _ asking: BackwardPrompt, reserving tokens: Int
    ) async throws -> PassageTruncation.Fitted {
        try await PassageTruncation.fit(output, in: model, reserving: tokens) { asking.prompt($0) }
    }
}
