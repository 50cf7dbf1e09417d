import Evaluate
import Finetune
import Foundation
import Ground
import LanguageModels
import Records

/// The frame of SPIN and Self-Rewarding: a first model, then iterations that make preferences with the newest model and learn from them.
struct PreferenceLoop: Sendable {
    let plan: PreferenceLoopPlan
    let folder: LoopFolder
    let seeds: [Seed]
    let heldOut: [Seed]
    /// Whether the base is M0 itself.
    let startsAtBase: Bool
    private let inputs: LoopSeeds
    private let base: String

    /// Opens all that is named, and throws what is wrong with it; nothing has been done yet.
    init(_ plan: PreferenceLoopPlan, startsAtBase: Bool, in folder: LoopFolder) throws {
        inputs = try LoopSeeds(files: plan.seedFiles, heldOut: plan.heldOut, fields: plan.fields, limit: plan.limit, note: folder.note)
        try plan.training.checkBase()
        base = try FinetunePlan.fingerprint(of: plan.training.base)
        (seeds, heldOut) = (inputs.training, inputs.heldOut)
        self.plan = plan
        self.folder = folder
        self.startsAtBase = startsAtBase
    }

    var seedFingerprint: String { inputs.trainingFingerprint }

    // MARK: - Steps

    /// The name of a model as a step that others need; nil for the base.
    private func step(of index: Int) -> String? { index == 0 && startsAtBase ? nil : "M\(index)" }
    private func place(of index: Int) -> URL { step(of: index).map(folder.folder) ?? plan.training.base }

    static func preferences(_ index: Int) -> String { "preferences\(index).jsonl" }
    private static let continued = "continued"

    /// A stage that asks a model: the newest one, or with nil the base.
    func stage(
        _ name: String, output: String, needs: [String] = [], asking index: Int?, settings: JSONObject, kind: StepKind,
        _ work: @escaping @Sendable (_ model: any LanguageModel) async throws -> Void
    ) -> LoopStep {
        var all: JSONObject = ["inference": .object(folder.models.settings), "sampling": .object(plan.sampling.settings)]
        for (key, value) in settings.fields { all[key] = value }
        let asked = index.flatMap(step)
        if asked == nil { all["base"] = .string(base) }
        return LoopStep(name: name, output: output, needs: needs + [asked].compactMap(\.self), settings: all, kind: kind) {
            let place = index.map(place) ?? plan.training.base
            try await work(try await folder.models.open(place.path))
        }
    }

    /// The first model, where it is not the base: trained on the seeds in these roles.
    func first(_ roles: [ModelRole], judgePrompt: JudgePrompt = .trained) -> [LoopStep] {
        startsAtBase ? [] : [onSeeds("M0", roles, plan.onSeeds(), needs: [], from: nil, judgePrompt: judgePrompt)]
    }

    private func onSeeds(
        _ name: String, _ roles: [ModelRole], _ training: FinetunePlan, needs: [String], from index: Int?,
        judgePrompt: JudgePrompt = .trained
    ) -> LoopStep {
        let plan = folder.plan(training, roles, from: index.map(place) ?? plan.training.base, to: name)
        var settings: JSONObject = [
            "seeds": .string(inputs.trainingFingerprint), "held_out": .string(inputs.heldOutFingerprint),
            "training": .object(plan.settings),
            "judge_prompt": .string("\(judgePrompt)"),
        ]
        let asked = index.flatMap(step)
        if asked == nil { settings["base"] = .string(base) }
        return LoopStep(
            name: name, output: name, needs: needs + [asked].compactMap(\.self), settings: settings, kind: .training(plan, judgePrompt)
        ) {
            try await folder.train(plan, seeds: seeds, heldOut: heldOut, judgePrompt: judgePrompt)
        }
    }

    /// The model of an iteration, trained from the one before on its preferences, and on those of `earlier` iterations.
    func learning(_ index: Int, earlier: [Int] = [], method: (inout FinetunePlan) -> Void) -> LoopStep {
        var training = folder.plan(plan.training, [], from: place(of: index - 1), to: "M\(index)")
        method(&training)
        let plan = training
        var settings: JSONObject = ["held_out": .string(inputs.heldOutFingerprint), "training": .object(plan.settings)]
        if step(of: index - 1) == nil { settings["base"] = .string(base) }
        let sources = [index] + earlier
        let needs = sources.map { "preferences\($0)" } + [step(of: index - 1)].compactMap(\.self)
        let kind = StepKind.training(plan, further: .preferences)
        return LoopStep(name: "M\(index)", output: "M\(index)", needs: needs, settings: settings, kind: kind) {
            let preferences = try sources.flatMap { try folder.preferences(Self.preferences($0)) }
            try await folder.train(plan, preferences: preferences, heldOut: heldOut)
        }
    }

