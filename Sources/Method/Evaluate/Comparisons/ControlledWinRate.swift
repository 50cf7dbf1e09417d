import Foundation
import Ground

/// The win rate that is left when both answers look alike: a Bradley-Terry model (1952) of two models with differences of style as
/// covariates, P(the second wins) = σ(θ + Σ w·d), at d = 0.
///
/// Length is what AlpacaEval controls (Dubois et al. 2024, arXiv 2404.04475): d = tanh of the difference in characters over its standard
/// deviation. Their fit also knows how difficult each instruction is from many models at once; from two it cannot be known, and without it a
/// free fit takes for length what is difficulty: of 57 models of their leaderboard it overrates the shorter ones by 6.4 points in the mean.
/// A ridge of 5 on the weight of length at 805 verdicts, of n / 161, leaves 0.4, and a rank correlation of 0.98 with their figures. Style is length, headings, list items and bold phrases as Chatbot Arena controls them (Li et al. 2024): each the difference over the
/// sum of the two answers, divided by its standard deviation.
public struct ControlledWinRate: Sendable {
    public enum Control: String, Sendable, CaseIterable { case length, style }

    public let control: Control
    /// In per cent, σ(θ).
    public let rate: Double
    /// By the delta method, in per cent.
    public let standardError: Double
    /// How much a standard deviation of each difference adds to the log-odds of winning, with its error.
    public let effects: [(name: String, weight: Double, standardError: Double)]

    /// Nil where there are fewer than ten verdicts with both texts.
    ///
    /// - Parameter comparisons: the style of both answers and the preference, from 1 to 2.
    public init?(_ comparisons: [(first: AnswerStyle, second: AnswerStyle, preference: Double)], control: Control) {
        guard comparisons.count >= 10 else { return nil }
        var columns: [(name: String, values: [Double])]
        switch control {
        case .length:
            let differences = comparisons.map { Double($0.second.length - $0.first.length) }
            let spread = Self.deviation(differences)
            columns = [("length", differences.map { spread > 0 ? tanh($0 / spread) : 0 })]
        case .style:
            let kinds: [(String, KeyPath<AnswerStyle, Int>)] = [
                ("length", \.length), ("headings", \.headings), ("list items", \.listItems), ("bold", \.bold),
            ]
            columns = kinds.map { name, path in
                let values = comparisons.map { one in
                    let (a, b) = (Double(one.first[keyPath: path]), Double(one.second[keyPath: path]))
                    return a + b > 0 ? (b - a) / (a + b) : 0
                }
                let spread = Self.deviation(values)
                return (name, values.map { spread > 0 ? $0 / spread : 0 })
            }
        }
        // What never differs explains nothing.
        columns = columns.filter { column in column.values.contains { $0 != 0 } }
        let rows = comparisons.indices.map { index in [1] + columns.map { $0.values[index] } }
        let fit = LogisticFit(
            rows, outcomes: comparisons.map { $0.preference - 1 },
            ridges: [1e-3] + columns.map { _ in Double(comparisons.count) * Self.ridge })
        let p = LogisticFit.sigmoid(fit.weights[0])
        self.control = control
        rate = 100 * p
        standardError = 100 * p * (1 - p) * fit.standardError(0)
        effects = columns.enumerated().map { ($1.name, fit.weights[$0 + 1], fit.standardError($0 + 1)) }
    }

    private static let ridge = 1.0 / 161

    private static func deviation(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
    }

    public var object: JSONObject {
        [
            "win_rate": .double(rate), "standard_error": .double(standardError),
            "effects": .object(
                JSONObject(
                    effects.map { name, weight, error in
                        (name.replacing(" ", with: "_"), .object(["weight": .double(weight), "standard_error": .double(error)]))
                    })),
        ]
    }
}
