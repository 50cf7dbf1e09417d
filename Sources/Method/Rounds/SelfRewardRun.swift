import Finetune
import Foundation
import Ground
import LanguageModels
import Stages

/// Self-rewarding training (Yuan et al. 2024, arXiv 2401.10020): new prompts, several answers each, the model's own rating of them, and
/// DPO on the best against the worst, again and again.
///
/// From the paper: the first model learns from the seeds and from rated answers; prompts come from eight examples, six seeds and two of
/// the model's making, at T 0.6 and p 0.9; four answers at T 0.7 and p 0.9; β 0.1; a learning rate that falls to a tenth. Where we differ:
/// rated answers are seeds spoiled by construction (`JudgeRows`); the rating is the expectation over the additive rubric's totals from
/// one pass instead of three sampled judgements; a pair whose scores lie closer than `leastGap` is a tie.
public struct SelfRewardRun: Sendable {
    public let plan: PreferenceLoopPlan
    public let options: SelfRewardOptions
    let folder: LoopFolder

    public init(plan: PreferenceLoopPlan, options: SelfRewardOptions, models: LoopModels, display: LoopDisplay) {
        self.plan = plan
        self.options = options
        folder = LoopFolder(directory: plan.directory, quiet: plan.quiet, models: models, display: display)
    }

    /// Checks everything that is named, runs what is not done yet, and compares base and models on the held-out pairs.
    public func run() async throws -> PreferenceReport {
        let loop = try loop()
        try await folder.perform(steps(loop), command: "selfreward")
        return try loop.report()
    }

    /// Checks everything that is named, and tells how things stand and what the steps will take; nothing is done.
    public func forecast() async throws -> LoopForecast {
        let loop = try loop()
        return try await loop.forecast(steps(loop), prompts: options.prompts)
    }

    func loop() throws -> PreferenceLoop { try PreferenceLoop(plan, startsAtBase: plan.takesBaseAsItIs, in: folder) }

    func steps(_ loop: PreferenceLoop) -> [LoopStep] {
        let rounds = (1...max(1, plan.iterations)).flatMap { [writing($0, loop), rating($0, loop), learning($0, loop)] }
        return loop.first([.forward, .judge], judgePrompt: .additive) + rounds + loop.closing()
    }

    private static func prompts(_ index: Int) -> String { "prompts\(index).jsonl" }

    /// New prompts of an iteration. The model that writes them is the base throughout, as in the paper.
    private func writing(_ index: Int, _ loop: PreferenceLoop) -> LoopStep {
        let (asks, output) = ("asks\(index).jsonl", Self.prompts(index))
        let earlier = (1..<index).map { "prompts\($0)" }
        let settings: JSONObject = [
            "seeds": .string(loop.seedFingerprint), "prompts": .integer(options.prompts),
            "prompt_sampling": .object(options.promptSampling.settings),
        ]
        return loop.stage(
            "prompts\(index)", output: output, needs: earlier, asking: nil, settings: settings,
            kind: .writing(records: options.prompts, tokens: options.promptSampling.maxNewTokens / 2)
        ) { model in
            let lines = (0..<options.prompts).map { "{\"id\":\"prompt-\(index)-\($0)\"}\n" }
            try AtomicFile.write(lines.joined(), to: folder.path(asks))
            let made = try (1..<index).flatMap { try RecordSource.readAll([folder.path(Self.prompts($0))]) }
            let stage = PromptWritingStage(
                model: model, seeds: loop.seeds, made: made.compactMap { $0.object["instruction"]?.string },
                sampling: options.promptSampling)
            try folder.check(
                try await stage.run(folder.stageOptions([asks], to: output, maxBroken: plan.maxBroken)), "the writing of prompts",
                rejects: output, "give more seeds or a larger base model")
        }
    }

    private func rating(_ index: Int, _ loop: PreferenceLoop) -> LoopStep {
        let output = PreferenceLoop.preferences(index)
        let settings: JSONObject = ["answers": .integer(options.answers), "least_gap": .double(options.leastGap)]
        return loop.stage(
            "preferences\(index)", output: output, needs: ["prompts\(index)"], asking: index - 1, settings: settings,
            kind: .writing(records: options.prompts, tokens: options.answers * plan.sampling.maxNewTokens / 2)
        ) { model in
            let stage = SelfRatingStage(
                model: model, sampling: plan.sampling, answers: options.answers, leastGap: options.leastGap, iteration: index)
            try folder.check(
                try await stage.run(folder.stageOptions([Self.prompts(index)], to: output, maxBroken: plan.maxBroken)), "rating",
                rejects: output, "raise --max-new-tokens or --answers, lower --least-gap, or give more prompts with --prompts")
        }
    }

    private func learning(_ index: Int, _ loop: PreferenceLoop) -> LoopStep {
        loop.learning(index) { training in
            training.loss = .dpo
            training.beta = options.beta
            training.finalRate = training.finalRate ?? 0.1
        }
    }
}

/// What self-rewarding asks for beside what all loops on preferences do.
public struct SelfRewardOptions: Sendable {
    /// Prompts that are tried an iteration; some are dropped.
    public var prompts: Int
    /// Answers to each; the paper's 4.
    public var answers: Int
    /// The least difference of the best and the worst score, on the scale of 0 to 5; less is a tie.
    public var leastGap: Double
    public var beta: Double
    public var promptSampling: Sampling

    public init(
        prompts: Int = 400, answers: Int = 4, leastGap: Double = 0.1, beta: Double = 0.1,
        promptSampling: Sampling = Sampling(temperature: 0.6, topP: 0.9, maxNewTokens: 64)
    ) {
        self.prompts = prompts
        self.answers = answers
        self.leastGap = leastGap
        self.beta = beta
        self.promptSampling = promptSampling
    }
}
