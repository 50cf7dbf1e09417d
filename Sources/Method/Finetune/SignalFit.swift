import Foundation
import Ground

/// How the signals of a pair are combined, fitted on seeds that the backward model was not trained on.
///
/// What is to be ranked is what the model writes itself, so the ranking is fitted on that: instructions that it samples for the outputs of the
/// seeds, each with its likeness (ROUGE-L) to what a person asked there. A ridge regression of the likeness on the standardised signals, its
/// penalty chosen by leaving out one seed at a time, gives the weights. A signal that tells nothing gets none: its slope must lie 2.58
/// standard errors from 0, with the same sign whichever fifth of the seeds is left out, and in eight seeds at least the signal must
/// say something else than it mostly does. What comes of it becomes a probability by a logistic regression on the same score: whole pairs
/// (of people, and of the model) against mismatched and spoilt ones.
///
/// Told by two people, blind, of 547 instructions by SmolLM2's adapters which are good ones, weights that were fitted to tell seeds from
/// mismatched and spoilt ones have an AUC of .62 on real pages and .68 on Dolly; fitted so, on 64 answers of Dolly, .74 and .76, and with a
/// forward model's signals .76 and .77.
struct SignalFit {
    enum Kind: Sendable, Equatable {
        /// An instruction that the model wrote itself.
        case own
        /// A seed as it is.
        case `true`
        case mismatched, spoilt

        var isWhole: Bool { self == .own || self == .true }
    }

    struct Row: Sendable, Equatable {
        var values: [String: Double]
        var kind: Kind
        /// Of an instruction of the model's own: how like it is to the seed's, from 0 to 1.
        var likeness = 0.0
        /// The seed that it was made of.
        var group: Int
    }

    /// What one signal alone tells of the model's own instructions.
    struct Finding: Equatable {
        var signal: String
        /// Of the likeness over the standardised signal; nil where either is one number.
        var slope: GroupedSlope?
        var isUsed: Bool
    }

    private(set) var findings: [Finding] = []
    private(set) var combination: SignalCombination?
    /// How far the combined score goes with the likeness in seeds that it was not fitted on, as a correlation.
    private(set) var correlation = 0.0
    /// How well the score tells seeds as they are from mismatched and from spoilt ones.
    private(set) var areas: [GroupedArea?] = []
    private var seedCount = 0

    /// - Parameter forward: the fingerprint of the forward model that some signals were measured with.
    init(_ rows: [Row], forward: String? = nil) {
        let names = Set(rows.flatMap(\.values.keys)).sorted()
        let whole = rows.filter { row in names.allSatisfy { row.values[$0]?.isFinite == true } }
        let own = whole.filter { $0.kind == .own }
        seedCount = Set(own.map(\.group)).count
        guard seedCount >= SignalCombination.leastSeeds else { return }
        let terms = names.map { Self.term($0, own) }
        findings = terms.map { Self.finding($0, own) }
        let used = zip(terms, findings).filter(\.1.isUsed).map(\.0)
        guard !used.isEmpty else { return }
        func standardised(_ row: Row) -> [Double] { used.map { $0.standardised(row.values[$0.signal] ?? 0) } }
        let points = own.map { RidgeRegression.Row(x: standardised($0), target: $0.likeness, group: $0.group) }
        let (ridge, leftOut) = RidgeRegression.chosen(points)
        correlation = GroupedSlope(zip(points, leftOut).map { .init(x: $1, y: $0.target, group: $0.group) })?.correlation ?? 0
        guard correlation > 0 else { return }
        let fitted = RidgeRegression(points, ridge: ridge)
        let scores = whole.map { fitted.value(standardised($0)) }
        areas = [.mismatched, .spoilt].map { Self.area(of: $0, whole, scores) }
        guard let odds = Self.odds(whole.map(\.kind), scores) else { return }
        var weighted = used
        for (place, weight) in fitted.weights.enumerated() { weighted[place].weight = Self.rounded(odds.slope * weight) }
        let intercept = Self.rounded(odds.intercept + odds.slope * fitted.intercept)
        combination = SignalCombination(
            intercept: intercept, terms: weighted, fittedTo: SignalCombination.ownSamples, forward: forward)
    }

