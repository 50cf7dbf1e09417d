import Foundation
import LanguageModels
import Records
import Tensors
import Tokenization
import Training
import Transformer

/// Trains a model of one role, or of several over one trunk, from seed pairs and curated pairs, with a loss on what the assistant says.
///
/// Defaults follow Li et al. 2023 (arXiv 2308.06259, section 3.1) where they say something: batch 32 (8 below 3,000 rows), weight decay
/// 0.1. Where they were made for 7,000 million parameters and harm a small model (dropout, the learning rate) `TrainingDefaults` says what was
/// measured instead.
public struct Finetuner: Sendable {
    public var plan: FinetunePlan
    /// How a judge's rows ask for the label.
    public var judgePrompt = JudgePrompt.trained

    public init(plan: FinetunePlan, judgePrompt: JudgePrompt = .trained) {
        self.plan = plan
        self.judgePrompt = judgePrompt
    }

    /// Held-out rows that are measured.
    static let heldOutLimit = 256

    /// What went into the training.
    public struct Census: Sendable, Equatable {
        public var rows: [RoleRow.Source: Int] = [:]
        public var cut = 0
        public var tooLong = 0
        public var heldOut = 0
        public var targetTokens = 0
        /// Tokens that an epoch reads.
        public var tokens = 0
        /// The ids of the rows that are too long to learn from.
        var tooLongIDs: [String] = []

        func summary(examples: Int, options: TrainingOptions) -> String {
            let sources = RoleRow.Source.allCases.compactMap { source in rows[source].map { "\($0) \(source.rawValue)" } }
            return
                "\(examples) rows (\(sources.joined(separator: ", "))), \(cut) cut at a sentence, \(tooLong) too long, \(heldOut) held out; "
                + "\(options.steps) steps of \(options.batch), \(targetTokens) target tokens an epoch"
        }
    }

    /// Encodes the rows, trains and writes the model folder.
    ///
    /// - Parameter places: where each record stands, by its id, to name what nothing can be learned from.
    public func run(
        seeds: [Seed], curated: [Pair], heldOut: [Seed], places: [String: SourcePlace] = [:], note: @escaping @Sendable (String) -> Void,
        progress: @escaping @Sendable (TrainingProgress) -> Void
    ) async throws -> (result: TrainingJob.Result, census: Census) {
        try TrainingJob.checkOutput(plan.output, resumes: plan.resumes, replaces: plan.replaces)
        guard !seeds.isEmpty else { throw FinetuneError.noSeeds(refused: []) }
        let base = try TrainingBase(plan)
        var census = Census()
        let (seeds, fitting) = fitsGain ? GainFit.split(seeds, heldOut: heldOut) : (seeds, [])
        let rows = self.rows(seeds: seeds, curated: curated)
        let sources = try plan.roles.compactMap { role in
            try source(of: rows.filter { $0.role == role }, base, census: &census)
        }
        noteTooLong(census, base, places, note)
        guard !sources.isEmpty else { throw FinetuneError.nothingToLearn(rows: rows.count, tooLong: census.tooLong) }
        let heldOutExamples = try self.heldOut(heldOut, base)
        census.heldOut = heldOutExamples.count
        let languages = languages(seeds: seeds, curated: curated)
        // Several roles over one trunk take turns: the role with the most rows must not drown the others.
        let shared = sources.map(\.rows).min() ?? 0
        let examples = sources.count == 1 ? shared : shared * sources.count
        let mixture = try Mixture(sources.map { Mixture.Part($0.source, weight: 1) })
        var job = try base.job(
            .targets(sources.count == 1 ? sources[0].source : mixture), heldOut: heldOutExamples, rows: examples,
            longest: sources.map(\.longest).max() ?? 1, notes: try notes(base: base.folder, rows: rows, languages),
            tokens: census.tokens, tell: note
        ) { [census] in census.summary(examples: sources.reduce(0) { $0 + $1.rows }, options: $0) }
        if fitsGain { job.finishedNotes = FittedNotes(plan: plan, seeds: fitting, note: note).notes }
        return (try await job.run(progress: progress), census)
    }

