import Ground
import Inference
import LanguageModels
import Records

/// A forward model's answers to instructions.
struct Answering: Sendable {
    let model: any LanguageModel
    let sampling: Sampling
    /// Whether the model's chat template and the joined source tags are put around an instruction.
    let usesTemplate: Bool
    /// How many answers are sampled; the likeliest as a whole is given.
    let bestOf: Int
    private let maker: JSONObject

    init(model: any LanguageModel, sampling: Sampling, usesTemplate: Bool, bestOf: Int = 1) {
        self.model = model
        self.sampling = sampling
        self.usesTemplate = usesTemplate
        // Without chance every answer is the same.
        self.bestOf = sampling.temperature > 0 ? max(1, bestOf) : 1
        var maker = MadeBy(stage: "generate", model: model.card, sampling: sampling).object
        if self.bestOf > 1 { maker["best_of"] = .integer(self.bestOf) }
        self.maker = maker
    }

    var fingerprint: String { RecordID.make(["generate", maker.serialized, String(usesTemplate)]) }

    func answer(_ instruction: String, system: String? = nil, key: String = "prompt") async throws -> Completion {
        let prompt = usesTemplate ? Prompt.chat(model.card.forwardTurns(instruction, system: system)) : .text(instruction)
        return try await completion(of: prompt, key: key)
    }

    func completion(of prompt: Prompt, key: String) async throws -> Completion {
        try await model.complete(prompt, sampling: sampling, key: key, bestOf: bestOf)
    }

    /// The record with `output`, whether it is whole, and how it came to be.
    func answered(_ record: JSONObject) async throws -> JSONObject {
        guard let instruction = record["instruction"]?.string ?? record["prompt"]?.string else {
            throw record.missing("instruction or prompt", naming: "instruction")
        }
        let id = record["id"]?.string ?? record["id"]?.integer.map(String.init) ?? RecordID.make(instruction)
        let completion = try await rejectingBadPrompts { try await answer(instruction, system: record["system"]?.string, key: id) }
        var record = record
        record["output"] = .string(completion.text)
        record["end"] = .string(completion.end.rawValue)
        record["made_by"] = .object(maker)
        return record
    }
}

/// What `work` gives; a prompt that the model cannot take is the record's fault, and no reason to end the stage.
func rejectingBadPrompts<Answer>(_ work: () async throws -> Answer) async throws -> Answer {
    do {
        return try await work()
    } catch InferenceError.promptTooLong(let tokens, let contextLength) {
        throw Rejection("prompt_too_long", value: .integer(tokens), threshold: .integer(contextLength))
    } catch InferenceError.emptyPrompt {
        throw Rejection("empty_prompt", threshold: "a word at least: this model has no token that begins a text")
    }
}