    /// The measurements of all models, and where it was asked for the first one trained on the seeds for as many steps, to compare with.
    func closing() -> [LoopStep] {
        let last = max(1, plan.iterations)
        var steps: [LoopStep] = []
        if plan.comparesContinued {
            let settings: JSONObject = [
                "seeds": .string(inputs.trainingFingerprint), "training": .object(plan.onSeeds().settings), "base": .string(base),
            ]
            let needs = (1...last).map { "M\($0)" } + [step(of: 0)].compactMap(\.self)
            steps.append(
                LoopStep(
                    name: Self.continued, output: Self.continued, needs: needs, settings: settings,
                    kind: .training(folder.plan(plan.onSeeds(), [.forward], from: place(of: 0), to: Self.continued))
                ) {
                    let training = folder.plan(plan.onSeeds(steps: furtherSteps), [.forward], from: place(of: 0), to: Self.continued)
                    try await folder.train(training, seeds: seeds, heldOut: heldOut)
                })
        }
        let models = ["base"] + (0...last).compactMap(step) + (plan.comparesContinued ? [Self.continued] : [])
        return steps
            + models.map { name in
                var settings: JSONObject = ["held_out": .string(inputs.heldOutFingerprint), "inference": .object(folder.models.settings)]
                if name == "base" { settings["base"] = .string(base) }
                let place = name == "base" ? plan.training.base.path : folder.path(name)
                return folder.measuring(name, at: place, needs: name == "base" ? [] : [name], settings: settings, on: heldOut)
            }
    }

    /// The steps of all iterations' trainings together.
    private var furtherSteps: Int {
        (1...max(1, plan.iterations)).reduce(0) { $0 + MetricsFile(modelFolder: folder.folder("M\($1)")).losses.count }
    }

    /// How things stand with these steps and what they will take; nothing is done.
    ///
    /// - Parameter prompts: the prompts an iteration answers.
    func forecast(_ steps: [LoopStep], prompts: Int) async throws -> LoopForecast {
        var survey = LoopSurvey(folder: folder, base: plan.training, seeds: seeds)
        survey.preferences = prompts
        return try await LoopForecast(steps, survey)
    }

    // MARK: - The report

    /// Base and models on the held-out pairs, with the pairs each learned from.
    func report() throws -> PreferenceReport {
        var rows = [LossTable.Row(name: "base", data: "", losses: try losses("base"))]
        var trainings: [String: PreferenceReport.Training] = [:]
        for index in 0...max(1, plan.iterations) {
            guard let name = step(of: index) else { continue }
            rows.append(LossTable.Row(name: name, data: index == 0 ? "\(seeds.count) seeds" : "preferences", losses: try losses(name)))
            trainings[name] = PreferenceReport.Training(
                at: folder.folder(name), pairs: index == 0 ? nil : try folder.counts(of: Self.preferences(index)))
        }
        if plan.comparesContinued {
            let first = step(of: 0) ?? "base"
            rows.append(
                LossTable.Row(
                    name: "\(first), \(furtherSteps) more steps on the seeds", data: "\(seeds.count) seeds",
                    losses: try losses(Self.continued)))
        }
        let report = PreferenceReport(table: LossTable(rows), trainings: trainings)
        try report.write(to: folder)
        return report
    }

    private func losses(_ name: String) throws -> ModelLosses { try ModelLosses(file: folder.path(LoopFolder.losses(name))) }
}

extension Sampling {
    /// What decides an answer, by name.
    var settings: JSONObject {
        [
            "temperature": .double(temperature), "top_p": .double(topP), "top_k": .integer(topK), "max_new_tokens": .integer(maxNewTokens),
            "stop": .array(stop.map { .string($0) }), "no_repeat": .integer(noRepeat), "seed": .number(String(seed)),
        ]
    }
}
