import Foundation

/// What a training takes where nobody says otherwise.
///
/// Every choice stands here, and the loops take the same. A table of two columns serves: how high a learning rate may be depends on what is
/// trained (all weights, or adapters) and on the size of the model, and hardly on the role.
///
/// Measured on SmolLM2-135M-Instruct, adapters of rank 16 on Dolly pairs in batches of 8, learning rate 1e-3, no dropout, mean loss of other
/// pairs in nats a target token (examples/benchmarks/dolly_split.py, the parts `tune-`):
///
/// | pairs trained on, held out | left at the end | the base | after one pass | after two |
/// | --- | --- | --- | --- | --- |
/// | 200, 60 | 0.9 | 2.643 | 2.392 | 2.427 |
/// | 100, 32 | 0.1 | not measured | 2.193 | 2.185 |
///
/// So the rate serves, and must fall for a second pass to help. The rates of all weights are the paper's law; rates of other sizes lie on the
/// lines between the rows and were not measured one by one.
public enum TrainingDefaults {
    /// A model's size and the learning rates that serve it best.
    struct Rates: Sendable {
        var parameters: Double
        /// Of all weights.
        var full: Double
        /// Of low-rank adapters on all matrices, alpha twice the rank.
        var adapters: Double
    }

    /// From the smallest to the largest; between two rows the rate lies on the line through their logarithms.
    static let rates = [
        Rates(parameters: 135e6, full: 7e-5, adapters: 1e-3),
        // Li et al. 2023 for all weights; for adapters ten times as much.
        Rates(parameters: 7e9, full: 1e-5, adapters: 1e-4),
    ]

    /// The height of the schedule for a model of this size.
    ///
    /// A model outside the table has its nearest row's, by the square root of how much smaller or larger it is. Preferences take a tenth of
    /// it (1e-6 against 1e-5 in Self-Rewarding and TRL), SPIN a twentieth (5e-7).
    public static func learningRate(parameters: Int, adapters: Bool, loss: FinetuneLoss = .sft) -> Double {
        let share = loss == .sft ? 1 : loss == .spin ? 0.05 : 0.1
        return share * min(adapters ? 1e-2 : 1e-3, rate(parameters: Double(max(1, parameters)), adapters ? \.adapters : \.full))
    }

    private static func rate(parameters: Double, _ column: KeyPath<Rates, Double>) -> Double {
        guard let above = rates.firstIndex(where: { $0.parameters >= parameters }), above > 0 else {
            let nearest = rates[parameters <= rates[0].parameters ? 0 : rates.count - 1]
            return nearest[keyPath: column] * (nearest.parameters / parameters).squareRoot()
        }
        let (lower, upper) = (rates[above - 1], rates[above])
        let place = log(parameters / lower.parameters) / log(upper.parameters / lower.parameters)
        return lower[keyPath: column] * pow(upper[keyPath: column] / lower[keyPath: column], place)
    }

    /// The share of activations left out in training: none. Weights that were trained without dropout know nothing of it, and the
    /// paper's 0.1 takes SmolLM2-135M's first loss from 2.41 to 8.28; 24 steps then end worse than it began (2.766 against 2.734, without
    /// dropout 2.517).
    public static let dropout = 0.0

    /// How often each row is read: preferences twice, as in SPIN; pairs once.
    ///
    /// Adapters of rank 16 on 400 pairs, the loss of 100 others after two thirds of a pass and after two: SmolLM2 135M 2.442 and 2.437, Gemma 3
    /// 270M 2.421 and 2.469, Qwen2.5-Coder 0.5B 2.536 and 2.591. A backward SmolLM2 of 2,300 pairs had its least loss after one pass of two (1.905,
    /// 1.932 near the end). All weights of SmolLM2 135M, 400 pairs, the rate of the table: 2.678 by the base, 2.453 after .6 passes, 2.437 after
    /// 1.2, 2.466 after 1.8, 2.636 after 2.4 and 2.629 after three.
    public static func passes(_ loss: FinetuneLoss) -> Double { loss.isPreference ? 2 : 1 }

    /// Rows a step: of pairs 8 by adapters and where there are few, else the paper's 32; of preferences what DPO and SPIN took.
    public static func batch(_ loss: FinetuneLoss, adapters: Bool, rows: Int) -> Int {
        if rows < 3000 { return 8 }
        return loss == .sft ? (adapters ? 8 : 32) : loss == .spin ? 64 : 16
    }

    /// What is left of the learning rate at the last step: of all weights the paper's 0.9 (9e-6 of 1e-5), for adapters and preferences 0.1.
    public static func finalRate(_ loss: FinetuneLoss, adapters: Bool) -> Double { loss.isPreference || adapters ? 0.1 : 0.9 }
}
