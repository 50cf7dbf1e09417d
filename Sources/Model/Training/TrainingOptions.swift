import Foundation
import Ground

/// How a run trains, all of it mathematics: with the same options, data and weights a run ends with the same bytes.
public struct TrainingOptions: Sendable, Codable, Equatable {
    /// The update rule of the weights.
    public enum Optimizer: Sendable, Codable, Equatable {
        /// Adam with decoupled decay (Loshchilov and Hutter 2019, arXiv 1711.05101).
        case adamW(beta1: Double = 0.9, beta2: Double = 0.95, epsilon: Double = 1e-8)
        /// RMSProp without momentum, as SPIN uses it: v ← αv + (1 − α)g², w ← w − η g / (√v + ε).
        case rmsProp(alpha: Double = 0.99, epsilon: Double = 1e-8)
        /// Muon on the matrices inside the layers, AdamW on embedding, head and norms.
        case muon(
            momentum: Double = 0.95, scale: MuonScale = .matchedToAdam, beta1: Double = 0.9, beta2: Double = 0.95, epsilon: Double = 1e-8)
    }

    /// How long a step of Muon is, for a matrix [rows, columns].
    public enum MuonScale: String, Sendable, Codable {
        /// √max(1, rows / columns), as its author has it (Jordan 2024); wants a learning rate of its own, about 0.02.
        case shape
        /// 0.2 · √max(rows, columns), about the length of a step of AdamW, so that both share one learning rate (Liu et al. 2025,
        /// arXiv 2502.16982).
        case matchedToAdam
    }

    /// Optimiser steps of the whole run.
    public var steps: Int
    /// Examples (or pairs) of one optimiser step.
    public var batch: Int
    public var schedule: LearningRateSchedule
    public var optimizer: Optimizer
    /// Decoupled decay of matrices; norms are not decayed.
    public var weightDecay: Double
    /// The greatest global norm of a step's gradient; nil does not clip.
    public var clipNorm: Double?
    public var dropout: Double
    public var seed: UInt64
    /// Tokens of one forward and backward pass; memory grows with it.
    public var microBatchTokens: Int
    /// Steps between two measurements of the held-out loss; one more is made after the last step.
    public var heldOutEvery: Int
    /// Measurements of the held-out loss without a new best after which the run stops; nil never stops early.
    public var patience: Int?
    /// Steps between two checkpoints; one more is made after the last step.
    public var checkpointEvery: Int
    /// How many of the newest checkpoints are kept, at least two, so that a torn one has a predecessor.
    public var keptCheckpoints: Int

    public init(
        steps: Int, batch: Int, schedule: LearningRateSchedule, optimizer: Optimizer = .adamW(), weightDecay: Double = 0.1,
        clipNorm: Double? = 1, dropout: Double = 0, seed: UInt64 = 0, microBatchTokens: Int = 1024, heldOutEvery: Int = 100,
        patience: Int? = nil, checkpointEvery: Int = 100, keptCheckpoints: Int = 2
    ) {
        self.steps = steps
        self.batch = batch
        self.schedule = schedule
        self.optimizer = optimizer
        self.weightDecay = weightDecay
        self.clipNorm = clipNorm
        self.dropout = dropout
        self.seed = seed
        self.microBatchTokens = microBatchTokens
        self.heldOutEvery = heldOutEvery
        self.patience = patience
        self.checkpointEvery = checkpointEvery
        self.keptCheckpoints = keptCheckpoints
    }

    /// Throws `TrainingError.invalidOption` for the first option that makes no sense.
    public func validate() throws {
        func require(_ condition: Bool, _ name: String, _ found: any CustomStringConvertible, _ expected: String) throws {
            if !condition { throw TrainingError.invalidOption(name: name, found: found.description, expected: expected) }
        }
        try require(steps >= 1, "steps", steps, "at least 1")
        try require(batch >= 1, "batch", batch, "at least 1")
        try require(schedule.peak > 0 && schedule.peak.isFinite, "learning rate", schedule.peak, "a positive number")
        try require(schedule.warmupSteps >= 0, "warm-up steps", schedule.warmupSteps, "0 or more")
        try require(weightDecay >= 0 && weightDecay.isFinite, "weight decay", weightDecay, "0 or more")
        try require((clipNorm ?? 1) > 0, "clipping norm", clipNorm ?? 1, "a positive number")
        try require(dropout >= 0 && dropout < 1, "dropout", dropout, "from 0 to less than 1")
        try require(microBatchTokens >= 1, "tokens of a micro-batch", microBatchTokens, "at least 1")
        try require(heldOutEvery >= 1, "steps between held-out measurements", heldOutEvery, "at least 1")
        try require((patience ?? 1) >= 1, "patience", patience ?? 1, "at least 1")
        try require(checkpointEvery >= 1, "steps between checkpoints", checkpointEvery, "at least 1")
        try require(keptCheckpoints >= 2, "kept checkpoints", keptCheckpoints, "at least 2")
    }

    /// A hash of everything that decides the resulting bytes; what only decides memory, checkpoints and watching is left out.
    func fingerprint() throws -> UInt64 {
        var decisive = self
        (decisive.microBatchTokens, decisive.checkpointEvery, decisive.keptCheckpoints) = (1, 1, 2)
        var hash = ContentFingerprint(seed: 0x0971)
        try hash.combine(encoding: decisive)
        return hash.bits
    }
}
