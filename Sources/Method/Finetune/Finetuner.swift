import Foundation
import Records
import Tensors
import Tokenization
import Training
import Transformer

/// Trains a model of one role, or of several over one trunk, from seed pairs and curated pairs, with a loss on what the assistant says.
///
/// Defaults follow Li et al. 2023 (arXiv 2308.06259, section 3.1) where they say something: batch 32 (8 below 3,000 rows), weight decay
/// 0.1, dropout 0.1, a learning rate that falls on a line to nine tenths. Their 1e-5 is for 7,000 million parameters; a smaller model
/// gets more, by the square root of how much smaller it is (`FinetunePlan.defaultLearningRate`).
public struct Finetuner: Sendable {
    public var plan: FinetunePlan

    public init(plan: FinetunePlan) { self.plan = plan }

    /// Held-out rows that are measured.
    private static let heldOutLimit = 256

    /// What went into the training.
    public struct Census: Sendable, Equatable {
        public var rows: [RoleRow.Source: Int] = [:]
        public var cut = 0
        public var tooLong = 0
        public var heldOut = 0
        public var targetTokens = 0

        func summary(examples: Int, options: TrainingOptions) -> String {
            let sources = RoleRow.Source.allCases.compactMap { source in rows[source].map { "\($0) \(source.rawValue)" } }
            let rate = String(format: "%.2g", options.schedule.peak)
            return
                "\(examples) rows (\(sources.joined(separator: ", "))), \(cut) cut at a sentence, \(tooLong) too long, \(heldOut) held out; "
                + "\(options.steps) steps of \(options.batch), \(targetTokens) target tokens an epoch, learning rate \(rate)"
        }
    }

    /// Encodes the rows, trains and writes the model folder.
    public func run(
        seeds: [Seed], curated: [Pair], heldOut: [Seed], note: @escaping @Sendable (String) -> Void,
        progress: @escaping @Sendable (TrainingProgress) -> Void
    ) async throws -> (result: TrainingJob.Result, census: Census) {
        try TrainingJob.checkOutput(plan.output, resumes: plan.resumes, replaces: plan.replaces)
        guard !seeds.isEmpty else { throw FinetuneError.noSeeds }
        let base = try ModelFolder(directory: plan.base)
        var tokenizer = try Tokenizer(directory: plan.base)
        let template = tokenizer.chatTemplate ?? ChatTemplate.plain(for: tokenizer)
        tokenizer.chatTemplate = template
        let context = min(base.configuration.contextLength, plan.context ?? .max)
        let encoder = RowEncoder(tokenizer: tokenizer, template: template, contextLength: context)
        var census = Census()
        let rows = RoleRows.rows(for: plan.roles, seeds: seeds, curated: curated, seed: plan.seed)
        let sources = try plan.roles.compactMap { role -> ShuffledExamples? in
            let examples = try encode(rows.filter { $0.role == role }, with: encoder, census: &census)
            return examples.isEmpty ? nil : try ShuffledExamples(examples, context: context, seed: plan.seed)
        }
        guard !sources.isEmpty else { throw FinetuneError.nothingToLearn(rows: rows.count, tooLong: census.tooLong) }
        var ignored = Census()
        let heldOutRows = RoleRows.rows(for: plan.roles, seeds: heldOut, curated: [], seed: plan.seed)
        let heldOutExamples = try plan.roles.flatMap { role in
            try encode(heldOutRows.filter { $0.role == role }, with: encoder, census: &ignored).prefix(Self.heldOutLimit / plan.roles.count)
        }
        census.heldOut = heldOutExamples.count
        let parameters: Parameters<Float> = try base.loadParameters()
        // Several roles over one trunk take turns: the role with the most rows must not drown the others.
        let shared = sources.map(\.count).min() ?? 0
        let examples = sources.count == 1 ? shared : shared * sources.count
        let options = plan.options(rows: examples, parameters: parameters.count)
        note(census.summary(examples: sources.reduce(0) { $0 + $1.count }, options: options))
        let mixture = try Mixture(sources.map { Mixture.Part($0, weight: 1) })
        let adapters = plan.adapterSettings.map { Adapters<Float>(random: parameters.configuration, settings: $0, seed: plan.seed) }
        let compute = Compute(pool: ThreadPool(threads: plan.threads))
        let job = TrainingJob(
            network: TransformerNetwork(parameters: parameters, adapters: adapters, compute: compute),
            task: .targets(sources.count == 1 ? sources[0] : mixture), heldOut: heldOutExamples,
            options: options, tokenizer: tokenizer, notes: try notes(base: base, rows: rows), storage: plan.storage, output: plan.output,
            resumes: plan.resumes, replaces: plan.replaces)
        return (try await job.run(progress: progress), census)
    }

    private func encode(_ rows: [RoleRow], with encoder: RowEncoder, census: inout Census) throws -> [TrainingExample] {
        var examples = [TrainingExample]()
        for row in rows {
            let example: TrainingExample
            switch try encoder.encode(row) {
            case .whole(let whole): example = whole
            case .cut(let shorter):
                census.cut += 1
                example = shorter
            case .tooLong:
                census.tooLong += 1
                continue
            }
            guard example.targetCount > 0 else {
                census.tooLong += 1
                continue
            }
            census.rows[row.source, default: 0] += 1
            census.targetTokens += example.targetCount
            examples.append(example)
        }
        return examples
    }

    /// The model's own card: its roles, the base's languages, and whether a backward model saw headings in at least a tenth of its rows.
    private func notes(base: ModelFolder, rows: [RoleRow]) throws -> ModelNotes {
        var notes = ModelNotes(roles: plan.roles.map(\.rawValue), languages: base.notes.languages, base: try base.fingerprint())
        let backward = rows.filter { $0.role == .backward }
        if !backward.isEmpty, backward.count(where: \.namesHeading) * 10 >= backward.count { notes.notes["reads_headings"] = "true" }
        notes.notes["prompts"] = RolePrompts.version
        return notes
    }
}
