import Foundation
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
    /// nil reads pairs three times, and preferences twice as SPIN does.
    public var epochs: Double?
    /// Rows of a step; nil takes 8 below 3,000 rows, and above the papers' 32 (preferences 16, SPIN 64).
    public var batch: Int?
    /// nil takes `defaultLearningRate`.
    public var learningRate: Double?
    /// What the learning rate is multiplied by, as a loop's later iterations ask.
    public var rateShare = 1.0
    /// nil takes AdamW, and RMSProp for SPIN as its paper does.
    public var optimizer: OptimizerChoice?
    public var schedule = ScheduleChoice.linear
    /// Steps until the learning rate has its height; nil takes a tenth of the steps, at most 50.
    public var warmupSteps: Int?
    /// What is left of the learning rate at the last step; nil takes the paper's 0.9 (9e-6 of 1e-5), and for preferences 0.1.
    public var finalRate: Double?
    /// Trains low-rank adapters instead of the weights, and merges them in at the end.
    public var adapters: AdapterSettings?
    /// nil takes 0.1, and 0 for preferences.
    public var weightDecay: Double?
    /// nil takes 0.1, and 0 for preferences, whose reference has none.
    public var dropout: Double?
    /// The longest row in tokens; nil takes the base model's context.
    public var context: Int?
    /// Learns from every answer of a conversation, not from the first alone.
    public var learnsAllTurns = false
    /// The share of draws that are seed pairs; nil draws every seed and curated pair equally often.
    public var seedShare: Double?
    /// Steps between two measurements of the held-out loss; nil takes a sixth of the steps.
    public var heldOutEvery: Int?
    /// Stops when the held-out loss did not fall for this many measurements, and keeps the best weights; nil trains to the end.
    public var patience: Int?
    /// nil keeps the best weights where `patience` is set and the last otherwise.
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

    public init(roles: [ModelRole], base: URL, output: URL, threads: Int) {
        self.roles = roles
        self.base = base
        self.output = output
        self.threads = threads
    }

    /// The paper's 1e-5 at 7e9 parameters, times the square root of how much smaller the model is, and 1e-3 at most.
    public static func defaultLearningRate(parameters: Int) -> Double {
        min(1e-3, 1e-5 * (7e9 / Double(max(1, parameters))).squareRoot())
    }

    /// The same for this run: a tenth of it for preferences (1e-6 against 1e-5 in Self-Rewarding and TRL), a twentieth for SPIN (5e-7),
    /// and ten times as much for adapters (Hu et al. 2021, arXiv 2106.09685, against common full rates).
    func learningRate(parameters: Int) -> Double {
        if let learningRate { return learningRate * rateShare }
        let share = rateShare * (loss == .sft ? 1 : loss == .spin ? 0.05 : 0.1)
        return Self.defaultLearningRate(parameters: parameters) * share * (adapters == nil ? 1 : 10)
    }

    var optimizerSetting: TrainingOptions.Optimizer { (optimizer ?? (loss == .spin ? .rmsprop : .adamw)).setting }

    /// Which weights the output holds, where there is a held-out loss to tell.
    var keeps: KeptWeights { keptWeights ?? (patience == nil ? .last : .best) }

    func options(rows: Int, parameters: Int, memory: MemoryPlan) -> TrainingOptions {
        let batch = batch ?? (rows < 3000 ? 8 : loss == .sft ? 32 : loss == .spin ? 64 : 16)
        let epochs = epochs ?? (loss.isPreference ? 2 : 3)
        let steps = steps ?? max(1, Int((epochs * Double(rows) / Double(batch)).rounded(.up)))
        let floor = finalRate ?? (loss.isPreference ? 0.1 : 0.9)
        return TrainingOptions(
            steps: steps, batch: batch,
            schedule: LearningRateSchedule(
                peak: learningRate(parameters: parameters), shape: schedule.shape(floor: floor),
                warmupSteps: warmupSteps ?? min(steps / 10, 50), totalSteps: steps),
            optimizer: optimizerSetting, weightDecay: weightDecay ?? (loss.isPreference ? 0 : 0.1),
            dropout: dropout ?? (loss.isPreference ? 0 : 0.1), seed: seed, microBatchTokens: memory.microBatchTokens,
            heldOutEvery: heldOutEvery ?? max(1, steps / 6), patience: patience,
            checkpointEvery: checkpointEvery ?? max(1, min(100, steps / 3)), keptCheckpoints: keptCheckpoints)
    }
}

extension FinetunePlan {
    /// The roles that a model folder's own card names.
    public static func roles(of model: URL) throws -> [ModelRole] {
        try ModelFolder(directory: model).notes.roles.compactMap(ModelRole.init)
    }
}
