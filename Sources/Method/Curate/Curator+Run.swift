import Foundation
import Ground
import LanguageModels
import Records
import Stages

extension Curator {
    /// Rates the pairs of the options' inputs and writes those that pass, in their order; a pair that was not rated is broken.
    ///
    /// Throws `CurateError` at the first pair without a score where a judge without that role gives none for plain pairs either.
    ///
    /// A check, where one is given, asks the judge first whether it can tell true pairs from mismatched ones, unless `--resume` goes on with
    /// an output that an earlier run began; it throws `JudgeCheckError`.
    ///
    /// With a choice, which compares pairs, the rated ones wait in a file of their own, `OUTPUT.rated`, until all are known.
    public func run(_ stage: StageOptions, choice: PairChoice? = nil, check: JudgeCheck? = nil) async throws -> StageSummary {
        if choice == nil, check != nil { _ = try rater(stage).standing() }
        try await self.check(check, before: stage)
        guard let choice else { return try await rateAll(stage, tellsTwins: true) }
        if stage.shard != nil {
            // `join` compares the pairs of all shards.
            var settings = settings
            settings["choice"] = .object(choice.settings)
            settings["chosen_keep_all"] = .bool(options.keepsAll)
            var ratesAll = self
            ratesAll.options.keepsAll = true
            return try await ratesAll.rateAll(stage, settings: settings)
        }
        return try await RankedSelection(curator: self, choice: choice, stage: stage).run()
    }

    /// What runs a rating of these settings.
    func rater(_ stage: StageOptions, settings: JSONObject? = nil) -> StageRunner {
        StageRunner(stage: "curate", settings: settings ?? self.settings, options: stage)
    }

    /// Rates every pair; those that the options select are written.
    ///
    /// - Parameter tellsTwins: whether a person is told of pairs that say the same; not where a choice leaves them out.
    func rateAll(_ stage: StageOptions, settings: JSONObject? = nil, tellsTwins: Bool = false) async throws -> StageSummary {
        // A model that was trained as a judge leaves a pair unrated; of any other the first such pair tells whether there will ever be a score.
        let untrained = ratingJudge.flatMap { $0.model.card.roles.contains(.judge) ? nil : $0 }
        let trial = untrained.map { JudgeTrial($0) }
        let scores = ScoreSpread()
        let alarms = RatingAlarms(iteration: options.iteration)
        let twins = PairTwins()
        var summary = try await rater(stage, settings: settings).run(over: { try stage.records() }) { record in
            let outcome: Outcome
            twins.add(record.object)
            do {
                outcome = try await rated(try Pair(record.object))
            } catch let unsayable as LabelNotOneToken {
                throw CurateError.noLabels(unsayable)
            }
            if let untrained, let trial, case .broken(_, let rejection) = outcome, JudgeTrial.concerns(rejection) {
                switch try await trial.verdict() {
                case .canJudge: break
                case .saysNoLabel(let mass): throw CurateError.saysNoScore(model: untrained.model.card.name, mass: mass)
                case .isCut: throw CurateError.isCut(model: untrained.model.card.name)
                }
            }
            scores.add(outcome)
            alarms.add(outcome)
            return [outcome]
        }
        if !stage.quiet {
            for alarm in alarms.sentences { StandardStreams.say("curate: \(alarm)\n") }
            if tellsTwins, let sentence = twins.sentence(advice: Self.twinAdvice) { StandardStreams.say("curate: \(sentence)\n") }
        }
        if summary.kept == 0, summary.droppedCount > 0, !summary.isInterrupted, stage.shard == nil {
            summary.advice = scores.advice(below: options.minimumScore)
        }
        return summary
    }

    private static let twinAdvice =
        "each is rated and may be kept. --one-per-passage keeps the best pair of a passage, --distinct 1 the best of those that have one instruction."
}
