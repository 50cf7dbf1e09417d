/// Where a run stands, after one of its steps.
public struct TrainingProgress: Sendable, Equatable {
    /// Steps done.
    public var step: Int
    public var steps: Int
    /// Mean loss a target token of this step, in nats; for preferences, a pair.
    public var loss: Double
    public var learningRate: Double
    /// The global norm before clipping.
    public var gradientNorm: Double
    /// Tokens read by this step.
    public var tokens: Int
    public var targetTokens: Int
    /// Tokens read a second since the start or the last resume.
    public var tokensPerSecond: Double
    public var secondsLeft: Double
    /// Peak resident memory of the process.
    public var memoryBytes: Int
    /// The newest held-out loss, where one was measured at this step.
    public var heldOutLoss: Double?
    /// Preference accuracy and margin of this step, where pairs are trained on.
    public var preference: PreferenceSummary?
    /// A warning with advice, where this step gave reason for one.
    public var warning: String?

    /// The same with one more thing to say.
    func saying(_ text: String) -> TrainingProgress {
        var copy = self
        copy.warning = warning.map { "\(text); \($0)" } ?? text
        return copy
    }
}

/// How well the policy already separates the pairs of a step.
public struct PreferenceSummary: Sendable, Equatable {
    /// Share of pairs whose chosen answer has the greater reward.
    public var accuracy: Double
    /// Mean of reward(chosen) − reward(rejected).
    public var margin: Double
}
