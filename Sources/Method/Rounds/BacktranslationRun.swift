import Augment
import Curate
import Finetune
import Foundation
import Ground
import Ingest
import LanguageModels
import Records
import Stages

/// The loop of Li et al. 2023 (arXiv 2308.06259): pages in, a better model out.
///
/// A backward model from the seeds predicts the instructions of all passages once. Then, each iteration, a judge rates all pairs, the
/// best are kept, and M_t is trained from the base model on seed and kept pairs under their two source tags. The judge of iteration t
/// comes from M_{t-1}: trained on graded seed pairs from its weights, or M_{t-1} itself with the rubric in words; or it is the caller's
/// own.
///
/// Each step is done once: what stands in the folder, made from the same inputs and options, is taken as it is (`RunJournal`).
public struct BacktranslationRun: Sendable {
    public let plan: BacktranslationPlan
    let folder: LoopFolder

    public init(plan: BacktranslationPlan, models: LoopModels, display: LoopDisplay) {
        self.plan = plan
        folder = LoopFolder(directory: plan.directory, quiet: plan.quiet, models: models, display: display)
    }

    /// Checks everything that is named, runs what is not done yet, and compares base and models on the held-out pairs.
    public func run() async throws -> RunReport {
        let inputs = try await checkedInputs()
        try await folder.perform(steps(inputs), command: "run")
        return try report(inputs)
    }

    /// Checks everything that is named, and tells how things stand and what the steps will take; nothing is done.
    public func forecast() async throws -> LoopForecast {
        let inputs = try await checkedInputs()
        var survey = LoopSurvey(folder: folder, base: plan.training, seeds: inputs.seeds.training)
        survey.passages = Self.passages
        survey.limit = plan.limit
        if case .topFraction(let share) = plan.selection { survey.selectedShare = share }
        return try await LoopForecast(steps(inputs), survey)
    }

    /// What of the held-out pairs another command is told to keep the same ones back: a file, or a number.
    public func heldOutChoice() throws -> String {
        try plan.heldOut ?? String(LoopSeeds(files: plan.seedFiles, heldOut: nil, fields: plan.fields, note: { _ in }).heldOut.count)
    }

    // MARK: - What is named

    /// What the run reads, opened: nothing has been done yet.
    struct Inputs: Sendable {
        var seeds: LoopSeeds
        var corpus: String
        var corpusBytes: Int
        var base: String
        var excluded: String?
        var backward: ModelCard?
        var judge: ModelCard?
    }

    /// Opens all that is named before the first page is read, and throws what is wrong with it.
    func checkedInputs() async throws -> Inputs {
        let seeds = try LoopSeeds(files: plan.seedFiles, heldOut: plan.heldOut, fields: plan.fields, note: folder.note)
        try plan.training.checkBase()
        try plan.trainWith?.check(plan.training)
        let pages = try PageSource(paths: plan.corpus, options: plan.ingest)
        var inputs = Inputs(
            seeds: seeds, corpus: pages.fingerprint, corpusBytes: pages.totalBytes ?? 0,
            base: try FinetunePlan.fingerprint(of: plan.training.base),
            excluded: try plan.exclude.map { try ContentIdentity(of: URL(filePath: $0)).content })
        if let model = plan.backward {
            let card = try await folder.models.check(model)
            guard card.roles.isEmpty || card.roles.contains(.backward) else {
                throw AugmentError.wrongRole(model: card.name, roles: card.roles)
            }
            inputs.backward = card
        }
        if let model = plan.judge {
            let card = try await folder.models.check(model)
            try plan.judgement?.check(card)
            inputs.judge = card
        }
        if plan.judgement == nil, let backward = inputs.backward, !backward.givesLogLikelihoods {
            throw CurateError.noLikelihoods(model: backward.name)
        }
        return inputs
    }

    // MARK: - The steps

    static let passages = "passages.jsonl"
    static let pairs = "pairs.jsonl"
    static func ratings(_ iteration: Int) -> String { "pairs.rated\(iteration)" }
    static func curated(_ iteration: Int) -> String { "curated\(iteration).jsonl" }

    /// Whether likelihoods of a backward model and of M0 tell how well instruction and text belong together.
    private func takesGain(_ inputs: Inputs) -> Bool { plan.judgement != .rubric && (inputs.backward?.givesLogLikelihoods ?? true) }

    /// What the folder calls the model that judges in an iteration; nil for one of the caller's own, or none.
    private func judge(_ iteration: Int) -> String? {
        guard plan.judge == nil, let judgement = plan.judgement else { return nil }
        return judgement == .trained ? "judge\(iteration)" : "M\(iteration - 1)"
    }

