import Ground

/// The top of the report: what went in, what was kept, and what the models gained by it.
enum ReportHeadline {
    static func html(_ survey: RunSurvey) -> String {
        var boxes: [(number: String, words: String)] = []
        let pages = survey.stages.filter { $0.stage == "ingest" }.reduce(0) { $0 + $1.read }
        if pages > 0 { boxes.append((Figures.grouped(pages), "pages were read")) }
        if survey.passages.count > 0 { boxes.append((Figures.grouped(survey.passages.count), "passages were cut from pages")) }
        if survey.pairs.count > 0 { boxes.append((Figures.grouped(survey.pairs.count), "got an instruction and became pairs")) }
        if survey.kept.count > 0 {
            let share =
                survey.pairs.count > 0 ? ", \(Figures.percent(Double(survey.kept.count) / Double(survey.pairs.count))) of the pairs" : ""
            boxes.append((Figures.grouped(survey.kept.count), "pairs were kept\(share)"))
        }
        if survey.preferences > 0 { boxes.append((Figures.grouped(survey.preferences), "preferences to learn from")) }
        if let box = loss(survey) { boxes.append(box) }
        guard !boxes.isEmpty else { return "" }
        let html = boxes.map { "<div><b>\(HTMLText.escaped($0.number))</b>\(HTMLText.escaped($0.words))</div>\n" }.joined()
        return "<p class=\"summary\">\(HTMLText.escaped(sentence(survey)))</p>\n" + "<div class=\"headline\">\n\(html)</div>\n"
            + models(survey)
    }

    /// The whole run in one sentence.
    static func sentence(_ survey: RunSurvey) -> String {
        func some(_ count: Int, _ word: String) -> String { "\(Figures.grouped(count)) \(word)\(count == 1 ? "" : "s")" }
        func range(_ low: Double, _ high: Double) -> String { "\(Figures.fixed(low, 3)) to \(Figures.fixed(high, 3))" }
        let pages = survey.stages.filter { $0.stage == "ingest" }.reduce(0) { $0 + $1.read }
        var way: [String] = []
        if pages > 0 { way.append(some(pages, "page")) }
        if survey.passages.count > 0 { way.append(some(survey.passages.count, "passage")) }
        if survey.pairs.count > 0 { way.append(some(survey.pairs.count, "pair") + " of instruction and output") }
        var parts: [String] = []
        if let first = way.first {
            let rest = way.dropFirst()
            parts.append(rest.isEmpty ? "\(first) read" : "\(first) became \(rest.joined(separator: " and "))")
        }
        if survey.kept.count > 0 {
            let kept = Figures.grouped(survey.kept.count)
            parts.append(survey.pairs.count > 0 ? "of which \(kept) were kept" : "\(some(survey.kept.count, "pair")) kept")
        }
        if survey.preferences > 0 { parts.append("\(some(survey.preferences, "preference")) to learn from") }
        var text = parts.joined(separator: ", ")
        if let outcome = survey.outcome {
            let first = outcome.first == "base" ? outcome.base ?? "the base" : outcome.first
            let unit = " nats a token"
            let change =
                outcome.interval.map { interval -> String in
                    if interval.upperBound < 0 {
                        return "loses \(range(-interval.upperBound, -interval.lowerBound))\(unit) less than \(first)"
                    }
                    if interval.lowerBound > 0 {
                        return "loses \(range(interval.lowerBound, interval.upperBound))\(unit) more than \(first)"
                    }
                    return "cannot be told from \(first) by its loss"
                } ?? "loses \(Figures.fixed(outcome.lossAfter, 3))\(unit), and \(first) \(Figures.fixed(outcome.lossBefore, 3)),"
            let among = outcome.pairs.map { " on \(some($0, "pair")) that no training saw" } ?? " on pairs that no training saw"
            text += (text.isEmpty ? "" : "; ") + outcome.last + " " + change + among
        }
        return text.isEmpty ? "" : text + "."
    }

    /// Held-out loss before and after: of the comparison of a run, else of a training that measured its base.
    private static func loss(_ survey: RunSurvey) -> (String, String)? {
        if let outcome = survey.outcome {
            let first = outcome.first == "base" ? outcome.base ?? "the base" : outcome.first
            let verdict = outcome.verdict
            return (
                "\(Figures.fixed(outcome.lossBefore, 3)) → \(Figures.fixed(outcome.lossAfter, 3))",
                "held-out loss of \(first), and of \(outcome.last)\(verdict.isEmpty ? "" : ": " + verdict)"
            )
        }
        guard let training = survey.trainings.last(where: { $0.bestHeldOut != nil }), let best = training.bestHeldOut,
            let first = training.heldOut.smoothed(200).first, first.x == 0, first.y.isFinite
        else { return nil }
        return (
            "\(Figures.fixed(first.y, 3)) → \(Figures.fixed(best.loss, 3))",
            "held-out loss before \(training.label) was trained, and at its best, step \(Figures.grouped(best.step))"
        )
    }

    /// Which models took part.
    private static func models(_ survey: RunSurvey) -> String {
        var parts: [String] = []
        if let base = survey.outcome?.base { parts.append("base \(base)") }
        let trained = survey.trainings.filter { $0.steps > 0 }.map(\.label)
        if !trained.isEmpty {
            parts.append("trained: " + trained.prefix(12).joined(separator: ", ") + (trained.count > 12 ? " and others" : ""))
        }
        let writers = survey.pairs.makers.top(3).compactMap { (try? JSONObject(parsing: $0.word))?["model"]?.string.map(HTMLText.lastPart) }
        if !writers.isEmpty { parts.append("instructions by " + writers.joined(separator: ", ")) }
        return parts.isEmpty ? "" : "<p>Models: \(HTMLText.escaped(parts.joined(separator: "; "))).</p>\n"
    }
}
