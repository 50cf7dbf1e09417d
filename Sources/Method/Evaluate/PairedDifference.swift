import Foundation
import Ground

/// How far a second model is from a first on the same pairs, and what chance in the choice of pairs leaves open.
///
/// Both models see every pair, so that what makes a pair hard for both falls out: the mean of the differences has a much smaller error
/// than the difference of the means has. The 95 % interval is Student's (1908): mean ± t(n - 1) standard errors, over pairs.
public struct PairedDifference: Sendable, Equatable {
    /// The number of pairs that both models have a figure for.
    public let pairs: Int
    /// The mean over pairs of the second model's figure minus the first's; not a number without a pair.
    public let mean: Double
    /// One standard error of the mean over the choice of pairs; nil for fewer than two.
    public let standardError: Double?

    /// - Parameter differences: for each pair the second model's figure minus the first's.
    public init(_ differences: [Double]) {
        let count = Double(differences.count)
        let mean = differences.isEmpty ? Double.nan : differences.reduce(0, +) / count
        let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        pairs = differences.count
        self.mean = mean
        standardError = differences.count > 1 ? (squares / (count - 1) / count).squareRoot() : nil
    }

    /// - Parameters:
    ///   - second: a figure of each pair, in the order of `first`.
    ///   - first: what they are held against.
    public init(_ second: [Double], minus first: [Double]) {
        precondition(second.count == first.count, "the same pairs for both")
        self.init(zip(second, first).map { $0 - $1 })
    }

    /// Where the mean lies with 95 % confidence; nil for fewer than two pairs, and where differences without any spread tell nothing of the
    /// pairs that were not seen: where all are 0, or fewer than six are equal, which the sign test leaves undecided (2 / 2⁵ > 5 %).
    public var interval: ClosedRange<Double>? {
        guard let standardError, standardError.isFinite, mean.isFinite, !isWithoutSpread else { return nil }
        let half = Self.studentT(degrees: pairs - 1) * standardError
        return mean - half...mean + half
    }

    private var isWithoutSpread: Bool { standardError == 0 && (mean == 0 || pairs < 6) }

    /// What the interval says; `undecided` where it holds 0 or there is none.
    public enum Verdict: String, Sendable { case lower, higher, undecided }

    public var verdict: Verdict {
        guard let interval else { return .undecided }
        return interval.upperBound < 0 ? .lower : interval.lowerBound > 0 ? .higher : .undecided
    }

    /// What figures are measured in, and which of two is the better one.
    public struct Unit: Sendable, Equatable {
        public var name: String
        public var lowerIsBetter: Bool

        public init(_ name: String, lowerIsBetter: Bool = true) {
            self.name = name
            self.lowerIsBetter = lowerIsBetter
        }

        public static let natsAToken = Unit("nats a token")
        /// For models that cut text into other tokens.
        public static let bitsAByte = Unit("bits a byte")
        public static let gainAToken = Unit("nats a token of instruction gain", lowerIsBetter: false)
        public static let gainAByte = Unit("bits a byte of instruction gain", lowerIsBetter: false)
    }

    /// The finding in a sentence: "B is better than A by 0.050 to 0.110 nats a token." or that no difference can be told.
    ///
    /// - Parameter thing: what there is a figure of.
    public func sentence(
        _ second: String, than first: String, unit: Unit = .natsAToken, counting thing: String = "pair"
    ) -> String {
        let found = pairs == 1 ? "1 \(thing)" : "\(pairs) \(thing)s"
        guard let interval else {
            let why = isWithoutSpread ? ": it is \(Figures.fixed(mean, 3)) in each, which gives no interval" : ""
            return "No difference between \(second) and \(first) can be told with \(found)\(why)."
        }
        let digits = Self.digits(of: interval)
        func number(_ value: Double) -> String { Figures.fixed(value, digits) }
        guard verdict != .undecided else {
            return "No difference between \(second) and \(first) can be told with \(found): "
                + "it is \(number(interval.lowerBound)) to \(number(interval.upperBound)) \(unit.name)."
        }
        let isBetter = (verdict == .lower) == unit.lowerIsBetter
        let (least, most) = (
            min(abs(interval.lowerBound), abs(interval.upperBound)), max(abs(interval.lowerBound), abs(interval.upperBound))
        )
        return "\(second) is \(isBetter ? "better" : "worse") than \(first) by \(number(least)) to \(number(most)) \(unit.name)."
    }

    /// "-0.080 (-0.110 to -0.050)", for a table.
    public var text: String {
        guard let interval else { return Figures.fixed(mean, 3) }
        let digits = Self.digits(of: interval)
        func number(_ value: Double) -> String { (value > 0 ? "+" : "") + Figures.fixed(value, digits) }
        return "\(number(mean)) (\(number(interval.lowerBound)) to \(number(interval.upperBound)))"
    }

    /// "0.126 (0.101 to 0.151)", for a figure that is a difference by its nature.
    public var plainText: String {
        guard let interval else { return Figures.fixed(mean, 3) }
        return "\(Figures.fixed(mean, 4)) (\(Figures.fixed(interval.lowerBound, 4)) to \(Figures.fixed(interval.upperBound, 4)))"
    }

    /// The figures by name, for programs.
    public var object: JSONObject {
        [
            "pairs": .integer(pairs), "difference": mean.isFinite ? .double(mean) : .null,
            "standard_error": standardError.map { .double($0) } ?? .null,
            "interval": interval.map { [.double($0.lowerBound), .double($0.upperBound)] } ?? .null, "verdict": .string(verdict.rawValue),
        ]
    }

    /// Three digits, or as many as tell the bounds from 0, up to six.
    private static func digits(of interval: ClosedRange<Double>) -> Int {
        let least = min(abs(interval.lowerBound), abs(interval.upperBound))
        return (3...6).first { least * pow(10, Double($0)) >= 1 } ?? 3
    }

    /// The 97.5 % quantile of Student's distribution: a table, and beyond it the expansion in 1/degrees (Fisher 1926), right to 1e-3.
    public static func studentT(degrees: Int) -> Double {
        precondition(degrees > 0, "a difference of one pair has no spread")
        if degrees <= table.count { return table[degrees - 1] }
        let (z, n) = (1.959964, Double(degrees))
        return z + (pow(z, 3) + z) / (4 * n) + (5 * pow(z, 5) + 16 * pow(z, 3) + 3 * z) / (96 * n * n)
    }

    private static let table = [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101,
        2.093,
        2.086,
    ]
}
