import Foundation
import LanguageModels
import Records

extension Curator {
    /// Rates the pairs of the options' inputs and writes those that pass, in their order; a pair that was not rated is broken.
    ///
    /// Throws `CurateError` at the first pair without a score where a judge without that role gives none for plain pairs either.
    ///
    /// With a top fraction the rated pairs wait in a file of their own, `OUTPUT.rated`, until all ranks are known.
    public func run(_ stage: StageOptions, topFraction: TopFraction? = nil) async throws -> StageSummary {
        guard let topFraction else { return try await rateAll(stage, as: self) }
        return try await RankedSelection(curator: self, topFraction: topFraction, stage: stage).run()
    }

    /// The runner of a rating, and what to run.
    func rater(_ stage: StageOptions) -> StageRunner { StageRunner(stage: "curate", settings: settings, options: stage) }

    func rateAll(_ stage: StageOptions, as curator: Curator) async throws -> StageSummary {
        let longest = stage.longestRecord
        let judgement = curator.options.judgement
        // A model that was trained as a judge leaves a pair unrated; of any other the first such pair tells whether there will ever be a score.
        let untrained = curator.judge.flatMap { $0.card.roles.contains(.judge) ? nil : $0 }
        let trial = untrained.map { JudgeTrial($0) { judgement.turns(instruction: $0, output: $1) } }
        let scores = ScoreSpread()
        var summary = try await curator.rater(stage).run(over: { try RecordSource(stage.inputs, longest: longest) }) { record in
            let outcome: Outcome
            do {
                outcome = try await curator.rated(try Pair(record.object))
            } catch let unsayable as LabelNotOneToken {
                throw CurateError.noLabels(unsayable)
            }
            if let untrained, let trial, case .broken(_, let rejection) = outcome, JudgeTrial.concerns(rejection) {
                switch try await trial.verdict() {
                case .canJudge: break
                case .saysNoLabel(let mass): throw CurateError.saysNoScore(model: untrained.card.name, mass: mass)
                case .isCut: throw CurateError.isCut(model: untrained.card.name)
                }
            }
            scores.add(outcome)
            return [outcome]
        }
        if summary.kept == 0, summary.droppedCount > 0, !summary.isInterrupted {
            summary.advice = scores.advice(below: curator.options.minimumScore)
        }
        return summary
    }
}
