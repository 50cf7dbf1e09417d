import Ground

/// The least score from which on a wanted share of the pairs is good, as people's verdicts on some of them show it with 95 % certainty.
///
/// To look at many thresholds and take the one that looks best would promise too much. So a few are fixed before a verdict is looked at: the scores
/// that a tenth, two tenths ... of the judged pairs reach (steps of at least forty verdicts, and at least two), and each is held at its part of the
/// 5 % of error (Bonferroni), by the exact bound of Clopper and Pearson (1934). The loosest whose lower bound reaches the wanted share is
/// taken. The promise holds for pairs that the judged ones are a random sample of, as `humpback label` takes them.
public struct PrecisionThreshold: Sendable, Equatable {
    /// Pairs of this score or more pass.
    public let score: Double
    /// Verdicts on pairs that pass.
    public let pairs: Int
    public let good: Int
    /// What share of such pairs is good at least, with all thresholds that were tried counted in.
    public let bound: Double
    /// All verdicts.
    public let verdicts: Int

    public static let error = 0.05
    private static let mostSteps = 10
    private static let leastStep = 40

    /// The thresholds that are tried, the loosest first.
    static func tried(_ labelled: [Calibration.Labelled]) -> [PrecisionThreshold] {
        guard !labelled.isEmpty else { return [] }
        let sorted = labelled.sorted { $0.score > $1.score }
        let steps = steps(of: sorted.count)
        var found: [PrecisionThreshold] = []
        for step in (1...steps).reversed() {
            let score = sorted[max(0, sorted.count * step / steps - 1)].score
            let passing = sorted.prefix { $0.score >= score }
            let good = passing.count(where: \.isGood)
            guard found.last?.score != score else { continue }
            found.append(
                PrecisionThreshold(
                    score: score, pairs: passing.count, good: good,
                    bound: ShareBound.lower(good, of: passing.count, error: error / Double(steps)), verdicts: sorted.count))
        }
        return found
    }

    private static func steps(of verdicts: Int) -> Int { min(mostSteps, max(2, verdicts / leastStep)) }

    /// The threshold for a share from 0 to 1; throws a `PrecisionError` where none shows it.
    public static func find(_ precision: Double, _ labelled: [Calibration.Labelled]) throws(PrecisionError) -> PrecisionThreshold {
        let tried = tried(labelled)
        if let found = tried.first(where: { $0.bound >= precision }) { return found }
        guard let best = tried.max(by: { ($0.bound, $0.pairs) < ($1.bound, $1.pairs) }) else { throw .noVerdicts }
        throw .unreachable(wanted: precision, best: best, further: further(precision, tried))
    }

    /// So many verdicts more would show the share at one of the thresholds, if good and bad ones go on as they are; nil where there is none
    /// with a greater share.
    private static func further(_ precision: Double, _ tried: [PrecisionThreshold]) -> Int? {
        tried.filter { Double($0.good) > precision * Double($0.pairs) }.compactMap { one -> Int? in
            let share = Double(one.good) / Double(one.pairs)
            var factor = 1.0
            while factor < 1000 {
                factor *= 1.02
                let (all, pairs) = (Int((Double(one.verdicts) * factor).rounded(.up)), Int(Double(one.pairs) * factor))
                // A wholly good sample may have been luck: one bad pair is expected.
                let good = min(Int(Double(pairs) * share), pairs - 1)
                if ShareBound.lower(good, of: pairs, error: error / Double(steps(of: all))) >= precision { return all - one.verdicts }
            }
            return nil
        }.min()
    }

    /// What a person is told of it.
    ///
    /// - Parameter computed: what the scores were computed in, int8 or float32; nil where that is not known.
    public func account(wanted: Double, computed: String? = nil) -> String {
        "pairs with a score of \(Figures.fixed(score, 3)) or more\(computed.map { ", computed in \($0)," } ?? "") pass: of \(verdicts) verdicts "
            + "\(pairs) are on such pairs, and \(good) of these are good "
            + "(\(Figures.percent(Double(good) / Double(pairs)))); with 95 % certainty at least \(Figures.percent(bound)) are, where "
            + "\(Figures.percent(wanted)) were asked for."
    }
}

/// Why no threshold was found.
public enum PrecisionError: Error, Equatable, CustomStringConvertible {
    case noVerdicts
    /// So many verdicts more would do; nil where good ones are too few at every score.
    case unreachable(wanted: Double, best: PrecisionThreshold, further: Int?)

    public var description: String {
        switch self {
        case .noVerdicts:
            "none of the rated pairs has a verdict in --labels: take verdicts on these pairs with `humpback label`."
        case .unreachable(let wanted, let best, let further):
            "no least score shows that \(Figures.percent(wanted)) of what passes is good. The best, \(Figures.fixed(best.score, 3)), shows "
                + "\(Figures.percent(best.bound)) with 95 % certainty (\(best.good) of \(best.pairs) good, of \(best.verdicts) verdicts)"
                + (best.bound >= 0.5 ? ": --precision \(Figures.short((best.bound * 100).rounded(.down) / 100)) could be had. " : ". ")
                + (further.map { "Some \($0) verdicts more would show it, if they go on as they are: `humpback label`." }
                    ?? (best.verdicts < Self.tooFew
                        ? "So few say little: take some \(Self.tooFew) at least, with `humpback label`."
                        : Self.inVain))
        }
    }

    /// Of fewer verdicts it is chance whether any score has enough good ones.
    private static let tooFew = 40
    private static let inVain =
        "More verdicts will not help, since at no score so many were good: train a better model, or rank by something else (--select)."
}
