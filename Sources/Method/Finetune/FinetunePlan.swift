import Foundation
import Records
import Tensors
import Training

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
        finalRate: Double = 0.9, weightDecay: Double = 0.1, dropout: Double = 0.1, context: Int? = nil, patience: Int? = nil, seed: UInt64 = 0, threads: Int,
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

    func options(rows: Int, parameters: Int) -> TrainingOptions {
        let batch = batch ?? (rows < 3000 ? 8 : 32)
        let steps = steps ?? max(1, Int((epochs * Double(rows) / Double(batch)).rounded(.up)))
        return TrainingOptions(
            steps: steps, batch: batch,
            schedule: LearningRateSchedule(
                peak: learningRate ?? Self.defaultLearningRate(parameters: parameters), shape: .linear(floor: finalRate),
                warmupSteps: min(steps / 10, 50), totalSteps: steps),
            optimizer: .adamW(beta1: 0.9, beta2: 0.95), weightDecay: weightDecay, dropout: dropout, seed: seed,
            heldOutEvery: max(1, steps / 6), patience: patience, checkpointEvery: max(1, min(100, steps / 3)))
    }
}
