import Foundation
import Ground

/// Quality = α ln N + C over growing subsets of a set of pairs (Li et al. 2023, arXiv 2308.06259, section 3.4), by least squares.
///
/// The interval of α is Student's with n - 2 degrees: what the scatter around the line leaves open.
public struct ScalingFit: Sendable, Equatable {
    /// What is added for each e-fold of pairs, in the figure's own unit.
    public let alpha: Double
    /// The figure at one pair.
    public let constant: Double
    public let points: Int
    public let alphaError: Double
    /// The variance of the scatter, and what the line's own error is made of.
    private let variance: Double
    private let meanLog: Double
    private let spread: Double

    /// - Parameter points: numbers of pairs, each above 0, and the figures there.
    /// - Throws: `ScalingError.tooFew` for fewer than three points or fewer than two different N.
    public init(_ points: [(pairs: Double, figure: Double)]) throws {
        let logs = points.map { log($0.pairs) }
        let count = Double(points.count)
        let meanLog = logs.reduce(0, +) / max(1, count)
        let spread = logs.reduce(0) { $0 + ($1 - meanLog) * ($1 - meanLog) }
        guard points.count >= 3, spread > 1e-12 else { throw ScalingError.tooFew(points: points.count) }
        let mean = points.reduce(0) { $0 + $1.figure } / count
        let alpha = zip(logs, points).reduce(0) { $0 + ($1.0 - meanLog) * ($1.1.figure - mean) } / spread
        let constant = mean - alpha * meanLog
        let residuals = zip(logs, points).map { $1.figure - alpha * $0 - constant }
        let variance = residuals.reduce(0) { $0 + $1 * $1 } / (count - 2)
        guard [alpha, constant, variance, variance / spread].allSatisfy(\.isFinite) else { throw ScalingError.tooLarge }
        (self.alpha, self.constant, self.points, self.variance) = (alpha, constant, points.count, variance)
        (self.meanLog, self.spread, alphaError) = (meanLog, spread, (variance / spread).squareRoot())
    }

    /// α with 95 % confidence.
    public var interval: ClosedRange<Double> {
        let half = PairedDifference.studentT(degrees: points - 2) * alphaError
        return alpha - half...alpha + half
    }

    /// What doubling the pairs adds.
    public var doubling: Double { alpha * log(2) }

    public func figure(at pairs: Double) -> Double { alpha * log(pairs) + constant }

    /// The line's own variance at a number of pairs.
    func variance(at pairs: Double) -> Double {
        let away = log(pairs) - meanLog
        return variance * (1 / Double(points) + away * away / spread)
    }

    /// How many pairs of the other set reach what `pairs` of this one do, a pair: the exchange rate, with its 95 % interval on the log
    /// scale by the delta method. Nil where more of the other set does not help, or where no number of pairs would do.
    public func exchange(for other: ScalingFit, at pairs: Double) -> Exchange? {
        guard other.alpha != 0, (other.alpha > 0) == (alpha > 0) else { return nil }
        let logOther = (figure(at: pairs) - other.constant) / other.alpha
        let logRate = logOther - log(pairs)
        // The other line's error at that point, and this one's, in units of the other's slope.
        let away = logOther - other.meanLog
        let otherVariance = other.variance * (1 / Double(other.points) + away * away / other.spread)
        let error = (variance(at: pairs) + otherVariance).squareRoot() / abs(other.alpha)
        let half = PairedDifference.studentT(degrees: points + other.points - 4) * error
        // Beyond e^30 pairs for one there is no exchange to speak of.
        guard abs(logRate) <= 30, half.isFinite else { return nil }
        return Exchange(pairs: pairs, rate: exp(logRate), interval: exp(max(-700, logRate - half))...exp(min(700, logRate + half)))
    }

    /// What one pair of a set is worth in pairs of another.
    public struct Exchange: Sendable, Equatable {
        /// Where on the curve.
        public let pairs: Double
        public let rate: Double
        public let interval: ClosedRange<Double>
    }

    public var object: JSONObject {
        [
            "points": .integer(points), "alpha": .double(alpha), "alpha_standard_error": .double(alphaError),
            "alpha_interval": [.double(interval.lowerBound), .double(interval.upperBound)], "constant": .double(constant),
            "a_doubling": .double(doubling),
        ]
    }
}

/// Why no line can be laid through points.
public enum ScalingError: Error, Sendable, CustomStringConvertible {
    case tooFew(points: Int)
    /// The sums of squares are beyond what a number holds.
    case tooLarge
    case noPoint(file: String, reason: String)

    public var description: String {
        switch self {
        case .tooFew(let points):
            "a curve needs three points or more at two numbers of pairs or more, and there \(points == 1 ? "is 1" : "are \(points)"); train on "
                + "subsets that double, say, and evaluate each."
        case .tooLarge: "the figures, or the numbers of pairs, are too large to lay a line through; give them in a larger unit."
        case .noPoint(let file, let reason):
            "\(file): \(reason). Give records with `n` (pairs) and a figure (`--figure NAME`, `figure` without it), or N=FILE with what "
                + "`humpback evaluate --json` or `humpback compare --json` printed for the model of N pairs."
        }
    }
}
