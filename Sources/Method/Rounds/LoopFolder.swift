import Finetune
import Foundation
import Ground
import LanguageModels
import Records
import Stages
import Training

/// The folder of a loop, and what every loop does in it: stages over records, trainings, and measurements on held-out pairs.
struct LoopFolder: Sendable {
    let directory: URL
    let quiet: Bool
    let models: LoopModels
    let note: @Sendable (String) -> Void
    let trainingProgress: @Sendable (TrainingProgress) -> Void

    init(directory: URL, quiet: Bool, models: LoopModels, display: LoopDisplay) {
        self.directory = directory
        self.quiet = quiet
        self.models = models
        note = display.note
        trainingProgress = display.trainingProgress
    }

    func path(_ name: String) -> String { directory.appending(path: name).path }
    func folder(_ name: String) -> URL { directory.appending(path: name) }

    /// Does all steps that are not done, alone in the folder.
    ///
    /// - Parameter command: the loop, as another process is told.
    func perform(_ steps: [LoopStep], command: String) async throws {
        do {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        } catch {
            throw RoundsError.cannotWork(directory.path, reason: error.localizedDescription)
        }
        let lock = try FolderLock(directory, command: command)
        defer { withExtendedLifetime(lock) {} }
        try clearLeftovers()
        let journal = try RunJournal(directory: directory, note: note)
        for step in steps {
            try Task.checkCancellation()
            do {
                try await journal.perform(step)
            } catch FinetuneError.interrupted {
                throw CancellationError()
            }
        }
    }

    /// Takes away what killed processes have left half removed or half written; nobody else is at work here.
    private func clearLeftovers() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: directory.path) {
            guard name.hasPrefix("."), name.hasSuffix(".removed") || name.hasSuffix(".part") else { continue }
            try FileManager.default.removeItem(at: folder(name))
        }
    }

    // MARK: - Stages

    /// The options of a stage from files of this folder to another one; its counts go to `OUTPUT.summary.json`.
    func stageOptions(_ inputs: [String], to output: String, sample: Int? = nil, maxBroken: Double, writesSummary: Bool = true)
        -> StageOptions
    {
        StageOptions(
            inputs: inputs.map(path), output: path(output), sample: sample, rejects: path(output) + ".rejects", maxBroken: maxBroken,
            summary: writesSummary ? path(output) + Self.summaryEnding : nil, quiet: quiet, resume: true, concurrency: 64)
    }

    static let summaryEnding = ".summary.json"

    /// Throws unless the stage went to its end and kept something.
    func check(_ summary: StageSummary, _ stage: String, rejects output: String, _ advice: String) throws {
        if summary.isInterrupted { throw CancellationError() }
        if summary.exceedsMaxBroken {
            throw RoundsError.tooMuchBroken(stage: stage, share: summary.brokenShare, rejects: path(output) + ".rejects")
        }
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

    /// The preferences of a finished stage.
    func preferences(_ output: String) throws -> [Preference] {
        try RecordSource.readAll([path(output)]).map { try Preference($0.object) }
    }

    // MARK: - Trainings

    /// The plan of the model of this name: the loop's own, with this base.
    func plan(_ training: FinetunePlan, _ roles: [ModelRole], from base: URL, to name: String) -> FinetunePlan {
        var plan = training
        (plan.roles, plan.base, plan.output, plan.resumes, plan.replaces) = (roles, base, folder(name), true, false)
        return plan
    }

    /// Trains on pairs, or finds the model made: a folder appears whole, so one that stands was finished before its step was written down.
    func train(
        _ plan: FinetunePlan, with outside: OutsideTraining? = nil, seeds: [Seed], curated: [Pair] = [], heldOut: [Seed],
        judgePrompt: JudgePrompt = .trained
    ) async throws {
        guard try !TrainingJob.isFinished(plan.output) else { return }
        let (note, progress, name) = (note, trainingProgress, plan.output.lastPathComponent)
        if let outside {
            return try await outside.run(
                plan, seeds: seeds, curated: curated, heldOut: heldOut, judgePrompt: judgePrompt, note: { note("\(name): \($0)") })
        }
        _ = try await Finetuner(plan: plan, judgePrompt: judgePrompt).run(
            seeds: seeds, curated: curated, heldOut: heldOut, note: { note("\(name): \($0)") }, progress: progress)
    }

    /// Trains on preferences.
    func train(_ plan: FinetunePlan, preferences: [Preference], heldOut: [Seed]) async throws {
        guard try !TrainingJob.isFinished(plan.output) else { return }
        let (note, progress, name) = (note, trainingProgress, plan.output.lastPathComponent)
        _ = try await PreferenceTuner(plan: plan).run(
            preferences: preferences, heldOut: heldOut, note: { note("\(name): \($0)") }, progress: progress)
    }

    // MARK: - Measurements

    static func losses(_ model: String) -> String { "\(model).losses" }

    /// The losses of a model on the held-out pairs.
    func measuring(_ name: String, at place: String, needs: [String], settings: JSONObject, on pairs: [Seed]) -> LoopStep {
        let output = Self.losses(name)
        return LoopStep(
            name: "loss of \(name)", output: output, needs: needs, settings: settings, kind: .measuring(pairs: pairs.count)
        ) {
            try await ModelLosses(of: try await models.open(place), on: pairs).write(to: path(output))
        }
    }

    /// Whether a model was trained to answer, by its own card.
    static func answers(_ model: URL) throws -> Bool { try FinetunePlan.roles(of: model).contains(.forward) }
}

/// How a loop comes by models; the method does not know how one is opened.
public struct LoopModels: Sendable {
    /// Opens a model for inference, by the path of its folder or file or by the address of a server.
    public var open: @Sendable (String) async throws -> any LanguageModel
    /// What of inference decides the bytes of records, such as the precision.
    public var settings: JSONObject
    /// The bytes that a model of this folder or file takes in memory to be asked; nil where that is not known.
    public var memory: @Sendable (String) throws -> Int?

    public init(
        open: @escaping @Sendable (String) async throws -> any LanguageModel, settings: JSONObject,
        memory: @escaping @Sendable (String) throws -> Int? = { _ in nil }
    ) {
        self.open = open
        self.settings = settings
        self.memory = memory
    }

    /// Opens a model to see that it can be, and lets it go; a server is asked for a word.
    func check(_ model: String) async throws -> ModelCard {
        let opened = try await open(model)
        if opened.card.precision == "remote" {
            do {
                _ = try await opened.complete(
                    .chat([ChatMessage(.user, "Say yes.")]), sampling: Sampling(temperature: 0, topP: 1, maxNewTokens: 4), key: "check")
            } catch let rejection as Rejection {
                throw RoundsError.silentServer(model: model, reason: "\(rejection)")
            }
        }
        return opened.card
    }
}

/// Where a loop says what it does.
public struct LoopDisplay: Sendable {
    public var note: @Sendable (String) -> Void
    public var trainingProgress: @Sendable (TrainingProgress) -> Void

    public init(note: @escaping @Sendable (String) -> Void, trainingProgress: @escaping @Sendable (TrainingProgress) -> Void) {
        self.note = note
        self.trainingProgress = trainingProgress
    }
}
