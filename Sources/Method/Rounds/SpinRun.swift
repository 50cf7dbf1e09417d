import Finetune
import Foundation
import LanguageModels
import Records
import Training

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
    private let folder: LoopFolder

    public init(
        plan: PreferenceLoopPlan, lambda: Double? = nil, open: @escaping @Sendable (URL) async throws -> any LanguageModel,
        note: @escaping @Sendable (String) -> Void, trainingProgress: @escaping @Sendable (String, TrainingProgress) -> Void
    ) throws {
        self.plan = plan
        self.lambda = lambda
        folder = try LoopFolder(
            directory: plan.directory, threads: plan.threads, quiet: plan.quiet, open: open, note: note, trainingProgress: trainingProgress)
    }

    /// Runs what is not done yet and compares the models on the held-out pairs.
    public func run() async throws -> PreferenceReport {
        let loop = try PreferenceLoop(plan, kind: RecordID.make("spin", lambda.map { "\($0)" } ?? ""), in: folder)
        let prompts = "prompts.jsonl"
        try await folder.journal.step("prompts", fingerprint: loop.identity, output: prompts) {
            let lines = loop.seeds.map { JSONValue.object($0.record).serialized + "\n" }
            try AtomicFile.write(lines.joined(), to: folder.path(prompts))
        }
        // The paper starts from a model that was fine-tuned already.
        let startsAtBase = try plan.takesBaseAsItIs || LoopFolder.answers(plan.base)
        if !startsAtBase {
            try await folder.journal.step("M0", fingerprint: loop.identity, output: "M0") {
                var training = folder.plan([.forward], from: plan.base, to: "M0")
                plan.apply(to: &training)
                try await folder.train(training, seeds: loop.seeds, heldOut: loop.heldOut)
            }
        }
        for index in 1...max(1, plan.iterations) {
            let base = loop.model(index - 1, startsAtBase: startsAtBase)
            let earlier = index > 1 ? [PreferenceLoop.preferences(index - 1)] : []
            try await loop.iterate(
                index, from: base,
                make: { model, output in
                    let stage = OpponentStage(model: model, sampling: plan.sampling, iteration: index)
                    let options = folder.stageOptions([folder.path(prompts)], to: folder.path(output))
                    try folder.check(
                        try await stage.run(options), "the opponent's answering",
                        "raise --max-new-tokens, or train the base model on the seeds first")
                }, earlier: earlier
            ) { training in
                training.loss = .spin
                training.beta = lambda ?? (index >= 4 ? 5 : 0.1)
                training.finalRate = 0
                training.rateShare = index >= 3 ? 0.2 : 1
            }
        }
        return try await loop.report(startsAtBase: startsAtBase)
    }
}
