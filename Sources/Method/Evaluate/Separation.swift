import Ground
import LanguageModels
import Records

/// How well scores tell true pairs from wrong ones: the area under the ROC curve, the chance that a true pair scores higher than a wrong
/// one, equal scores counted half.
///
/// `parts` is what each pair adds (DeLong, DeLong and Clarke-Pearson 1988): the share of wrong scores that its true score beats and the share
/// of true scores that beat its wrong one, less the area. Their mean is the area, their spread its error, and the difference of two judges'
/// parts is paired.
public struct Separation: Sendable, Equatable {
    public let area: Double
    public let parts: [Double]

    /// - Parameters:
    ///   - right: the score of each pair as it is.
    ///   - wrong: the score of the same pair made a wrong one.
    public init(_ right: [Double], from wrong: [Double]) {
        precondition(right.count == wrong.count, "a wrong pair for each true one")
        guard !right.isEmpty else {
            (area, parts) = (.nan, [])
            return
        }
        let (sortedRight, sortedWrong) = (right.sorted(), wrong.sorted())
        let won = right.map { Self.share(of: sortedWrong, below: $0) }
        let lost = wrong.map { 1 - Self.share(of: sortedRight, below: $0) }
        let area = won.reduce(0, +) / Double(won.count)
        self.area = area
        parts = zip(won, lost).map { $0 + $1 - area }
    }

    /// The area's interval and its difference from one half.
    public var interval: ClosedRange<Double>? {
        PairedDifference(parts).interval.map { max(0, $0.lowerBound)...min(1, max(0, $0.upperBound)) }
    }

    /// The share of sorted values below one, equal ones counted half.
    private static func share(of sorted: [Double], below value: Double) -> Double {
        func count(_ isBefore: (Double) -> Bool) -> Int {
            var (low, high) = (0, sorted.count)
            while low < high {
                let middle = (low + high) / 2
                if isBefore(sorted[middle]) { low = middle + 1 } else { high = middle }
            }
            return low
        }
        return Double(count { $0 < value } + count { $0 <= value }) / 2 / Double(sorted.count)
    }
}

/// A judge's scores of one pair and of the wrong pairs made of it.
public struct PairScores: Sendable, Equatable {
    /// From 1 to 5.
    public var right: Double
    /// With the instruction that is most like its own; nil where there is none.
    public var near: Double?
    /// With an instruction at random.
    public var random: Double?
    /// Bytes of the output that the judge was shown.
    public var outputBytes: Int
    public var isCut: Bool
}

/// Asks a judge about held-out pairs and about the wrong ones made of them: its scores shall tell which is which.
struct HeldOutJudgement: Sendable {
    /// A trained judge is asked as it was trained, another one by the rubric in words.
    private let judge: Judge

    init(model: any LanguageModel) { judge = Judge(model) }

    /// - Throws: a `Rejection` where a prompt does not fit, or the judge says no score.
    func scores(of pair: Seed, near: String?, random: String?) async throws -> PairScores {
        func score(_ instruction: String?) async throws -> Double? {
            guard let instruction else { return nil }
            return try await judge.score(of: pair.output, to: instruction, language: pair.language).score
        }
        let rubric = judge.rubric(of: pair.output, language: pair.language)
        let fitted = try await PassageTruncation.fit(pair.output, in: judge.model, reserving: 1) {
            .chat(rubric.turns(instruction: pair.instruction, output: $0))
        }
        guard let right = try await score(pair.instruction) else { throw Rejection("no_score") }
        return PairScores(
            right: right, near: try await score(near), random: try await score(random), outputBytes: fitted.text.utf8.count,
            isCut: fitted.isTruncated)
    }

    /// Whether the model says labels at all.
    func trial() async throws -> JudgeTrial.Finding { try await JudgeTrial(judge).verdict() }
}