    func steps(_ inputs: Inputs) -> [LoopStep] {
        var steps = [ingest(inputs)]
        if plan.backward == nil { steps.append(training([.backward], "backward", inputs)) }
        steps.append(augment(inputs))
        steps.append(training([.forward], "M0", inputs))
        for iteration in 1...max(1, plan.iterations) {
            if plan.judgement == .trained, plan.judge == nil {
                steps.append(training([.judge], "judge\(iteration)", inputs, from: "M\(iteration - 1)"))
            }
            steps += [rate(iteration, inputs), select(iteration), training([.forward], "M\(iteration)", inputs, curated: iteration)]
        }
        return steps + ["base"].map { measure($0, inputs) } + (0...max(1, plan.iterations)).map { measure("M\($0)", inputs) }
    }

    private func ingest(_ inputs: Inputs) -> LoopStep {
        var settings: JSONObject = ["corpus": .string(inputs.corpus), "ingest": .object(plan.ingest.settings)]
        if let excluded = inputs.excluded { settings["exclude"] = .string(excluded) }
        return LoopStep(
            name: "ingest", output: Self.passages, needs: [], settings: settings, kind: .reading(bytes: inputs.corpusBytes)
        ) {
            let stage = IngestStage(paths: plan.corpus, options: plan.ingest)
            var options = stageOptions([], to: Self.passages)
            options.exclude = plan.exclude
            options.concurrency = plan.training.threads
            try folder.check(try await stage.run(options), "ingest", rejects: Self.passages, "give more or longer pages")
        }
    }

    private func augment(_ inputs: Inputs) -> LoopStep {
        var settings: JSONObject = ["augment": .object(plan.augment.settings), "inference": .object(folder.models.settings)]
        settings["limit"] = plan.limit.map { .integer($0) }
        settings["backward_model"] = inputs.backward.map { .string($0.fingerprint) }
        return LoopStep(
            name: "augment", output: Self.pairs, needs: ["ingest"] + (plan.backward == nil ? ["backward"] : []), settings: settings,
            kind: .writing(records: nil, tokens: 24 * plan.augment.samples)
        ) {
            let augmenter = try Augmenter(model: try await backward(), options: plan.augment)
            let options = stageOptions([Self.passages], to: Self.pairs, sample: plan.limit)
            try folder.check(
                try await augmenter.run(options), "augment", rejects: Self.pairs,
                "the backward model wrote no usable instruction; give more seeds or a larger base model")
        }
    }

    /// A training on the seeds, and of an iteration's forward model on what was kept in it.
    private func training(
        _ roles: [ModelRole], _ name: String, _ inputs: Inputs, from earlier: String? = nil, curated iteration: Int? = nil
    ) -> LoopStep {
        let training = folder.plan(plan.training, roles, from: earlier.map(folder.folder) ?? plan.training.base, to: name)
        var settings: JSONObject = [
            "seeds": .string(inputs.seeds.trainingFingerprint), "held_out": .string(inputs.seeds.heldOutFingerprint),
        ]
        if earlier == nil { settings["base"] = .string(inputs.base) }
        settings["training"] = .object(training.settings)
        settings["train_with"] = plan.trainWith.map { .string($0.command) }
        let needs = [earlier, iteration.map { "curate\($0)" }].compactMap(\.self)
        let kind = StepKind.training(training, further: iteration == nil ? .none : .selected)
        return LoopStep(name: name, output: name, needs: needs, settings: settings, kind: kind) {
            let kept = try iteration.map { try curatedPairs($0) } ?? []
            try await folder.train(
                training, with: plan.trainWith, seeds: inputs.seeds.training, curated: kept, heldOut: inputs.seeds.heldOut)
        }
    }

    private func rate(_ iteration: Int, _ inputs: Inputs) -> LoopStep {
        let judge = judge(iteration)
        let takesGain = takesGain(inputs)
        var needs = ["augment"] + [judge].compactMap(\.self)
        if takesGain { needs += (plan.backward == nil ? ["backward"] : []) + (needs.contains("M0") ? [] : ["M0"]) }
        var settings: JSONObject = [
            "judgement": .string(plan.judgement?.rawValue ?? "none"), "iteration": .integer(iteration),
            "inference": .object(folder.models.settings),
        ]
        settings["judge_model"] = inputs.judge.map { .string($0.fingerprint) }
        settings["backward_model"] = inputs.backward.map { .string($0.fingerprint) }
        return LoopStep(
            name: "rate\(iteration)", output: Self.ratings(iteration), needs: needs, settings: settings,
            // The backward model reads a text once, M0 four times, after the instruction and after three that say nothing; a judge reads it once.
            kind: .rating(long: (takesGain ? 1 + 4 : 0) + (plan.judgement == nil ? 0 : 1), short: takesGain ? 3 : 0)
        ) {
            let model: (any LanguageModel)? =
                if let place = judge.map(folder.path) ?? plan.judge { try await folder.models.open(place) } else { nil }
            let asked: (any LanguageModel)? = takesGain ? try await backward() : nil
            if plan.selection.map({ if case .minimumScore = $0 { true } else { false } }) ?? true,
                let notice = GainScale.notice(for: asked?.card)
            {
                folder.note("rate\(iteration): \(notice)")
            }
            // M0 and no later model tells the gain: one that was trained on a pair finds it likelier than its instruction makes it.
            let curator = try Curator(
                judge: model, backward: asked,
                forward: takesGain ? try await folder.models.open(folder.path("M0")) : nil,
                options: CurateOptions(judgement: plan.judgement ?? .trained, keepsAll: true, iteration: iteration))
            let options = stageOptions([Self.pairs], to: Self.ratings(iteration), writesSummary: false)
            try folder.check(
                try await curator.run(options), "rating", rejects: Self.ratings(iteration),
                "the judge gives no pair a score; give more seeds or a larger base model, or a judge with --judge-model")
        }
    }

