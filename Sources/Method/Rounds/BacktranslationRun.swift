import Augment
import Curate
import Evaluate
import Finetune
import Foundation
import Ingest
import LanguageModels
import Records
import Training

/// The loop of Li et al. 2023 (arXiv 2308.06259): pages in, a better model out.
///
/// A backward model from the seeds predicts the instructions of all passages once. Then, each iteration, a judge rates all pairs, the
/// best are kept, and M_t is trained from the base model on seed and kept pairs under their two source tags. The judge of iteration t
/// comes from M_{t-1}: trained on graded seed pairs from its weights, or M_{t-1} itself with the rubric in words.
///
/// Each step is done once: what stands in the folder with the same options is taken as it is.
public struct BacktranslationRun: Sendable {
    public let plan: BacktranslationPlan
    private let workplace: LoopFolder
    private var journal: RunJournal { workplace.journal }

    public init(
        plan: BacktranslationPlan, open: @escaping @Sendable (URL) async throws -> any LanguageModel,
        note: @escaping @Sendable (String) -> Void, trainingProgress: @escaping @Sendable (String, TrainingProgress) -> Void
    ) throws {
        self.plan = plan
        workplace = try LoopFolder(
            directory: plan.directory, threads: plan.threads, quiet: plan.quiet, open: open, note: note, trainingProgress: trainingProgress)
    }

    /// Runs what is not done yet and compares the models on the held-out pairs.
    public func run() async throws -> RunReport {
        let (seeds, heldOut) = try plan.seeds()
        guard !seeds.isEmpty else { throw FinetuneError.noSeeds }
        let pages = RecordID.make(plan.corpus + ["\(plan.ingest)", "\(plan.seed)"])
        let trained = RecordID.make(seeds.map(\.id) + heldOut.map(\.id) + [plan.base.path, plan.trainingFingerprint])
        let asked = RecordID.make(pages, trained, plan.limit.map(String.init) ?? "", "\(plan.augment)")

        let passages = path("passages.jsonl")
        try await journal.step("ingest", fingerprint: pages, output: "passages.jsonl") {
            let stage = IngestStage(paths: plan.corpus, options: plan.ingest)
            try check(
                try await stage.run(stageOptions([], to: passages, concurrency: plan.threads)), "ingest", "give more or longer pages")
        }
        try await journal.step("backward", fingerprint: trained, output: "backward") {
            try await train([.backward], to: "backward", from: plan.base, seeds: seeds, curated: [], heldOut: heldOut)
        }
        let pairs = path("pairs.jsonl")
        try await journal.step("augment", fingerprint: asked, output: "pairs.jsonl") {
            let augmenter = try Augmenter(model: try await open(folder("backward")), options: plan.augment)
            try check(
                try await augmenter.run(stageOptions([passages], to: pairs, concurrency: 64)), "augment",
                "the backward model wrote no usable instruction; give more seeds or a larger base model")
        }
        try await journal.step("M0", fingerprint: trained, output: "M0") {
            try await train([.forward], to: "M0", from: plan.base, seeds: seeds, curated: [], heldOut: heldOut)
        }
        let selected = RecordID.make(asked, plan.selectionFingerprint)
        for iteration in 1...max(1, plan.iterations) {
            // The first judge depends on M0 alone, later ones on what was selected before.
            try await iterate(
                iteration, pairs: pairs, seeds: seeds, heldOut: heldOut, judging: iteration == 1 ? trained : selected, selecting: selected)
        }
        return try await report(on: heldOut)
    }

    private func iterate(
        _ iteration: Int, pairs: String, seeds: [Seed], heldOut: [Seed], judging: String, selecting: String
    ) async throws {
        let (judge, earlier) = ("judge\(iteration)", "M\(iteration - 1)")
        let curated = path("curated\(iteration).jsonl")
        if plan.judgement == .trained {
            try await journal.step(judge, fingerprint: judging, output: judge) {
                try await train([.judge], to: judge, from: folder(earlier), seeds: seeds, curated: [], heldOut: heldOut)
            }
        }
        try await journal.step("curate\(iteration)", fingerprint: selecting, output: "curated\(iteration).jsonl") {
            let model = try await open(folder(plan.judgement == .trained ? judge : earlier))
            let backward = plan.judgement == .trained ? try await open(folder("backward")) : nil
            // M0 and no later model: one that was trained on a pair finds it likelier than its request makes it.
            let forward = plan.judgement == .trained ? try await open(folder("M0")) : nil
            let options = CurateOptions(judgement: plan.judgement, minimumScore: plan.minimumScore, iteration: iteration)
            let summary = try await Curator(judge: model, backward: backward, forward: forward, options: options).run(
                stageOptions([pairs], to: curated, concurrency: 64), topFraction: plan.topFraction.map { TopFraction($0) })
            try check(
                summary, "curate",
                "lower --min-score, or select by rank with --top-fraction; the same command with the new option goes on from here")
        }
        try await journal.step("M\(iteration)", fingerprint: selecting, output: "M\(iteration)") {
            let kept = try RecordSource.readAll([curated]).map { try Pair($0.object) }.filter(\.isSelected)
            try await train([.forward], to: "M\(iteration)", from: plan.base, seeds: seeds, curated: kept, heldOut: heldOut)
        }
    }

    private func train(
        _ roles: [ModelRole], to name: String, from base: URL, seeds: [Seed], curated: [Pair], heldOut: [Seed]
    ) async throws {
        var training = workplace.plan(roles, from: base, to: name)
        training.steps = plan.steps
        training.learningRate = plan.learningRate
        training.seed = plan.seed
        try await workplace.train(training, seeds: seeds, curated: curated, heldOut: heldOut)
    }

    private func report(on heldOut: [Seed]) async throws -> RunReport {
        var report = RunReport()
        for index in 0...max(1, plan.iterations) {
            let name = "M\(index)"
            let loss = try await workplace.heldOutLoss(of: folder(name), on: heldOut)
            var curated: Int?
            if index > 0 { curated = try RecordSource.readAll([path("curated\(index).jsonl")]).count }
            report.rows.append(RunReport.Row(model: name, curatedPairs: curated, heldOut: loss))
        }
        try AtomicFile.write(report.markdown, to: path("report.md"))
        try AtomicFile.write(JSONValue.object(report.object).serialized + "\n", to: path("report.json"))
        return report
    }

    private func check(_ summary: StageSummary, _ stage: String, _ advice: String) throws {
        try workplace.check(summary, stage, advice)
    }

    private func stageOptions(_ inputs: [String], to output: String, concurrency: Int) -> StageOptions {
        var options = workplace.stageOptions(inputs, to: output, sample: inputs.first == path("passages.jsonl") ? plan.limit : nil)
        options.concurrency = concurrency
        return options
    }

    private func open(_ model: URL) async throws -> any LanguageModel { try await workplace.open(model) }
    private func path(_ name: String) -> String { workplace.path(name) }
    private func folder(_ name: String) -> URL { workplace.folder(name) }
}
