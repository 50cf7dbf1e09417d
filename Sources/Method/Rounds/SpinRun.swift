import Finetune
import Foundation
import Ground
import LanguageModels

/// SPIN, self-play fine-tuning (Chen et al. 2024, arXiv 2401.01335): the model answers the seeds' prompts, and learns to prefer the
/// people's answers to those of its former self, again and again.
///
/// From the paper: the opponent is the iterate before, which is also the reference; each iteration but the first learns from the answers
/// of two; RMSProp without decay, a tenth of warm-up, two passes, λ 0.1 and from the fourth iteration on 5, the learning rate a fifth from
/// the third on; answers are samples of the model itself (temperature 1). Answers cut at the token limit are dropped and counted.
public struct SpinRun: Sendable {
    public let plan: PreferenceLoopPlan
    /// λ of every iteration; nil goes by the paper.
    public var lambda: Double?
    let folder: LoopFolder

    public init(plan: PreferenceLoopPlan, lambda: Double? = nil, models: LoopModels, display: LoopDisplay) {
        self.plan = plan
        self.lambda = lambda
        folder = LoopFolder(directory: plan.directory, quiet: plan.quiet, models: models, display: display)
    }

    /// Checks everything that is named, runs what is not done yet, and compares base and models on the held-out pairs.
    public func run() async throws -> PreferenceReport {
        let loop = try loop()
        try await folder.perform(steps(loop), command: "spin")
        return try loop.report()
    }

    /// Checks everything that is named, and tells how things stand and what the steps will take; nothing is done.
    public func forecast() async throws -> LoopForecast {
        let loop = try loop()
        return try await loop.forecast(steps(loop), prompts: loop.seeds.count)
    }

    /// The paper starts from a model that was fine-tuned already.
    func loop() throws -> PreferenceLoop {
        try PreferenceLoop(plan, startsAtBase: plan.takesBaseAsItIs || LoopFolder.answers(plan.training.base), in: folder)
    }

    private static let prompts = "prompts.jsonl"

    func steps(_ loop: PreferenceLoop) -> [LoopStep] {
        let settings: JSONObject = ["seeds": .string(loop.seedFingerprint)]
        let prompts = LoopStep(name: "prompts", output: Self.prompts, needs: [], settings: settings, kind: .sorting) {
            let lines = loop.seeds.map { JSONValue.object($0.record).serialized + "\n" }
            try AtomicFile.write(lines.joined(), to: folder.path(Self.prompts))
        }
        let rounds = (1...max(1, plan.iterations)).flatMap { [answering($0, loop), learning($0, loop)] }
        return [prompts] + loop.first([.forward]) + rounds + loop.closing()
    }

    private func answering(_ index: Int, _ loop: PreferenceLoop) -> LoopStep {
        let output = PreferenceLoop.preferences(index)
        return loop.stage(
            "preferences\(index)", output: output, needs: ["prompts"], asking: index - 1, settings: [:],
            kind: .writing(records: loop.seeds.count, tokens: plan.sampling.maxNewTokens / 2)
        ) { model in
            let stage = OpponentStage(model: model, sampling: plan.sampling, iteration: index)
            let options = folder.stageOptions([Self.prompts], to: output, maxBroken: plan.maxBroken)
            try folder.check(
                try await stage.run(options), "the opponent's answering", rejects: output,
                "raise --max-new-tokens, or train the base model on the seeds first")
        }
    }

    private func learning(_ index: Int, _ loop: PreferenceLoop) -> LoopStep {
        loop.learning(index, earlier: index > 1 ? [index - 1] : []) { training in
            training.loss = .spin
            training.beta = lambda ?? (index >= 4 ? 5 : 0.1)
            training.finalRate = training.finalRate ?? 0
            training.rateShare = index >= 3 ? 0.2 : 1
        }
    }
}
