/// What a run remembers beside weights and moments; everything that a later step depends on stands here.
struct TrainerState: Codable, Sendable, Equatable {
    /// Steps done; the position in the data follows from it.
    var step = 0
    /// The held-out loss of the weights that the run began with, measured before the first step.
    var baseHeldOutLoss: Double?
    /// The lowest held-out loss after any step.
    var bestHeldOutLoss: Double?
    var bestStep: Int?
    var lastHeldOutLoss: Double?
    /// Measurements of the held-out loss since the best one.
    var measurementsWithoutBest = 0
    /// A running mean of the loss, half of it from the last ten steps.
    var smoothedLoss: Double?
    var lowestSmoothedLoss: Double?
    var metricsBytes: UInt64 = 0
    var isStoppedEarly = false
    var tokensRead = 0
}
