import Ground
import Records

/// How a judge's scores and people's verdicts agree, and from which score on enough of what passes is good.
///
/// The share of good pairs at each score is fitted by isotonic regression (pool adjacent violators; Ayer et al. 1955): it never falls as the
/// score rises, and assumes nothing else.
public struct Calibration: Sendable {
    /// A rated pair with a person's verdict.
    public struct Labelled: Sendable, Equatable {
        public var score: Double
        public var isGood: Bool

        public init(score: Double, isGood: Bool) {
            self.score = score
            self.isGood = isGood
        }
    }

    /// A stretch of scores with the same fitted share of good pairs.
    public struct Block: Sendable, Equatable {
        public var scores: ClosedRange<Double>
        public var pairs: Int
        public var good: Int
        public var share: Double { Double(good) / Double(pairs) }
    }

    /// What a least score lets pass among the labelled pairs.
    public struct Threshold: Sendable, Equatable {
        public var score: Double
        public var pairs: Int
        public var good: Int
        /// The share of good ones among those that pass.
        public var precision: Double { Double(good) / Double(pairs) }
    }

    public let pairs: Int
    public let good: Int
    public let blocks: [Block]
    /// The chance that a good pair scores higher than a bad one, equal scores counted half (the area under the ROC curve).
    public let separation: Double
    private let thresholds: [Threshold]

    /// Fewer verdicts than this tell nothing.
    public static let leastLabels = 10

    /// Throws `CalibrationError` where there are too few verdicts, or all alike.
    public init(_ labelled: [Labelled]) throws {
        guard labelled.count >= Self.leastLabels else { throw CalibrationError.tooFew(labelled.count) }
        pairs = labelled.count
        good = labelled.count(where: \.isGood)
        guard good > 0, good < pairs else { throw CalibrationError.oneVerdict(isGood: good > 0, pairs) }
        let sorted = labelled.sorted { $0.score < $1.score }
        var steps: [Block] = []
        for pair in sorted {
            if let last = steps.last, last.scores.upperBound == pair.score {
                steps[steps.count - 1].pairs += 1
                if pair.isGood { steps[steps.count - 1].good += 1 }
            } else {
                steps.append(Block(scores: pair.score...pair.score, pairs: 1, good: pair.isGood ? 1 : 0))
            }
        }
        blocks = Self.pooled(steps)
        separation = Self.separation(steps, good: good, bad: pairs - good)
        thresholds = steps.indices.map { index in
            let passing = steps[index...]
            return Threshold(
                score: steps[index].scores.lowerBound, pairs: passing.reduce(0) { $0 + $1.pairs }, good: passing.reduce(0) { $0 + $1.good })
        }
    }

    /// The least score from which on at least this share of what passes is good, so that as much as possible passes.
    public func threshold(for precision: Double) throws -> Threshold {
        if let found = thresholds.first(where: { $0.precision >= precision }) { return found }
        let best = thresholds.max { ($0.precision, $0.pairs) < ($1.precision, $1.pairs) }
        throw CalibrationError.unreachable(precision, best: best?.precision ?? 0, at: best?.score ?? 5)
    }

    /// The fitted share of good pairs at a score.
    public func share(at score: Double) -> Double {
        (blocks.last { $0.scores.lowerBound <= score } ?? blocks.first)?.share ?? 0
    }

    private static func pooled(_ steps: [Block]) -> [Block] {
        var blocks: [Block] = []
        for step in steps {
            blocks.append(step)
            while blocks.count > 1, blocks[blocks.count - 2].share >= blocks[blocks.count - 1].share {
                let last = blocks.removeLast(), before = blocks.removeLast()
                blocks.append(
                    Block(
                        scores: before.scores.lowerBound...last.scores.upperBound, pairs: before.pairs + last.pairs,
                        good: before.good + last.good))
            }
        }
        return blocks
    }

    private static func separation(_ steps: [Block], good: Int, bad: Int) -> Double {
        var badBelow = 0, wins = 0.0
        for step in steps {
            let badHere = step.pairs - step.good
            wins += Double(step.good) * (Double(badBelow) + Double(badHere) / 2)
            badBelow += badHere
        }
        return wins / (Double(good) * Double(bad))
    }

    /// The 95 % interval of a share (Wilson 1927).
    public static func interval(of count: Int, among total: Int) -> ClosedRange<Double> {
        ShareInterval.wilson(Double(count), of: total)
    }
}

/// Why a judge cannot be calibrated.
public enum CalibrationError: Error, Equatable, CustomStringConvertible {
    case tooFew(Int)
    case oneVerdict(isGood: Bool, Int)
    case unreachable(Double, best: Double, at: Double)
    case badVerdict(SourcePlace, String)

    public var description: String {
        switch self {
        case .tooFew(let count):
            "\(count) rated pairs have a verdict, and \(Calibration.leastLabels) are needed, better a hundred; give pairs that were rated "
                + "(`humpback curate --keep-all`) and a verdict on each, in a field of the record or in --labels FILE"
        case .oneVerdict(let isGood, let count):
            "all \(count) verdicts are \(isGood ? "good" : "bad"); a threshold needs both kinds, so label pairs of high and of low scores"
        case .unreachable(let wanted, let best, let score):
            "no threshold lets \(wanted) of what passes be good: the best is \(best) from score \(score) on; lower --target, or train a better judge"
        case .badVerdict(let place, let found):
            "\(place): the verdict is \(found); give true or false, good or bad, yes or no, or a number"
        }
    }
}
