import Ground

/// A plain sentence on what looks wrong, or on what a reader should know before trusting the numbers.
public struct Remark: Sendable, Equatable {
    public var text: String

    /// What there is to say of a run; nothing where nothing stands out.
    static func all(on survey: RunSurvey) -> [Remark] {
        (reading(survey) + stages(survey) + scores(survey) + instructions(survey) + sources(survey) + trainings(survey)).map(Remark.init)
    }

    private static func reading(_ survey: RunSurvey) -> [String] {
        var texts = survey.files.compactMap { file in file.fault.map { "\(file.label) could not be read to its end: \($0)" } }
        if survey.brokenReasons.total > 0 {
            let reasons = survey.brokenReasons.top().map { "\($0.word) \(Figures.grouped($0.count))" }.joined(separator: ", ")
            texts.append(
                "\(Figures.grouped(survey.brokenReasons.total)) lines are no records and are in no number here (\(reasons)); the first: "
                    + survey.brokenPlaces.joined(separator: " · "))
        }
        let others = survey.files.filter { $0.count(.other) > 0 }
        if let first = others.first {
            let count = others.reduce(0) { $0 + $1.count(.other) }
            texts.append(
                "\(Figures.grouped(count)) records are of a kind that no stage writes, in \(first.label)\(others.count > 1 ? " and others" : "")."
            )
        }
        return texts
    }

    private static func stages(_ survey: RunSurvey) -> [String] {
        var texts: [String] = []
        for stage in survey.stages {
            if stage.isInterrupted { texts.append("\(stage.label): \(stage.stage) was interrupted; --resume of that command goes on.") }
            let broken = Double(stage.brokenItems) / Double(max(1, stage.read))
            if broken > 0.05 { texts.append("\(stage.label): \(Figures.percent(broken)) of what \(stage.stage) read was broken.") }
            if stage.kept == 0, stage.read > 0 {
                texts.append("\(stage.label): \(stage.stage) kept nothing of \(Figures.grouped(stage.read)).")
            }
        }
        for group in RejectedReasons.groups(of: survey) where group.isDropped {
            guard let most = group.reasons.first, group.total >= 20, let outcomes = group.outcomes else { continue }
            let share = Double(most.count) / Double(max(1, outcomes))
            if share > 0.5 {
                texts.append(
                    "\(group.stage) dropped \(Figures.percent(share)) of its results for one reason, \(most.word) "
                        + "(\(Figures.grouped(most.count)) of \(Figures.grouped(outcomes))).")
            }
        }
        return texts
    }

    private static func scores(_ survey: RunSurvey) -> [String] {
        var texts: [String] = []
        let scores = survey.scores
        if scores.count >= 20, let spread = scores.standardDeviation {
            if spread < 0.1 {
                texts.append(
                    "Nearly all scores are equal (standard deviation \(Figures.fixed(spread, 3)) on the scale of 1 to 5): the judge does not tell "
                        + "pairs apart.")
            } else if scores.greatestShare > 0.5 {
                texts.append("\(Figures.percent(scores.greatestShare)) of the scores lie within one tenth of a point of each other.")
            }
        }
        if survey.masses.count >= 20, let middle = survey.masses.quantile(0.5), middle < 0.9 {
            texts.append(
                "The judge gives its labels half of the time no more than \(Figures.percent(middle)) of its probability: it has not understood "
                    + "that a score is asked for.")
        }
        if survey.gains.count >= 20, let middle = survey.gains.quantile(0.5), middle < 0 {
            texts.append(
                "More than half of the texts make their instructions less likely, not more (gain below 0): instructions and texts do not belong together."
            )
        }
        return texts
    }