    private func select(_ iteration: Int) -> LoopStep {
        let output = Self.curated(iteration)
        let settings = plan.selection?.settings ?? ["selection": "the paper's score, or the best"]
        return LoopStep(name: "curate\(iteration)", output: output, needs: ["rate\(iteration)"], settings: settings, kind: .sorting) {
            let options = stageOptions([Self.ratings(iteration)], to: output)
            let summary = try await (plan.selection ?? selection(iteration)).run(options)
            try folder.check(
                summary, "curate", rejects: output,
                "lower --min-score, or select by rank with --top-fraction; the same command with the new option goes on from here")
        }
    }

    /// The paper's score, or where no pair has it a share by rank.
    func selection(_ iteration: Int) throws -> Selection {
        guard case .minimumScore(let least) = Selection.paper else { return .paper }
        let best = try RecordSource.readAll([folder.path(Self.ratings(iteration))]).compactMap { $0.object["score"]?.double }.max() ?? 1
        guard best < least else { return .paper }
        let share = BacktranslationPlan.fallbackShare
        folder.note(
            "curate\(iteration): no pair has a score of \(least) (the best has \(Figures.fixed(best, 2))), so the best "
                + "\(Int(share * 100)) % are taken, as by --top-fraction \(share)")
        return .topFraction(share)
    }

    private func measure(_ name: String, _ inputs: Inputs) -> LoopStep {
        var settings: JSONObject = ["held_out": .string(inputs.seeds.heldOutFingerprint), "inference": .object(folder.models.settings)]
        if name == "base" { settings["base"] = .string(inputs.base) }
        let place = name == "base" ? plan.training.base.path : folder.path(name)
        return folder.measuring(name, at: place, needs: name == "base" ? [] : [name], settings: settings, on: inputs.seeds.heldOut)
    }

    // MARK: - What the steps share

    private func stageOptions(_ inputs: [String], to output: String, sample: Int? = nil, writesSummary: Bool = true) -> StageOptions {
        folder.stageOptions(inputs, to: output, sample: sample, maxBroken: plan.maxBroken, writesSummary: writesSummary)
    }

    private func backward() async throws -> any LanguageModel { try await folder.models.open(plan.backward ?? folder.path("backward")) }

    private func curatedPairs(_ iteration: Int) throws -> [Pair] {
        try RecordSource.readAll([folder.path(Self.curated(iteration))]).map { try Pair($0.object) }.filter(\.isSelected)
    }

    private func report(_ inputs: Inputs) throws -> RunReport {
        let seeds = inputs.seeds.training.count
        var curated: [String: Int] = [:]
        var rated: [String: Int] = [:]
        var rows = [LossTable.Row(name: "base", data: "", losses: try losses("base"))]
        for index in 0...max(1, plan.iterations) {
            if index > 0 {
                curated["M\(index)"] = try curatedPairs(index).count
                rated["M\(index)"] = try RecordSource.readAll([folder.path(Self.ratings(index))]).count
            }
            let further = curated["M\(index)"].map { " + \($0) curated of \(rated["M\(index)"] ?? 0)" } ?? ""
            rows.append(LossTable.Row(name: "M\(index)", data: "\(seeds) seeds\(further)", losses: try losses("M\(index)")))
        }
        var report = RunReport(
            table: LossTable(rows), curatedPairs: curated, ratedPairs: rated, notice: try notice(inputs),
            base: plan.training.base.lastPathComponent)
        report.trainedBy = try trainers()
        try report.write(to: folder)
        return report
    }

    /// What is to be known of scores that pairs were chosen by: that they rest on the general scale.
    private func notice(_ inputs: Inputs) throws -> String? {
        guard takesGain(inputs), plan.selection.map({ if case .minimumScore = $0 { true } else { false } }) ?? true else { return nil }
        return try plan.backward == nil
            ? FinetunePlan.fitsGain(folder.folder("backward")) ? nil : GainScale.notice(named: "backward")
            : GainScale.notice(for: inputs.backward)
    }

    /// The programs that trained the models, as their notes name them.
    private func trainers() throws -> [String] {
        guard plan.trainWith != nil else { return [] }
        let names = (0...max(1, plan.iterations)).compactMap { try? FinetunePlan.trainer(of: folder.folder("M\($0)")) }
        return Set(names).sorted()
    }

    private func losses(_ name: String) throws -> ModelLosses { try ModelLosses(file: folder.path(LoopFolder.losses(name))) }
}
