import Ground
import LanguageModels
import Records

/// What a model thinks of continuations that are given.
struct Likelihoods: Sendable {
    let model: any LanguageModel
    let usesTemplate: Bool

    var fingerprint: String {
        RecordID.make(["loglik", model.card.fingerprint, model.card.precision, model.card.instructionSet, String(usesTemplate)])
    }

    /// The record with `tokens`, `log_probs` and `log_prob` of its `continuation` after its `prompt`.
    func added(to record: JSONObject) async throws -> JSONObject {
        guard let prompt = record["prompt"]?.string else { throw record.missing("prompt") }
        guard let continuation = record["continuation"]?.string else { throw record.missing("continuation") }
        let asked = usesTemplate ? Prompt.chat(model.card.forwardTurns(prompt)) : .text(prompt)
        let likelihood = try await rejectingBadPrompts { try await model.logLikelihood(of: continuation, after: asked) }
        var record = record
        record["tokens"] = .array(likelihood.tokens.map { .integer($0) })
        record["log_probs"] = .array(likelihood.logProbabilities.map { .double($0) })
        record["log_prob"] = .double(likelihood.total)
        return record
    }
}