    private static func instructions(_ survey: RunSurvey) -> [String] {
        var texts: [String] = []
        for (name, population) in [("kept pairs", survey.kept), ("pairs", survey.pairs)] where population.count >= 20 {
            if population.instructions.repeatedShare > 0.05 {
                texts.append(
                    "\(Figures.percent(population.instructions.repeatedShare)) of the instructions of the \(name) repeat another one word by word; the most "
                        + "frequent stands there \(Figures.grouped(population.instructions.most)) times.")
            }
            if population.openings.greatestShare > 0.25, let most = population.openings.top(1).first {
                texts.append(
                    "\(Figures.percent(population.openings.greatestShare)) of the instructions of the \(name) begin with “\(most.word)”.")
            }
            if population.instructionLengths.count >= 20, let middle = population.instructionLengths.quantile(0.5), middle < 15 {
                texts.append("Half of the instructions of the \(name) have fewer than 15 characters.")
            }
            let truncated = Double(population.truncated) / Double(population.count)
            if truncated > 0.1 {
                texts.append(
                    "\(Figures.percent(truncated)) of the \(name) had passages too long for the model, which saw their beginning only.")
            }
        }
        if survey.pairs.makers.distinct > 1 {
            texts.append("The pairs come from \(survey.pairs.makers.distinct) different makers (see below).")
        }
        return texts
    }

    private static func sources(_ survey: RunSurvey) -> [String] {
        var texts: [String] = []
        let population = survey.kept.count > 0 ? survey.kept : survey.pairs.count > 0 ? survey.pairs : survey.passages
        let name = survey.kept.count > 0 ? "kept pairs" : survey.pairs.count > 0 ? "pairs" : "passages"
        guard population.count > 0 else { return texts }
        let unknown = Double(population.licences[Population.unknown]) / Double(population.count)
        if unknown > 0 {
            texts.append(
                "\(unknown == 1 ? "None" : "\(Figures.percent(1 - unknown))") of the \(name) state\(unknown == 1 ? "s" : "") a licence. Being found "
                    + "on the web is no permission to pass a text on.")
        }
        if population.addressed >= 20, population.domains.greatestShare > 0.5, let most = population.domains.top(1).first {
            texts.append("\(Figures.percent(population.domains.greatestShare)) of the \(name) with an address come from \(most.word).")
        }
        if population.optedOut > 0 {
            texts.append(
                "\(Figures.grouped(population.optedOut)) of the \(name) come from pages that asked not to be used for training (`opt_out`)."
            )
        }
        return texts
    }

    private static func trainings(_ survey: RunSurvey) -> [String] {
        var texts: [String] = []
        for training in survey.trainings {
            if training.lostSteps > 0 {
                texts.append("\(training.label): the loss was no number at \(Figures.grouped(training.lostSteps)) steps.")
            }
            if training.warnings > 0 {
                texts.append(
                    "\(training.label): \(training.warnings == 1 ? "1 step carries" : "\(Figures.grouped(training.warnings)) steps carry") a warning."
                )
            }
            if let best = training.bestHeldOut, let last = training.lastHeldOut, last.loss > best.loss + 0.01 * abs(best.loss) {
                texts.append(
                    "\(training.label): the held-out loss rises again, from \(Figures.fixed(best.loss, 4)) at step \(Figures.grouped(best.step)) to "
                        + "\(Figures.fixed(last.loss, 4)) at step \(Figures.grouped(last.step)). Fewer steps, more data or `--patience` would do better."
                )
            }
            if training.steps >= 20, let first = training.firstLoss, let last = training.lastLoss, last > first {
                texts.append(
                    "\(training.label): the training loss did not fall (\(Figures.fixed(first, 3)) at first, \(Figures.fixed(last, 3)) at the end)."
                )
            }
        }
        return texts + ties(survey.losses)
    }

    /// Models whose losses differ by less than chance in the choice of pairs may make of it.
    private static func ties(_ losses: [MeasuredLoss]) -> [String] {
        let measured = losses.filter { $0.standardError != nil }
        guard let best = measured.min(by: { $0.loss < $1.loss }), let error = best.standardError else { return [] }
        let near = measured.filter { other in
            guard other.label != best.label, other.source == best.source, let others = other.standardError else { return false }
            let spread = (error * error + others * others).squareRoot()
            return other.loss - best.loss < 2 * spread
        }
        guard !near.isEmpty else { return [] }
        return [
            "\(best.label) has the least held-out loss, and within two standard errors of it lie\(near.count == 1 ? "s" : "") "
                + near.map(\.label).joined(separator: ", ") + ": the choice of pairs alone may make such a difference."
        ]
    }
}
