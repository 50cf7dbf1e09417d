import Finetune
import Foundation
import LanguageModels
import Records
import Training

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
    private let folder: LoopFolder

    public init(
        plan: PreferenceLoopPlan, options: SelfRewardOptions, open: @escaping @Sendable (URL) async throws -> any LanguageModel,
        note: @escaping @Sendable (String) -> Void, trainingProgress: @escaping @Sendable (String, TrainingProgress) -> Void
    ) throws {
        self.plan = plan
        self.options = options
        folder = try LoopFolder(
            directory: plan.directory, threads: plan.threads, quiet: plan.quiet, open: open, note: note, trainingProgress: trainingProgress)
    }

    /// Runs what is not done yet and compares the models on the held-out pairs.
    public func run() async throws -> PreferenceReport {
        let loop = try PreferenceLoop(plan, kind: RecordID.make("selfreward", "\(options)"), in: folder)
        if !plan.takesBaseAsItIs {
            try await folder.journal.step("M0", fingerprint: loop.identity, output: "M0") {
                var training = folder.plan([.forward, .judge], from: plan.base, to: "M0")
                plan.apply(to: &training)
                training.steps = options.firstSteps ?? training.steps
                try await folder.train(training, seeds: loop.seeds, heldOut: loop.heldOut, judgePrompt: .additive)
            }
        }
        for index in 1...max(1, plan.iterations) {
            try await writePrompts(index, loop)
            try await loop.iterate(
                index, from: loop.model(index - 1, startsAtBase: plan.takesBaseAsItIs),
                make: { model, output in
                    let stage = SelfRatingStage(
                        model: model, sampling: plan.sampling, answers: options.answers, leastGap: options.leastGap, iteration: index)
                    let stageOptions = folder.stageOptions([folder.path(Self.prompts(index))], to: folder.path(output))
                    try folder.check(
                        try await stage.run(stageOptions), "rating",
                        "raise --max-new-tokens or --answers, lower --least-gap, or give more prompts with --prompts")
                }
            ) { training in
                training.loss = .dpo
                training.beta = options.beta
                training.finalRate = 0.1
            }
        }
        return try await loop.report(startsAtBase: plan.takesBaseAsItIs)
    }

    private static func prompts(_ index: Int) -> String { "prompts\(index).jsonl" }

    /// New prompts of an iteration. The model that writes them is the base throughout, as in the paper.
    private func writePrompts(_ index: Int, _ loop: PreferenceLoop) async throws {
        let (asks, prompts) = ("asks\(index).jsonl", Self.prompts(index))
        try await folder.journal.step("prompts\(index)", fingerprint: loop.identity, output: prompts) {
            let lines = (0..<options.prompts).map { "{\"id\":\"prompt-\(index)-\($0)\"}\n" }
            try AtomicFile.write(lines.joined(), to: folder.path(asks))
            let made = try (1..<index).flatMap { try RecordSource.readAll([folder.path(Self.prompts($0))]) }
            let stage = PromptWritingStage(
                model: try await folder.open(plan.base), seeds: loop.seeds, made: made.compactMap { $0.object["instruction"]?.string },
                sampling: options.promptSampling)
            try folder.check(
                try await stage.run(folder.stageOptions([folder.path(asks)], to: folder.path(prompts))), "the writing of prompts",
                "give more seeds or a larger base model")
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
    /// Steps of the first training; nil takes those of the plan, or the number of rows decides.
    public var firstSteps: Int?
    public var promptSampling: Sampling

    public init(
        prompts: Int = 400, answers: Int = 4, leastGap: Double = 0.1, beta: Double = 0.1, firstSteps: Int? = nil,
        promptSampling: Sampling = Sampling(temperature: 0.6, topP: 0.9, maxNewTokens: 64)
    ) {
        self.prompts = prompts
        self.answers = answers
        self.leastGap = leastGap
        self.beta = beta
        self.firstSteps = firstSteps
        self.promptSampling = promptSampling
    }
}
