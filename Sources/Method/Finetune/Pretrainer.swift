import Foundation
import Ground
import Synchronization
import Tensors
import Tokenization
import Training
import Transformer

/// Trains a model from nothing, or a base model further, on plain text: every token is a target.
public struct Pretrainer: Sendable {
    /// Where the weights come from.
    public enum Start: Sendable {
        case shape(ModelShape, tokenizer: Tokenizer)
        case base(URL)
    }

    public var start: Start
    public var output: URL
    public var steps: Int
    /// Windows of a step, each of `context` tokens.
    public var batch: Int
    public var context: Int
    /// The learning rate's height; the schedule warms up, stays, and falls over the last quarter.
    public var learningRate: Double
    public var optimizer: OptimizerChoice
    /// What matrix products take their operands as.
    public var precision: ProductPrecision
    /// The memory that the run may take in bytes; nil takes what is free.
    public var memoryBytes: Int?
    public var keptCheckpoints: Int
    /// Steps between checkpoints; nil takes a quarter of all, at most 200.
    public var checkpointEvery: Int?
    public var weightDecay: Double
    /// Documents kept back to measure the loss, chosen by a hash of their text.
    public var heldOutShare: Double
    public var languages: [String]
    public var seed: UInt64
    public var threads: Int
    public var storage: StorageFormat
    public var resumes: Bool
    public var replaces: Bool

    public init(
        start: Start, output: URL, steps: Int, batch: Int = 16, context: Int = 512, learningRate: Double = 2e-3,
        optimizer: OptimizerChoice = .muon, precision: ProductPrecision = .float32, memoryBytes: Int? = nil, keptCheckpoints: Int = 2,
        checkpointEvery: Int? = nil, weightDecay: Double = 0.1,
        heldOutShare: Double = 0.005, languages: [String] = [], seed: UInt64 = 0, threads: Int,
        storage: StorageFormat = .bfloat16, resumes: Bool = false, replaces: Bool = false
    ) {
        self.start = start
        self.output = output
        self.steps = steps
        self.batch = batch
        self.context = context
        self.learningRate = learningRate
        self.optimizer = optimizer
        self.precision = precision
        self.memoryBytes = memoryBytes
        self.keptCheckpoints = keptCheckpoints
        self.checkpointEvery = checkpointEvery
        self.weightDecay = weightDecay
        self.heldOutShare = heldOutShare
        self.languages = languages
        self.seed = seed
        self.threads = threads
        self.storage = storage
        self.resumes = resumes
        self.replaces = replaces
    }

    /// Tokenizes the documents, trains and writes the model folder.
    public func run(
        documents texts: [PretrainingDocument], note: @escaping @Sendable (String) -> Void,
        progress: @escaping @Sendable (TrainingProgress) -> Void
    ) async throws -> TrainingJob.Result {
        try TrainingJob.checkOutput(output, resumes: resumes, replaces: replaces)
        let (configuration, tokenizer) = try shape()
        guard context <= configuration.contextLength else {
            throw FinetuneError.contextTooLong(asked: context, model: configuration.contextLength)
        }
        guard tokenizer.vocabularySize <= configuration.vocabularySize else {
            throw FinetuneError.vocabularyMismatch(tokenizer: tokenizer.vocabularySize, model: configuration.vocabularySize)
        }
        let (training, kept) = split(texts)
        let documents = try tokens(of: training, with: tokenizer)
        guard documents.contains(where: { $0.count > 1 }) else { throw FinetuneError.noText }
        let stream = try TextStream(documents: documents, context: context, seed: seed)
        note(
            "\(training.count) documents, \(documents.reduce(0) { $0 + $1.count }) tokens, \(kept.count) documents held out; "
                + "\(steps) steps read \(steps * batch * context) tokens; \(configuration.parameterCount) parameters")
        let memory = try MemoryPlan(
            configuration: configuration, optimizer: optimizer.setting, longest: context,
            budgetBytes: memoryBytes ?? AvailableMemory.bytes())
        note(memory.summary)
        let (parameters, card) = try weights(configuration)
        let job = TrainingJob(
            network: TransformerNetwork(
                parameters: parameters, compute: Compute(pool: ThreadPool(threads: threads), products: precision),
                recomputesLayers: memory.recomputesLayers),
            task: .targets(stream), heldOut: heldOutWindows(try tokens(of: kept, with: tokenizer)), options: options(memory),
            tokenizer: tokenizer, card: card, storage: storage, output: output, resumes: resumes, replaces: replaces,
            startsTrained: startsTrained)
        return try await job.run(progress: progress)
    }

