import Foundation
import Records
import Tensors
import Training
import Transformer

/// How a base model becomes a model of a role.
public struct FinetunePlan: Sendable {
    public var roles: [ModelRole]
    public var base: URL
    public var output: URL
    /// Optimizer steps; nil takes `epochs`.
    public var steps: Int?
    public var epochs: Double
    /// Rows of a step; nil takes the paper's 32, and 8 below 3,000 rows.
    public var batch: Int?
    /// nil takes `defaultLearningRate`.
    public var learningRate: Double?
    /// What is left of the learning rate at the last step; the paper's 9e-6 of 1e-5.
    public var finalRate: Double
    /// Trains low-rank adapters of this rank on all linear layers instead of the weights, and merges them in at the end.
    public var loraRank: Int?
    public var weightDecay: Double
    public var dropout: Double
    /// The longest row in tokens; nil takes the base model's context.
    public var context: Int?
    /// Stops when the held-out loss did not fall for this many measurements, and keeps the best weights; nil trains to the end.
    public var patience: Int?
    public var seed: UInt64
    public var threads: Int
    public var storage: StorageFormat
    public var resumes: Bool
    public var replaces: Bool

    public init(
        roles: [ModelRole], base: URL, output: URL, steps: Int? = nil, epochs: Double = 3, batch: Int? = nil, learningRate: Double? = nil,
        finalRate: Double = 0.9, loraRank: Int? = nil, weightDecay: Double = 0.1, dropout: Double = 0.1, context: Int? = nil,
        patience: Int? = nil,
        seed: UInt64 = 0, threads: Int,
        storage: StorageFormat = .bfloat16, resumes: Bool = false, replaces: Bool = false
    ) {
        self.roles = roles
        self.base = base
        self.output = output
        self.steps = steps
        self.epochs = epochs
        self.batch = batch
        self.learningRate = learningRate
        self.finalRate = finalRate
        self.loraRank = loraRank
        self.weightDecay = weightDecay
        self.dropout = dropout
        self.context = context
        self.patience = patience
        self.seed = seed
        self.threads = threads
        self.storage = storage
        self.resumes = resumes
        self.replaces = replaces
    }

    /// The paper's 1e-5 at 7e9 parameters, times the square root of how much smaller the model is, and 1e-3 at most.
    public static func defaultLearningRate(parameters: Int) -> Double {
        min(1e-3, 1e-5 * (7e9 / Double(max(1, parameters))).squareRoot())
    }

    /// Adapters of the asked rank, their scale alpha twice the rank as PEFT's users commonly have it.
    var adapterSettings: AdapterSettings? { loraRank.map { AdapterSettings(rank: $0, alpha: 2 * Double($0)) } }

    /// Adapters learn at about ten times the rate of full weights (Hu et al. 2021, arXiv 2106.09685, against common full rates).
    static let loraRateFactor = 10.0

    func options(rows: Int, parameters: Int) -> TrainingOptions {
        let batch = batch ?? (rows < 3000 ? 8 : 32)
        let steps = steps ?? max(1, Int((epochs * Double(rows) / Double(batch)).rounded(.up)))
        return TrainingOptions(
            steps: steps, batch: batch,
            schedule: LearningRateSchedule(
                peak: learningRate ?? Self.defaultLearningRate(parameters: parameters) * (loraRank == nil ? 1 : Self.loraRateFactor),
                shape: .linear(floor: finalRate),
                warmupSteps: min(steps / 10, 50), totalSteps: steps),
            optimizer: .adamW(beta1: 0.9, beta2: 0.95), weightDecay: weightDecay, dropout: dropout, seed: seed,
            heldOutEvery: max(1, steps / 6), patience: patience, checkpointEvery: max(1, min(100, steps / 3)))
    }
}