    /// What was found, in lines for a person.
    var account: [String] {
        func text(_ area: GroupedArea?) -> String { area.map { String(format: "%.3f", $0.area) } ?? "none" }
        let told = findings.map { finding in
            "\(finding.signal) \(finding.slope.map { String(format: "%+.2f", $0.correlation) } ?? "none")\(finding.isUsed ? "" : " (no weight)")"
        }.joined(separator: ", ")
        guard seedCount >= SignalCombination.leastSeeds else {
            return [
                "signals: the model's own instructions could be measured for \(seedCount) held-out seeds, and \(SignalCombination.leastSeeds) are "
                    + "needed, so that no combination is written"
            ]
        }
        guard let combination else {
            return [
                "signals: none tells the model's better instructions from its worse ones on held-out seeds, so that they are not combined "
                    + "(correlation of each with likeness to the human instruction: \(told))"
            ]
        }
        let weights = combination.terms.map { "\($0.signal) \(String(format: "%+.2f", $0.weight))" }.joined(separator: ", ")
        return [
            "signals, correlation of each with how like the model's own instructions for \(seedCount) held-out seeds are to people's: \(told)",
            "combined\(combination.forward == nil ? "" : " with a forward model"): \(weights); correlation in seeds left out "
                + "\(String(format: "%.2f", correlation)); AUC of people's pairs against mismatched ones \(text(areas[0])), against spoilt ones \(text(areas[1]))",
        ]
    }

    // MARK: - The fit

    /// Standard errors from 0: one noise in a hundred is farther.
    private static let certain = 2.576
    private static let parts = 5
    /// A mark that few seeds bear tells of those seeds.
    private static let leastVaried = 8
    private static let ridge = 0.01

    private static func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }

    /// A signal without weight. Rounded before the fit, so that the weights belong to what is written down.
    private static func term(_ signal: String, _ rows: [Row]) -> SignalCombination.Term {
        let spread = spread(rows.map { $0.values[signal] ?? 0 })
        return .init(signal: signal, weight: 0, mean: rounded(spread.middle), scale: max(1e-6, rounded(spread.scale)))
    }

    private static func finding(_ term: SignalCombination.Term, _ rows: [Row]) -> Finding {
        let values = rows.map { row in
            GroupedSlope.Value(x: term.standardised(row.values[term.signal] ?? 0), y: row.likeness, group: row.group)
        }
        guard let all = GroupedSlope(values) else { return Finding(signal: term.signal, slope: nil, isUsed: false) }
        let counts = Dictionary(values.map { ($0.x, 1) }, uniquingKeysWith: +)
        let usual = counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key
        let varied = Set(values.filter { $0.x != usual }.map(\.group)).count
        let isSteady = (0..<parts).allSatisfy { part in
            GroupedSlope(values.filter { $0.group % parts != part }).map { $0.slope * all.slope > 0 } ?? false
        }
        let isUsed = isSteady && varied >= leastVaried && abs(all.slope) > certain * all.standardError
        return Finding(signal: term.signal, slope: all, isUsed: isUsed)
    }

    /// How well a score tells seeds as they are from what one kind of fault makes of them.
    private static func area(of fault: Kind, _ rows: [Row], _ scores: [Double]) -> GroupedArea? {
        var values: [GroupedArea.Value] = []
        for (row, score) in zip(rows, scores) where row.kind == .true || row.kind == fault {
            values.append(.init(value: score, isTrue: row.kind == .true, group: row.group))
        }
        return GroupedArea(values)
    }

    /// The log-odds of a whole pair by its score; nil where a higher score makes none likelier. Whole pairs weigh half of all, and of either
    /// half each kind the same.
    private static func odds(_ kinds: [Kind], _ scores: [Double]) -> (slope: Double, intercept: Double)? {
        let count = Double(max(1, scores.count))
        let mean = scores.reduce(0, +) / count
        let deviation = (scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
        let numbers = Dictionary(kinds.map { ($0, 1.0) }, uniquingKeysWith: +)
        guard deviation > 0, numbers.keys.contains(where: { !$0.isWhole }) else { return nil }
        let rows = zip(kinds, scores).map { kind, score -> RidgeLogistic.Row in
            let alike = Double(numbers.keys.count { $0.isWhole == kind.isWhole })
            let weight = 0.5 / alike / (numbers[kind] ?? 1)
            return RidgeLogistic.Row(x: [(score - mean) / deviation], target: kind.isWhole ? 1 : 0, weight: weight)
        }
        let fitted = RidgeLogistic(rows, ridge: ridge)
        let slope = fitted.weights[0] / deviation
        return slope > 0 ? (slope, fitted.intercept - slope * mean) : nil
    }

    /// The median and the spread of the middle half, in standard deviations of a normal density, which the few longest instructions do not
    /// stretch; where half of the values are one, as a share's are 0, the mean and the standard deviation.
    static func spread(_ values: [Double]) -> (middle: Double, scale: Double) {
        let sorted = values.sorted()
        func quantile(_ share: Double) -> Double { sorted.isEmpty ? 0 : sorted[Int(Double(sorted.count - 1) * share)] }
        let half = quantile(0.75) - quantile(0.25)
        if half > 0 { return (quantile(0.5), half / 1.349) }
        let count = Double(max(1, sorted.count))
        let mean = sorted.reduce(0, +) / count
        return (mean, (sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot())
    }
}
