import Foundation

/// The losses that learn from a preferred and a rejected answer, as functions of log-probabilities alone.
///
/// With r(y) = log π(y|x) − log ref(y|x) and Δ = r(chosen) − r(rejected):
/// - DPO (Rafailov et al. 2023, arXiv 2305.18290): −(1 − ε) log σ(βΔ) − ε log σ(−βΔ), with ε the label smoothing.
/// - SPIN (Chen et al. 2024, arXiv 2401.01335, eq. 4.7): log(1 + exp(−λΔ)), where the reference is the model of the iteration before
///   and the rejected answer is its own; the same function as DPO without smoothing.
/// - Hinge: max(0, 1 − βΔ).
/// - IPO (Azar et al. 2023, arXiv 2310.12036): (Δ̄ − 1/(2β))², where each log-ratio is divided by its answer's number of tokens.
public enum PreferenceLoss: Sendable, Codable, Equatable {
    case dpo(beta: Double, labelSmoothing: Double)
    case spin(lambda: Double)
    case hinge(beta: Double)
    case ipo(beta: Double)

    /// Sums of log-probabilities over the tokens of one answer, in nats, under the policy and under the reference.
    public struct Answer: Sendable, Equatable {
        public var policy: Double
        public var reference: Double
        public var tokens: Int

        public init(policy: Double, reference: Double, tokens: Int) {
            self.policy = policy
            self.reference = reference
            self.tokens = tokens
        }

        public var logRatio: Double { policy - reference }
    }

    /// What one pair gives.
    public struct Value: Sendable, Equatable {
        public var loss: Double
        /// The derivative of the loss by the policy's summed log-probability of the chosen answer.
        public var chosenGradient: Double
        /// The derivative of the loss by the policy's summed log-probability of the rejected answer.
        public var rejectedGradient: Double
        /// β r(chosen) and β r(rejected), the rewards that the policy implies; their difference is the margin.
        public var chosenReward: Double
        public var rejectedReward: Double

        public var margin: Double { chosenReward - rejectedReward }
    }

    public func value(chosen: Answer, rejected: Answer) -> Value {
        let strength = self.strength
        let delta = chosen.logRatio - rejected.logRatio
        var loss: Double
        var byDelta: Double
        var chosenShare = 1.0
        var rejectedShare = 1.0
        switch self {
        case .dpo(let beta, let smoothing):
            let z = beta * delta
            loss = (1 - smoothing) * Self.softplus(-z) + smoothing * Self.softplus(z)
            byDelta = beta * (smoothing * Self.sigmoid(z) - (1 - smoothing) * Self.sigmoid(-z))
        case .spin(let lambda):
            let z = lambda * delta
            loss = Self.softplus(-z)
            byDelta = -lambda * Self.sigmoid(-z)
        case .hinge(let beta):
            let z = beta * delta
            loss = max(0, 1 - z)
            byDelta = z < 1 ? -beta : 0
        case .ipo(let beta):
            chosenShare = 1 / Double(max(1, chosen.tokens))
            rejectedShare = 1 / Double(max(1, rejected.tokens))
            let distance = chosen.logRatio * chosenShare - rejected.logRatio * rejectedShare - 1 / (2 * beta)
            loss = distance * distance
            byDelta = 2 * distance
        }
        return Value(
            loss: loss, chosenGradient: byDelta * chosenShare, rejectedGradient: -byDelta * rejectedShare,
            chosenReward: strength * chosen.logRatio, rejectedReward: strength * rejected.logRatio)
    }

    private var strength: Double {
        switch self {
        case .dpo(let beta, _), .hinge(let beta), .ipo(let beta): beta
        case .spin(let lambda): lambda
        }
    }

    /// log(1 + eᶻ) without overflow.
    private static func softplus(_ z: Double) -> Double { max(z, 0) + log1p(exp(-abs(z))) }

    private static func sigmoid(_ z: Double) -> Double {
        z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z))
    }
}
