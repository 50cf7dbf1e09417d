import Foundation
import Ground

/// How near the manner of a model's answers is to a reference's on the same instructions: the five figures of Gudibande et al. 2023
/// (arXiv 2305.15717, table 1), which rise with imitation while what a model can do stays where it was.
public struct StyleConvergence: Sendable {
    public enum Measure: String, Sendable, CaseIterable {
        /// Of the reference's answers with a list, those to which the model has one too.
        case list
        /// The same of a paragraph at the end that sums up.
        case summary
        /// The F1 of the words that both answers share, each as often as both have it.
        case vocabulary
        /// Pearson's correlation of the answers' lengths in characters.
        case length
        /// Answers that speak as an authority, whatever the reference does.
        case tone

        public var title: String {
            switch self {
            case .list: "list where it does"
            case .summary: "summary where it does"
            case .vocabulary: "shared vocabulary"
            case .length: "length correlation"
            case .tone: "authoritative tone"
            }
        }
    }

    public let instructions: Int
    /// A value for each instruction on which the measure says something, by its place; the correlation has none of single ones.
    let values: [Measure: [Int: Double]]
    public let correlation: PairedCorrelation?

    /// - Parameters:
    ///   - answers: one for each of the reference's, in their order.
    ///   - reference: what they are held against.
    public init(_ answers: [AnswerManner], reference: [AnswerManner]) {
        precondition(answers.count == reference.count, "an answer for each of the reference's")
        var values: [Measure: [Int: Double]] = [:]
        for (index, (own, other)) in zip(answers, reference).enumerated() {
            if other.usesList { values[.list, default: [:]][index] = own.usesList ? 1 : 0 }
            if other.summarizes { values[.summary, default: [:]][index] = own.summarizes ? 1 : 0 }
            values[.vocabulary, default: [:]][index] = Self.overlap(own.words, other.words)
            values[.tone, default: [:]][index] = own.isAuthoritative ? 1 : 0
        }
        instructions = answers.count
        self.values = values
        correlation = PairedCorrelation(answers.map { Double($0.length) }, reference.map { Double($0.length) })
    }

    /// The mean of a measure and what chance in the choice of instructions leaves open; nil where no instruction says anything.
    public func figure(_ measure: Measure) -> PairedDifference? {
        let found = values[measure].map { Array($0.values) } ?? []
        return found.isEmpty ? nil : PairedDifference(found)
    }

    /// How far a measure has moved from the base's, on the instructions that both have it of; nil for the correlation.
    public func moved(_ measure: Measure, from base: StyleConvergence) -> PairedDifference? {
        guard let own = values[measure], let other = base.values[measure] else { return nil }
        let both = own.keys.filter { other[$0] != nil }.sorted()
        return both.isEmpty ? nil : PairedDifference(both.map { own[$0] ?? 0 }, minus: both.map { other[$0] ?? 0 })
    }

    static func overlap(_ one: [Substring: Int], _ other: [Substring: Int]) -> Double {
        let all = one.values.reduce(0, +) + other.values.reduce(0, +)
        let common = one.reduce(0) { $0 + min($1.value, other[$1.key] ?? 0) }
        return all == 0 ? 0 : 2 * Double(common) / Double(all)
    }

    public var object: JSONObject {
        var object: JSONObject = ["instructions": .integer(instructions)]
        for measure in Measure.allCases where measure != .length {
            guard let figure = figure(measure) else { continue }
            object[measure.rawValue] = .double(figure.mean)
            object[measure.rawValue + "_instructions"] = .integer(figure.pairs)
            if let interval = figure.interval {
                object[measure.rawValue + "_interval"] = [.double(interval.lowerBound), .double(interval.upperBound)]
            }
        }
        if let correlation {
            object["length"] = .double(correlation.value)
            object["length_interval"] = [.double(correlation.interval.lowerBound), .double(correlation.interval.upperBound)]
        }
        return object
    }
}

/// Pearson's correlation with its 95 % interval (Fisher's z, 1921).
public struct PairedCorrelation: Sendable, Equatable {
    public let value: Double
    public let interval: ClosedRange<Double>

    /// Nil for fewer than four values, or where one side never varies.
    public init?(_ one: [Double], _ other: [Double]) {
        let count = Double(one.count)
        guard one.count == other.count, one.count > 3 else { return nil }
        let (meanOne, meanOther) = (one.reduce(0, +) / count, other.reduce(0, +) / count)
        var (xx, yy, xy) = (0.0, 0.0, 0.0)
        for (a, b) in zip(one, other) {
            xx += (a - meanOne) * (a - meanOne)
            yy += (b - meanOther) * (b - meanOther)
            xy += (a - meanOne) * (b - meanOther)
        }
        guard xx > 0, yy > 0 else { return nil }
        let value = max(-1, min(1, xy / (xx * yy).squareRoot()))
        let (z, half) = (atanh(max(-0.999_999, min(0.999_999, value))), 1.959964 / (count - 3).squareRoot())
        (self.value, interval) = (value, tanh(z - half)...tanh(z + half))
    }
}