    /// Names the records that are too long to learn from.
    func noteTooLong(_ census: Census, _ base: TrainingBase, _ places: [String: SourcePlace], _ note: (String) -> Void) {
        let refusals = census.tooLongIDs.compactMap { id in
            places[id].map { RefusedRow($0, reason: "its prompt alone fills the context of \(base.context) tokens") }
        }
        for line in RefusedRows.lines(refusals) { note(line) }
    }

    /// The languages of what it learns from.
    func languages(seeds: [Seed], curated: [Pair]) -> TrainingLanguages {
        var languages = TrainingLanguages(detect: plan.detectLanguage)
        languages.add(seeds)
        if plan.roles.contains(.forward) { languages.add(curated) }
        return languages
    }

    /// Whether the notes of what is trained say how its gain is read.
    var fitsGain: Bool { plan.roles.contains(.backward) && plan.openTrained != nil }

    // MARK: - Rows

    func rows(seeds: [Seed], curated: [Pair]) -> [RoleRow] {
        RoleRows.rows(
            for: plan.roles, seeds: seeds, curated: curated, seed: plan.seed, allTurns: plan.learnsAllTurns, judgePrompt: judgePrompt)
    }

    private struct Source {
        var source: any ExampleSource
        var rows: Int
        var longest: Int
    }

    /// The examples of one role, seeds and curated pairs in their shares; nil where there are none.
    private func source(of rows: [RoleRow], _ base: TrainingBase, census: inout Census) throws -> Source? {
        let seeds = try encode(rows.filter { $0.source != .curated }, with: base.encoder, census: &census).map(\.example)
        let curated = try encode(rows.filter { $0.source == .curated }, with: base.encoder, census: &census).map(\.example)
        let all = seeds + curated
        guard !all.isEmpty else { return nil }
        var source: any ExampleSource = try ShuffledExamples(all, context: base.context, seed: plan.seed)
        if let share = plan.seedShare, share > 0, share < 1, !seeds.isEmpty, !curated.isEmpty {
            source = try Mixture([
                .init(ShuffledExamples(seeds, context: base.context, seed: plan.seed), weight: share),
                .init(ShuffledExamples(curated, context: base.context, seed: plan.seed), weight: 1 - share),
            ])
        }
        return Source(source: source, rows: all.count, longest: all.map(\.inputCount).max() ?? 1)
    }

    func heldOut(_ seeds: [Seed], _ base: TrainingBase) throws -> [TrainingExample] {
        var ignored = Census()
        let rows = self.rows(seeds: seeds, curated: [])
        return try plan.roles.flatMap { role in
            try encode(rows.filter { $0.role == role }, with: base.encoder, census: &ignored)
                .prefix(Self.heldOutLimit / plan.roles.count).map(\.example)
        }
    }

    func encode(_ rows: [RoleRow], with encoder: RowEncoder, census: inout Census) throws -> [PreparedRow] {
        var examples = [PreparedRow]()
        for row in rows {
            let (example, isCut): (TrainingExample, Bool)
            switch try encoder.encode(row) {
            case .whole(let whole): (example, isCut) = (whole, false)
            case .cut(let shorter):
                census.cut += 1
                (example, isCut) = (shorter, true)
            case .tooLong:
                census.tooLong += 1
                census.tooLongIDs.append(row.recordID)
                continue
            }
            guard example.targetCount > 0 else {
                census.tooLong += 1
                census.tooLongIDs.append(row.recordID)
                continue
            }
            census.rows[row.source, default: 0] += 1
            census.targetTokens += example.targetCount
            census.tokens += example.inputCount
            examples.append(PreparedRow(row: row, example: example, isCut: isCut))
        }
        return examples
    }

    /// The model's own notes: its roles, the languages of what it learns from, and whether a backward model saw headings in at least a
    /// twentieth of its rows.
    func notes(base: ModelFolder, rows: [RoleRow], _ languages: TrainingLanguages) throws -> ModelNotes {
        var notes = ModelNotes(
            roles: plan.roles.map(\.rawValue), languages: languages.codes(base: base.notes.languages), base: try base.fingerprint())
        let backward = rows.filter { $0.role == .backward }
        notes.readsHeadings = !backward.isEmpty && backward.count(where: \.namesHeading) * 20 >= backward.count
        notes.prompts = RolePrompts.version
        return notes
    }
}
