import Foundation
import Ground
import LanguageModels
import Records

/// How the signals of a pair are combined, fitted on seeds that the backward model was not trained on.
///
/// Each seed stands for a good pair; bad ones are its output with the instruction of another seed (the lookalikes of `GainFit`, and one at
/// random), its output spoilt in ways that leave the topic (`SpoiledAnswer.onTopic`), and a slip in its instruction (`SpoiledInstruction`).
/// A logistic regression with an L2 penalty tells good from bad; good pairs weigh half of all, mismatched and spoilt ones a quarter each. A
/// signal that tells nothing gets no weight: its direction must be the same whichever fifth of the seeds is left out, and the interval of
/// its area under the ROC curve must lie above .5.
struct SignalFit {
    enum Kind: Sendable, Equatable { case `true`, mismatched, spoilt }

    struct Row: Sendable, Equatable {
        var values: [String: Double]
        var kind: Kind
        /// The seed that it was made of.
        var group: Int
    }

    /// What one signal alone tells.
    struct Finding: Equatable {
        var signal: String
        /// Nil where it has one value only, or another direction in each part.
        var area: GroupedArea?
        var isUsed: Bool { area.map { $0.interval.lowerBound > 0.5 } ?? false }
    }

    /// The name of the gain among the signals.
    static let gain = "backward_gain"
    /// In units of the mean loss a row, over standardised signals: a weight of 1 costs half a hundredth of a nat.
    static let ridge = 0.01
    private static let parts = 5

    private(set) var findings: [Finding] = []
    private(set) var combination: SignalCombination?
    /// How well the combination tells good from bad ones in the parts that it was not fitted on: all, mismatched alone, spoilt alone.
    private(set) var areas: [GroupedArea?] = []

    init(_ rows: [Row]) {
        let names = Set(rows.flatMap(\.values.keys)).sorted()
        let whole = rows.filter { row in names.allSatisfy { row.values[$0] != nil } }
        guard whole.contains(where: { $0.kind == .true }), whole.contains(where: { $0.kind != .true }) else { return }
        findings = names.map { Self.finding($0, whole) }
        let used = findings.filter(\.isUsed).map(\.signal)
        guard !used.isEmpty else { return }
        combination = Self.combination(of: used, whole)
        var held: [(row: Row, logOdds: Double)] = []
        for part in 0..<Self.parts {
            let rest = whole.filter { $0.group % Self.parts != part }
            guard rest.contains(where: { $0.kind == .true }), rest.contains(where: { $0.kind != .true }) else { continue }
            let fitted = Self.combination(of: used, rest)
            held += whole.filter { $0.group % Self.parts == part }.map { ($0, fitted.logOdds($0.values) ?? 0) }
        }
        areas = [[Kind.mismatched, .spoilt], [.mismatched], [.spoilt]].map { kinds in
            GroupedArea(
                held.filter { $0.row.kind == .true || kinds.contains($0.row.kind) }.map {
                    .init(value: $0.logOdds, isTrue: $0.row.kind == .true, group: $0.row.group)
                })
        }
    }

    /// What was found, in lines for a person.
    var account: [String] {
        func text(_ area: GroupedArea?) -> String { area.map { String(format: "%.3f", $0.area) } ?? "none" }
        let told = findings.map { "\($0.signal) \(text($0.area))\($0.isUsed ? "" : " (no weight)")" }.joined(separator: ", ")
        guard let combination else {
            return ["signals: none tells good seed pairs from bad ones, so that they are not combined (AUC: \(told))"]
        }
        let weights = combination.terms.map { "\($0.signal) \(String(format: "%+.2f", $0.weight))" }.joined(separator: ", ")
        return [
            "signals, AUC of each on held-out seeds: \(told)",
            "combined: \(weights); AUC \(text(areas[0])), of mismatched ones alone \(text(areas[1])), of spoilt ones alone \(text(areas[2]))",
        ]
    }

    // MARK: - The fit

    private static func finding(_ signal: String, _ rows: [Row]) -> Finding {
        let values = rows.map { GroupedArea.Value(value: $0.values[signal] ?? 0, isTrue: $0.kind == .true, group: $0.group) }
        guard let all = GroupedArea(values), Set(values.map(\.value)).count > 1 else { return Finding(signal: signal, area: nil) }
        let sign = all.area < 0.5 ? -1.0 : 1
        let parts = (0..<self.parts).compactMap { part in GroupedArea(values.filter { $0.group % self.parts != part }) }
        guard parts.allSatisfy({ sign * ($0.area - 0.5) > 0 }) else { return Finding(signal: signal, area: nil) }
        let turned = values.map { GroupedArea.Value(value: sign * $0.value, isTrue: $0.isTrue, group: $0.group) }
        return Finding(signal: signal, area: GroupedArea(turned))
    }

