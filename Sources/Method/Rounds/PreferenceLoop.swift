import Finetune
import Foundation
import LanguageModels
import Records

/// The frame of SPIN and Self-Rewarding: a first model, then iterations that make preferences with the newest model and learn from them.
struct PreferenceLoop: Sendable {
    let plan: PreferenceLoopPlan
    let folder: LoopFolder
    let seeds: [Seed]
    let heldOut: [Seed]
    /// Hash of everything that decides what the loop makes, the options of its own kind included.
    let identity: String

    init(_ plan: PreferenceLoopPlan, kind: String, in folder: LoopFolder) throws {
        self.plan = plan
        self.folder = folder
        (seeds, heldOut) = try plan.seeds()
        identity = RecordID.make(seeds.map(\.id) + heldOut.map(\.id) + [kind, plan.base.path, plan.fingerprint])
    }

    /// The file of a model: M0 may be the base itself.
    func model(_ index: Int, startsAtBase: Bool) -> URL { index == 0 && startsAtBase ? plan.base : folder.folder("M\(index)") }

    /// One iteration: `make` fills the file of preferences with the model that stands; `settings` sets what the method's paper says.
    func iterate(
        _ index: Int, from base: URL, make: @Sendable (_ model: any LanguageModel, _ output: String) async throws -> Void,
        earlier: [String] = [], settings: @Sendable (inout FinetunePlan) -> Void
    ) async throws {
        let output = Self.preferences(index)
        try await folder.journal.step("preferences\(index)", fingerprint: identity, output: output) {
            try await make(try await folder.open(base), output)
        }
        try await folder.journal.step("M\(index)", fingerprint: identity, output: "M\(index)") {
            var training = folder.plan([], from: base, to: "M\(index)")
            settings(&training)
            plan.apply(to: &training)
            let preferences = try ([output] + earlier).flatMap { try folder.preferences($0) }
            try await folder.train(training, preferences: preferences, heldOut: heldOut)
        }
    }

    static func preferences(_ index: Int) -> String { "preferences\(index).jsonl" }

    /// All models on the held-out pairs; with them, where it was asked for, the first one trained on the seeds for as many steps.
    func report(startsAtBase: Bool) async throws -> PreferenceReport {
        var report = PreferenceReport()
        for index in 0...plan.iterations {
            let place = model(index, startsAtBase: startsAtBase)
            report.rows.append(
                PreferenceReport.Row(
                    "M\(index)", at: place, pairs: index == 0 ? nil : try folder.counts(of: Self.preferences(index)),
                    heldOut: try await folder.heldOutLoss(of: place, on: heldOut)))
        }
        if plan.comparesContinued {
            let steps = (1...plan.iterations).reduce(0) { $0 + MetricsFile(modelFolder: folder.folder("M\($1)")).losses.count }
            let name = "continued"
            try await folder.journal.step(name, fingerprint: RecordID.make(identity, "\(steps)"), output: name) {
                var training = folder.plan([.forward], from: model(0, startsAtBase: startsAtBase), to: name)
                plan.apply(to: &training)
                training.steps = steps
                try await folder.train(training, seeds: seeds, heldOut: heldOut)
            }
            report.rows.append(
                PreferenceReport.Row(
                    "M0, \(steps) more steps on the seeds", at: folder.folder(name),
                    heldOut: try await folder.heldOutLoss(of: folder.folder(name), on: heldOut)))
        }
        try report.write(to: folder)
        return report
    }
}