    private static let heldOutWindowLimit = 24

    private func shape() throws -> (TransformerConfiguration, Tokenizer) {
        switch start {
        case .base(let folder):
            let model = try ModelFolder(directory: folder)
            return (model.configuration, try Tokenizer(directory: model.tokenizerDirectory))
        case .shape(let shape, let tokenizer):
            var configuration = shape.configuration
            configuration.vocabularySize = tokenizer.vocabularySize
            configuration.beginTokenID = tokenizer.beginToken.map(Int.init)
            configuration.endTokenIDs = tokenizer.endTokens.map(Int.init)
            configuration.padTokenID = tokenizer.padToken.map(Int.init)
            return (configuration, tokenizer)
        }
    }

    private var startsTrained: Bool {
        if case .base = start { true } else { false }
    }

    private func weights(_ configuration: TransformerConfiguration) throws -> (Parameters<Float>, ModelFolder.Card) {
        guard case .base(let folder) = start else {
            return (
                Parameters(random: configuration, seed: seed), .init(notes: ModelNotes(languages: languages), configuration: configuration)
            )
        }
        let model = try ModelFolder(directory: folder)
        var notes = model.notes
        notes.gain = nil  // Fitted to the base's weights.
        notes.base = try model.fingerprint()
        notes.languages += languages.filter { !notes.languages.contains($0) }
        return (try model.loadParameters(), model.card(of: notes))
    }

    private func options(_ memory: MemoryPlan) -> TrainingOptions {
        TrainingOptions(
            steps: steps, batch: batch,
            schedule: LearningRateSchedule(
                peak: learningRate, shape: .warmupStableDecay(decayShare: 0.25, floor: 0.05), warmupSteps: min(100, steps / 10),
                totalSteps: steps),
            optimizer: optimizer.setting, weightDecay: weightDecay, seed: seed, microBatchTokens: memory.microBatchTokens,
            heldOutEvery: max(1, min(200, steps / 8)), checkpointEvery: checkpointEvery ?? max(1, min(200, steps / 4)),
            keptCheckpoints: keptCheckpoints)
    }

    /// The documents to train on and those held out.
    private func split(_ texts: [PretrainingDocument]) -> (training: [PretrainingDocument], heldOut: [PretrainingDocument]) {
        let limit = UInt64(Double(UInt64.max) * min(1, max(0, heldOutShare)))
        var (training, heldOut) = ([PretrainingDocument](), [PretrainingDocument]())
        for text in texts {
            if heldOut.count < 200, stableHash64(text.words, seed: 0x4E1D) < limit { heldOut.append(text) } else { training.append(text) }
        }
        return training.isEmpty ? (texts, []) : (training, heldOut)
    }

    /// The token ids of each document, with an end of text behind it, on all threads.
    private func tokens(of texts: [PretrainingDocument], with tokenizer: Tokenizer) throws -> [[Int32]] {
        let template = tokenizer.chatTemplate ?? ChatTemplate.plain(for: tokenizer)
        let end = tokenizer.id(of: TokenizerTrainer.specialTokens[0]) ?? tokenizer.endTokens.first
        let chunk = 256
        let results = Mutex([Int: Result<[[Int32]], any Error>]())
        DispatchQueue.concurrentPerform(iterations: (texts.count + chunk - 1) / chunk) { part in
            let encoded = Result {
                try texts[(part * chunk)..<min(texts.count, (part + 1) * chunk)].map {
                    try $0.tokens(with: tokenizer, template: template) + (end.map { [$0] } ?? [])
                }
            }
            results.withLock { $0[part] = encoded }
        }
        return try results.withLock { parts in try parts.keys.sorted().flatMap { try parts[$0]?.get() ?? [] } }
    }

    /// Windows of the held-out documents' beginnings, few enough that measuring costs about one step in twenty.
    private func heldOutWindows(_ documents: [[Int32]]) -> [TrainingExample] {
        documents.filter { $0.count > 1 }.prefix(Self.heldOutWindowLimit).map { TrainingExample(text: Array($0.prefix(context + 1))) }
    }
}
