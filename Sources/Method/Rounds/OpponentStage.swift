import Foundation
import Ground
import LanguageModels
import Records
import Stages

/// Pairs each seed's answer with the model's own: what SPIN learns from.
struct OpponentStage: Sendable {
    let model: any LanguageModel
    let sampling: Sampling
    /// The iteration that will learn from the answers; it keys their randomness.
    let iteration: Int
    private let maker: JSONObject

    init(model: any LanguageModel, sampling: Sampling, iteration: Int) {
        self.model = model
        self.sampling = sampling
        self.iteration = iteration
        maker = MadeBy(stage: "spin", model: model.card, sampling: sampling).object
    }

    func run(_ options: StageOptions) async throws -> StageSummary {
        let settings: JSONObject = ["made_by": .object(maker), "iteration": .integer(iteration)]
        return try await StageRunner(stage: "spin", settings: settings, options: options).run { try await outcome($0.object) }
    }

    /// The preference of one seed; dropped where the answer is cut off, empty, or the same as the person's.
    func outcome(_ object: JSONObject) async throws -> Outcome {
        let seed = try Seed(object)
        let answer: SelfAnswer
        do {
            try seed.requireLearned()
            answer = try await SelfAnswer(
                to: seed.instruction, system: seed.system, of: model, sampling: sampling, key: "\(seed.id) spin \(iteration)")
        } catch let rejection as Rejection {
            return .dropped(object, rejection)
        }
        guard answer.text != seed.output else { return .dropped(object, Rejection("same_answers")) }
        var details: JSONObject = ["origin": .string(Origin.selfplay.rawValue)]
        if let system = seed.system { details["system"] = .string(system) }
        details["iteration"] = .integer(iteration)
        details["made_by"] = .object(maker)
        let preference = Preference(
            id: "\(seed.id)-spin\(iteration)", prompt: seed.instruction, chosen: seed.output, rejected: answer.text, details: details)
        return .kept([preference.object])
    }
}

/// A whole answer of a model, asked under source tags where it learned them and as its maker meant it elsewhere.
struct SelfAnswer: Sendable, Equatable {
    let text: String

    /// Throws a `Rejection` where the prompt does not fit, the answer was cut at the token limit, or nothing was said.
    init(to instruction: String, system: String?, of model: any LanguageModel, sampling: Sampling, key: String) async throws {
        let prompt = Prompt.chat(model.card.forwardTurns(instruction, system: system))
        let tokens = try await model.tokenCount(of: prompt)
        guard tokens < model.card.contextLength else {
            throw Rejection("prompt_too_long", value: .integer(tokens), threshold: .integer(model.card.contextLength))
        }
        let completion = try await model.complete(prompt, sampling: sampling, key: key)
        guard completion.end == .stop else {
            throw Rejection("answer_unfinished", value: .integer(completion.tokenCount), threshold: .integer(sampling.maxNewTokens))
        }
        text = completion.text.withoutPadding
        if text.isEmpty { throw Rejection("answer_empty", value: 0, threshold: 1) }
    }
}
