import Evaluate
import Finetune
import Foundation
import Ingest
import LanguageModels
import Records
import Training

/// The folder of a loop, and what every loop does in it: stages over records, trainings, and comparisons on held-out pairs.
///
/// A step is done once (`RunJournal`); a stage or training that was killed in the middle goes on from its last whole point.
struct LoopFolder: Sendable {
    let directory: URL
    let threads: Int
    let quiet: Bool
    /// Opens a model folder for inference; the method does not know how.
    let open: @Sendable (URL) async throws -> any LanguageModel
    let note: @Sendable (String) -> Void
    let trainingProgress: @Sendable (String, TrainingProgress) -> Void
    let journal: RunJournal

    init(
        directory: URL, threads: Int, quiet: Bool, open: @escaping @Sendable (URL) async throws -> any LanguageModel,
        note: @escaping @Sendable (String) -> Void, trainingProgress: @escaping @Sendable (String, TrainingProgress) -> Void
    ) throws {
        self.directory = directory
        self.threads = threads
        self.quiet = quiet
        self.open = open
        self.note = note
        self.trainingProgress = trainingProgress
        journal = try RunJournal(directory: directory)
    }

    func path(_ name: String) -> String { directory.appending(path: name).path }
    func folder(_ name: String) -> URL { directory.appending(path: name) }

    // MARK: - Stages

    /// The options of a stage from files of this folder to another one; its counts go to `OUTPUT.summary.json`.
    func stageOptions(_ inputs: [String], to output: String, sample: Int? = nil, maxBroken: Double = 0.05) -> StageOptions {
        StageOptions(
            inputs: inputs, output: output, sample: sample, rejects: output + ".rejects", maxBroken: maxBroken,
            summary: output + Self.summaryEnding, quiet: quiet, resume: true, concurrency: 64)
    }

    static let summaryEnding = ".summary.json"

    /// Throws unless the stage went to its end and kept something.
    func check(_ summary: StageSummary, _ stage: String, _ advice: String) throws {
        if summary.isInterrupted { throw CancellationError() }
        if summary.exceedsMaxBroken { throw RoundsError.tooMuchBroken(stage: stage, share: summary.brokenShare) }
        if summary.kept == 0 { throw RoundsError.nothingKept(stage: stage, advice: advice) }
    }

    /// What a finished stage made, and what it dropped by reason.
    func counts(of output: String) throws -> PreferenceReport.Counts {
        let bytes = try Data(contentsOf: folder(output + Self.summaryEnding))
        let object = try JSONObject(parsing: [UInt8](bytes))
        func reasons(_ key: String) -> [String: Int] {
            Dictionary((object[key]?.object?.fields ?? []).map { ($0.key, $0.value.integer ?? 0) }, uniquingKeysWith: +)
        }
        return PreferenceReport.Counts(
            made: object["kept"]?.integer ?? 0, dropped: reasons("dropped").merging(reasons("broken"), uniquingKeysWith: +))
    }

    // MARK: - Trainings

    /// A plan for the model of this name in the folder.
    func plan(_ roles: [ModelRole], from base: URL, to name: String) -> FinetunePlan {
        var plan = FinetunePlan(roles: roles, base: base, output: folder(name), threads: threads)
        plan.resumes = true
        plan.detectLanguage = { IngestOptions.LanguageDetection.builtIn.code(of: $0) }
        return plan
    }

    /// Trains on pairs. A model folder appears whole, so one that is there was finished before its step was written down.
    func train(
        _ plan: FinetunePlan, seeds: [Seed], curated: [Pair] = [], heldOut: [Seed], judgePrompt: JudgePrompt = .trained
    ) async throws {
        guard !FileManager.default.fileExists(atPath: plan.output.path) else { return }
        let (note, progress, name) = (note, trainingProgress, plan.output.lastPathComponent)
        _ = try await Finetuner(plan: plan, judgePrompt: judgePrompt).run(
            seeds: seeds, curated: curated, heldOut: heldOut, note: { note("\(name): \($0)") }
        ) { progress(name, $0) }
    }

    /// Trains on preferences.
    func train(_ plan: FinetunePlan, preferences: [Preference], heldOut: [Seed]) async throws {
        guard !FileManager.default.fileExists(atPath: plan.output.path) else { return }
        let (note, progress, name) = (note, trainingProgress, plan.output.lastPathComponent)
        _ = try await PreferenceTuner(plan: plan).run(
            preferences: preferences, heldOut: heldOut, note: { note("\(name): \($0)") }
        ) { progress(name, $0) }
    }

    /// The preferences of a finished stage.
    func preferences(_ output: String) throws -> [Preference] {
        try RecordSource.readAll([path(output)]).map { try Preference($0.object) }
    }

    func heldOutLoss(of model: URL, on pairs: [Seed]) async throws -> LossSummary {
        try await HeldOutLoss(model: try await open(model)).summary(of: pairs)
    }

    /// Whether a model was trained to answer, by its own card.
    static func answers(_ model: URL) throws -> Bool { try FinetunePlan.roles(of: model).contains(.forward) }
}
