import Foundation
import Tensors
import Tokenization
import Training
import Transformer

/// The model that a run starts from, before its weights are read: its tokenizer, its template, its context.
struct TrainingBase {
    let plan: FinetunePlan
    let folder: ModelFolder
    let tokenizer: Tokenizer
    let encoder: RowEncoder
    /// The longest row in tokens.
    let context: Int

    init(_ plan: FinetunePlan) throws {
        if plan.adapters != nil, plan.optimizer == .muon { throw FinetuneError.muonOnAdapters }
        self.plan = plan
        folder = try ModelFolder(directory: plan.base)
        encoder = try RowEncoder(modelFolder: plan.base, context: plan.context)
        tokenizer = encoder.tokenizer
        context = encoder.contextLength
    }

    /// States the need of memory, then reads the weights, and gives the job that `plan` describes.
    ///
    /// - Parameters:
    ///   - rows: what one epoch reads.
    ///   - longest: the tokens that must fit into one pass: a row's, or those of a pair's two answers.
    ///   - tokens: what one epoch reads, in tokens.
    ///   - note: what is known of the run before it starts, with its options.
    func job(
        _ task: TrainingTask, heldOut: [TrainingExample], rows: Int, longest: Int, notes: ModelNotes, tokens: Int, tell: (String) -> Void,
        note: (TrainingOptions) -> String
    ) throws -> TrainingJob {
        let configuration = folder.configuration
        let memory = try MemoryPlan(
            configuration: configuration, adapters: plan.adapters, basePrecision: plan.chosenBasePrecision,
            optimizer: plan.optimizerSetting,
            longest: max(longest, heldOut.map(\.inputCount).max() ?? 1), budgetBytes: plan.memoryBytes ?? AvailableMemory.bytes())
        var options = plan.options(rows: rows, parameters: configuration.parameterCount, microBatchTokens: memory.microBatchTokens)
        let watch = HeldOutWatch(
            steps: options.steps, trainedTokens: Double(options.steps) * Double(options.batch) * Double(tokens) / Double(max(1, rows)),
            heldOut: heldOut, every: plan.heldOutEvery)
        options.heldOutEvery = watch.every
        tell("\(note(options)); \(plan.settings(options))\(watch.summary)")
        tell(memory.summary)
        let parameters: Parameters<Float> = try folder.loadParameters()
        let adapters = plan.adapters.map { Adapters<Float>(random: configuration, settings: $0, seed: plan.seed) }
        let compute = Compute(pool: ThreadPool(threads: plan.threads), products: plan.precision)
        let base = plan.chosenBasePrecision == .int8 ? FrozenBase(parameters, on: compute) : nil
        let network = TransformerNetwork(
            parameters: parameters, adapters: adapters, base: base, compute: compute, recomputesLayers: memory.recomputesLayers)
        return TrainingJob(
            network: network, task: task, heldOut: watch.examples, options: options, tokenizer: tokenizer, card: folder.card(of: notes),
            storage: plan.storage, output: plan.output, keeps: plan.keeps, resumes: plan.resumes, replaces: plan.replaces,
            basePath: ModelCache().reference(to: plan.base))
    }
}

extension RowEncoder {
    /// The tokenizer and template of a model folder; a base model without a template gets the plain one.
    ///
    /// - Parameter trains: whether the model's rows are looked up; rows that are only shown may have tokens of another model's tokenizer.
    public init(modelFolder: URL, context: Int? = nil, trains: Bool = true) throws {
        var tokenizer = try Tokenizer(directory: ModelFolder.tokenizerDirectory(of: modelFolder))
        let template = tokenizer.chatTemplate ?? ChatTemplate.plain(for: tokenizer)
        tokenizer.chatTemplate = template
        let configuration = try ModelFolder(directory: modelFolder).configuration
        self.init(
            tokenizer: tokenizer, template: template, contextLength: min(configuration.contextLength, context ?? .max),
            vocabularySize: trains ? configuration.vocabularySize : .max)
    }
}
