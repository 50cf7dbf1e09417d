import Evaluate
import Ground

/// What was found of pairs without a model, for people.
struct PairSurveyReport {
    let survey: PairSurvey

    var text: String {
        let hasHuman = survey.retrieval.contains { $0.figures.rougeL != nil }
        var rows = [["found again by BM25", "first", "in ten", "shared words", "echo", "words"] + (hasHuman ? ["ROUGE-L"] : [])]
        for (name, figures) in survey.retrieval {
            rows.append(
                [
                    name, Figures.percent(figures.hit1), Figures.percent(figures.hit10), Figures.percent(figures.overlap),
                    Figures.percent(figures.echo), Figures.fixed(figures.words, 1),
                ] + (hasHuman ? [figures.rougeL.map { Figures.fixed($0, 3) } ?? "none"] : []))
        }
        var lines = TextTable(rows: rows).lines + [""]
        let refused = survey.refused.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        lines.append(
            "pairs           \(Figures.grouped(survey.pairs))" + (refused.isEmpty ? "" : ", and records that are none: \(refused)"))
        let openings = survey.openings.prefix(6).map { "\($0.words) \($0.count)" }.joined(separator: ", ")
        lines.append("openings        \(Figures.grouped(survey.distinctOpenings)) of two words: \(openings)")
        lines.append("words           " + survey.subjects.prefix(10).map { "\($0.word) \($0.count)" }.joined(separator: ", "))
        let near = survey.nearDuplicates
        lines.append(
            "near-duplicates "
                + (near.groups == 0 ? "none" : "\(near.instructions) instructions in \(near.groups) groups, the largest of \(near.largest)")
        )
        lines.append("instructions    \(quartiles(survey.instructionLengths)) words")
        lines.append("outputs         \(quartiles(survey.outputLengths)) words")
        lines.append(
            "languages       " + survey.languages.prefix(8).map { "\($0.language) \(Figures.grouped($0.count))" }.joined(separator: ", "))
        if let coverage = survey.coverage {
            let share = Figures.percent(Double(coverage.covered) / Double(coverage.passages))
            lines.append(
                "coverage        \(Figures.grouped(coverage.covered)) of \(Figures.grouped(coverage.passages)) passages (\(share)) have a selected pair"
            )
            lines += coverage.uncovered.prefix(10).map { "  none: \($0)" }
            if coverage.uncovered.count > 10 { lines.append("  and \(coverage.uncovered.count - 10) more; --json names them all") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// "4 to 31, half of them 8 to 14, middle 11".
    private func quartiles(_ values: [Int]) -> String {
        "\(values[0]) to \(values[4]), half of them \(values[1]) to \(values[3]), middle \(values[2])"
    }
}