    static func combination(of signals: [String], _ rows: [Row]) -> SignalCombination {
        func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }
        // Rounded before the fit, so that the weights belong to what is written down.
        var terms = signals.map { signal -> SignalCombination.Term in
            let spread = spread(rows.map { $0.values[signal] ?? 0 })
            return .init(signal: signal, weight: 0, mean: rounded(spread.middle), scale: max(1e-6, rounded(spread.scale)))
        }
        let number = Dictionary(grouping: rows, by: \.kind).mapValues { Double($0.count) }
        let hasBoth = number[.mismatched] != nil && number[.spoilt] != nil
        let fitted = RidgeLogistic(
            rows.map { row in
                let share = row.kind == .true || !hasBoth ? 0.5 : 0.25
                return RidgeLogistic.Row(
                    x: terms.map { $0.standardised(row.values[$0.signal] ?? 0) }, target: row.kind == .true ? 1 : 0,
                    weight: share / (number[row.kind] ?? 1))
            }, ridge: ridge)
        for place in terms.indices { terms[place].weight = rounded(fitted.weights[place]) }
        return SignalCombination(intercept: rounded(fitted.intercept), terms: terms)
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

extension SignalFit {
    struct TestPair: Sendable, Equatable {
        var instruction: String
        var output: String
        var kind: Kind
        var group: Int
    }

    /// The good and the bad pairs that some seeds make; they depend on the seeds' texts and order alone.
    static func pairs(of seeds: [Seed]) -> [TestPair] {
        var pairs = GainFit.pairs(of: seeds).map {
            TestPair(instruction: $0.instruction, output: $0.output, kind: $0.isTrue ? .true : .mismatched, group: 0)
        }
        // A true pair stands before the wrong ones of its seed.
        var group = -1
        for index in pairs.indices {
            if pairs[index].kind == .true { group += 1 }
            pairs[index].group = group
        }
        for (group, seed) in seeds.enumerated() {
            var random = KeyedRandom(seed: 0, key: "spoilt \(seed.instruction)\u{0}\(seed.output)")
            if let other = stranger(to: group, in: seeds, random: &random) {
                pairs.append(TestPair(instruction: seeds[other].instruction, output: seed.output, kind: .mismatched, group: group))
            }
            var ways = SpoiledAnswer.onTopic
            random.shuffle(&ways)
            var spoilt: [String] = []
            for way in ways where spoilt.count < spoiltOfSeed {
                if let text = way.spoil(seed.output, with: "", random: &random) { spoilt.append(text) }
            }
            pairs += spoilt.map { TestPair(instruction: seed.instruction, output: $0, kind: .spoilt, group: group) }
            var slips = SpoiledInstruction.allCases
            random.shuffle(&slips)
            for slip in slips {
                guard let text = slip.spoil(seed.instruction, random: &random) else { continue }
                pairs.append(TestPair(instruction: text, output: seed.output, kind: .spoilt, group: group))
                break
            }
        }
        return pairs
    }

    private static let spoiltOfSeed = 2

    private static func stranger(to index: Int, in seeds: [Seed], random: inout KeyedRandom) -> Int? {
        for _ in 0..<20 {
            let other = random.nextInt(below: seeds.count)
            let isOther = other != index && seeds[other].output != seeds[index].output
            if isOther, LexicalIndex.jaccard(seeds[other].instruction, seeds[index].instruction) < 0.5 { return other }
        }
        return nil
    }

    /// The signals of all pairs that some seeds make, those that can be measured.
    static func rows(
        of seeds: [Seed], measure: @escaping @Sendable (_ instruction: String, _ output: String) async throws -> [String: Double]
    ) async throws -> [Row] {
        let pairs = pairs(of: seeds)
        let values = try await sideBySide(pairs.indices) { index -> [String: Double]? in
            do { return try await measure(pairs[index].instruction, pairs[index].output) } catch is Rejection { return nil }
        }
        return zip(pairs, values).compactMap { pair, values in values.map { Row(values: $0, kind: pair.kind, group: pair.group) } }
    }
}
