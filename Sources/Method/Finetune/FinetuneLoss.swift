import Training

/// What a training run minimises: the loss of wanted answers, or of wanted against unwanted ones.
public enum FinetuneLoss: String, Sendable, CaseIterable {
    /// Supervised fine-tuning: the mean loss of the tokens that the assistant says.
    case sft
    case dpo
    case spin
    case ipo
    case hinge

    /// Whether it learns from preferences instead of pairs.
    public var isPreference: Bool { self != .sft }

    /// The loss of preferences; nil for supervised fine-tuning.
    func preference(beta: Double, labelSmoothing: Double) -> PreferenceLoss? {
        switch self {
        case .sft: nil
        case .dpo: .dpo(beta: beta, labelSmoothing: labelSmoothing)
        case .spin: .spin(lambda: beta)
        case .ipo: .ipo(beta: beta)
        case .hinge: .hinge(beta: beta)
        }
    }
}

/// How weights follow their gradients.
public enum OptimizerChoice: String, Sendable, CaseIterable {
    case adamw
    case rmsprop
    /// For pre-training, and for weights rather than adapters.
    case muon

    var setting: TrainingOptions.Optimizer {
        switch self {
        case .adamw: .adamW()
        case .rmsprop: .rmsProp()
        case .muon: .muon()
        }
    }
}

/// How the learning rate goes after the warm-up.
public enum ScheduleChoice: String, Sendable, CaseIterable {
    case constant
    case linear
    case cosine
    /// Warm-up, stable, decay over the last fifth.
    case wsd

    func shape(floor: Double) -> LearningRateSchedule.Shape {
        switch self {
        case .constant: .constant
        case .linear: .linear(floor: floor)
        case .cosine: .cosine(floor: floor)
        case .wsd: .warmupStableDecay(decayShare: 0.2, floor: floor)
        }
    }
}

/// Which weights of a run the model folder holds.
public enum KeptWeights: String, Sendable, CaseIterable {
    /// Those of the best held-out loss.
    case best
    /// Those of the last step.
    case last
    /// The best, and the last in `last/` inside.
    case both
}
