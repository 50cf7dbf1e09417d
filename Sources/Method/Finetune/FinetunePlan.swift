import Foundation
import LanguageModels
import Records
import Tensors
import Training
import Transformer

/// How a base model becomes a model of a role, or learns preferences. What is nil is decided by the loss, the rows and the model.
public struct FinetunePlan: Sendable {
    public var roles: [ModelRole]
    public var base: URL
    public var output: URL
    public var loss = FinetuneLoss.sft
    /// How strongly preferences are held to the reference; the papers' 0.1.
    public var beta = 0.1
    /// The share of preferences that DPO takes to be labelled the wrong way round.
    public var labelSmoothing = 0.0
    /// Optimizer steps; nil takes `epochs`.
    public var steps: Int?
    /// nil takes `TrainingDefaults.passes`.
    public var epochs: Double?
    /// Rows of a step; nil takes 8 below 3,000 rows, and above the papers' 32 (preferences 16, SPIN 64).
    public var batch: Int?
    /// nil takes `TrainingDefaults.learningRate`, by the size of the model.
    public var learningRate: Double?
    /// What the learning rate is multiplied by, as a loop's later iterations ask.
    public var rateShare = 1.0
    /// nil takes AdamW, and RMSProp for SPIN as its paper does.
    public var optimizer: OptimizerChoice?
    public var schedule = ScheduleChoice.linear
    /// Steps until the learning rate has its height; nil takes a tenth of the steps, at most 50.
    public var warmupSteps: Int?
    /// What is left of the learning rate at the last step; nil takes `TrainingDefaults.finalRate`.
    public var finalRate: Double?
    /// Trains low-rank adapters instead of the weights, and merges them in at the end.
    public var adapters: AdapterSettings?
    /// What the frozen weights are multiplied as beside adapters; nil takes int8, and float32 for preferences, whose losses are small
    /// differences between two models.
    public var basePrecision: BasePrecision?
    /// nil takes 0.1, and 0 for preferences.
    public var weightDecay: Double?
    /// nil takes none: a model that was trained without loses by it (`TrainingDefaults.dropout`).
    public var dropout: Double?
    /// The longest row in tokens; nil takes the base model's context.
    public var context: Int?
    /// Learns from every answer of a conversation, not from the first alone.
    public var learnsAllTurns = false
    /// The share of rows that are seed pairs; nil takes every seed and curated pair equally often.
    public var seedShare: Double?
    /// Steps between two measurements of the held-out loss; nil takes what `HeldOutWatch` finds affordable.
    public var heldOutEvery: Int?
    /// Stops when the held-out loss did not fall for this many measurements, and keeps the best weights; nil trains to the end.
    public var patience: Int?
    /// nil keeps the best weights where there is a held-out set, and the last otherwise; for preferences the last, unless `patience` is
    /// set.
    public var keptWeights: KeptWeights?
    public var checkpointEvery: Int?
    public var keptCheckpoints = 2
    /// What matrix products take their operands as.
    public var precision = ProductPrecision.float32
    /// The memory that the run may take in bytes; nil takes what is free.
    public var memoryBytes: Int?
    public var seed: UInt64 = 0
    public var threads: Int
    public var storage = StorageFormat.bfloat16
    public var resumes = false
    public var replaces = false
    /// Tells the language of a record that does not state it, by its ISO 639-1 code.
    public var detectLanguage: @Sendable (String) -> String? = { _ in nil }

    /// Opens what was trained, to fit how the gain of a backward model is read (`GainFit`); nil fits nothing.
    public var openTrained: (@Sendable (URL) async throws -> any LanguageModel)?

    /// Measures the signals of pairs, to fit how they are combined (`SignalFit`); nil fits the gain alone.
    public var signals: SignalMeasuring?

    public init(roles: [ModelRole], base: URL, output: URL, threads: Int) {
        self.roles = roles
        self.base = base
        self.output = output
        self.threads = threads
    }

    /// The height of the schedule for a model of this size.
    func learningRate(parameters: Int) -> Double {
        rateShare * (learningRate ?? TrainingDefaults.learningRate(parameters: parameters, adapters: adapters != nil, loss: loss))
    }

    /// The same for this run.
    var chosenBasePrecision: BasePrecision { adapters == nil ? .float32 : basePrecision ?? (loss.isPreference ? .float32 : .int8) }

    var optimizerSetting: TrainingOptions.Optimizer { (optimizer ?? (loss == .spin ? .rmsprop : .adamw)).setting }

    /// Which weights the output holds, where there is a held-out loss to tell. A loss of preferences is not the held-out loss, and may well
    /// raise it where it does its work.
    var keeps: KeptWeights { keptWeights ?? (loss.isPreference && patience == nil ? .last : .best) }

    func options(rows: Int, parameters: Int, microBatchTokens: Int) -> TrainingOptions {
        let batch = batch ?? TrainingDefaults.batch(loss, adapters: adapters != nil, rows: rows)
        let epochs = epochs ?? TrainingDefaults.passes(loss)
        let steps = steps ?? max(1, Int((epochs * Double(rows) / Double(batch)).rounded(.up)))
        let floor = finalRate ?? TrainingDefaults.finalRate(loss, adapters: adapters != nil)
        return TrainingOptions(
            steps: steps, batch: batch,
            schedule: LearningRateSchedule(
                peak: learningRate(parameters: parameters), shape: schedule.shape(floor: floor),
                warmupSteps: warmupSteps ?? min(steps / 10, 50), totalSteps: steps),
            optimizer: optimizerSetting, weightDecay: weightDecay ?? (loss.isPreference ? 0 : 0.1),
            dropout: dropout ?? TrainingDefaults.dropout, seed: seed, microBatchTokens: microBatchTokens,
            heldOutEvery: heldOutEvery ?? max(1, steps), patience: patience,
            checkpointEvery: checkpointEvery ?? max(1, min(100, steps / 3)), keptCheckpoints: keptCheckpoints)
    }
}

extension FinetunePlan {
    /// The settings that decide how well it learns, in words, with those that nobody gave marked as such.
    func settings(_ options: TrainingOptions) -> String {
        func word(_ name: String, _ value: String, isGiven: Bool) -> String { "\(name) \(value)\(isGiven ? "" : " (default)")" }
        let what = adapters.map { "adapters of rank \($0.rank), " } ?? ""
        return what
            + [
                word("learning rate", String(format: "%.2g", options.schedule.peak), isGiven: learningRate != nil),
                word("dropout", String(format: "%g", options.dropout), isGiven: dropout != nil),
                word("weight decay", String(format: "%g", options.weightDecay), isGiven: weightDecay != nil),
            ].joined(separator: ", ")
    }

    /// Whether a model folder's own notes say how its gain is read.
    public static func fitsGain(_ model: URL) throws -> Bool { try ModelFolder(directory: model).notes.gain != nil }

    /// The program that trained a model folder, where its card names another than this one.
    public static func trainer(of model: URL) throws -> String? { try ModelFolder(directory: model).notes.trainedBy }

    /// The roles that a model folder's own card names.
    public static func roles(of model: URL) throws -> [ModelRole] {
        try ModelFolder(directory: model).notes.roles.compactMap(ModelRole.init)
    }
}
