import Ground
import Records
import Stages

/// Which of rated pairs are kept: those of a least score, or the best share.
///
/// It reads what `curate --keep-all` wrote, so that another selection needs no judge; the records are those of `curate` itself.
public enum Selection: Sendable, Equatable {
    case minimumScore(Double)
    case topFraction(Double)

    /// The paper's least score (Li et al. 2023, section 2.3), on the scale of 1 to 5.
    public static let paper = Selection.minimumScore(4.5)

    /// What makes two selections the same.
    public var settings: JSONObject {
        switch self {
        case .minimumScore(let score): ["min_score": .double(score)]
        case .topFraction(let fraction): ["top_fraction": .double(fraction)]
        }
    }

    /// Writes the selected pairs of the options' inputs, in their order; the others are dropped with their scores.
    public func run(_ stage: StageOptions) async throws -> StageSummary {
        let longest = stage.longestRecord
        let cut = try cut(of: stage.inputs, longest: longest)
        let runner = StageRunner(stage: "curate", settings: ["selection": .object(settings)], options: stage)
        return try await runner.run(over: { try RecordSource(stage.inputs, longest: longest) }) { record in
            let pair = try RatedPair(record.object)
            let isSelected = cut.map { TopFraction.Rank(id: pair.pair.id, score: pair.score) >= $0 } ?? isEnough(pair.score)
            var object = record.object
            object["selected"] = .bool(isSelected)
            return [isSelected ? .kept([object]) : .dropped(object, rejection(of: pair, cut))]
        }
    }

    private func isEnough(_ score: Double) -> Bool { if case .minimumScore(let least) = self { score >= least } else { false } }

    private func rejection(of pair: RatedPair, _ cut: TopFraction.Rank?) -> Rejection {
        switch self {
        case .minimumScore(let least): Rejection("score_low", value: .double(pair.score), threshold: .double(least))
        case .topFraction: Rejection("below_top_fraction", value: .double(pair.score), threshold: .double(cut?.score ?? 5))
        }
    }

    /// The rank of the last pair that a share lets pass; nil where the score decides.
    private func cut(of inputs: [String], longest: Int) throws -> TopFraction.Rank? {
        guard case .topFraction(let fraction) = self else { return nil }
        return try TopFraction(fraction).cut(ofFiles: inputs, longest: longest)
    }
}
