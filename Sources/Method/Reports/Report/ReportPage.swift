import Ground

/// The report of a run as one HTML page: no script, nothing from elsewhere, no time and no folder of the machine, so that the same input
/// gives the same bytes.
public struct ReportPage: Sendable {
    public let html: String
    /// What stands out, as the page says it.
    public let remarks: [Remark]

    public init(_ survey: RunSurvey, title: String) {
        remarks = Remark.all(on: survey)
        let sections = [
            ("headline", "In short", ReportHeadline.html(survey)),
            ("remarks", "What stands out", Self.remarks(remarks)),
            ("funnel", "From pages to kept pairs", Self.funnel(survey)),
            ("reasons", "Why records went", Self.reasons(survey)),
            ("scores", "Scores", Self.scores(survey)),
            ("calibration", "Scores and people's verdicts", ReportCalibration.html(survey)),
            ("texts", "Lengths and sources", Self.texts(survey)),
            ("instructions", "How instructions begin", Self.instructions(survey)),
            ("models", "Trainings and models", ReportModels.html(survey)),
            ("tasks", "Tasks", ReportTasks.html(survey)),
            ("imitation", "Style and capability", ReportImitation.html(survey)),
            ("scaling", "More pairs", ReportScaling.html(survey)),
            ("pairs", "Pairs to look at", ReportPairs.html(survey)),
            ("makers", "What made it", ReportMakers.html(survey)),
            ("files", "Files read", Self.files(survey)),
            ("words", "Words", ReportTerms.html(survey)),
        ].filter { !$0.2.isEmpty }
        let name = HTMLText.escaped(title)
        let links = sections.map { "<a href=\"#\($0.0)\">\($0.1)</a>" }.joined(separator: "\n")
        let body = sections.map { "<section id=\"\($0.0)\">\n<h2>\($0.1)</h2>\n\($0.2)</section>\n" }.joined()
        html = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="referrer" content="no-referrer">
            <title>\(name)</title>
            <style>
            \(ReportStyle.css)
            </style>
            </head>
            <body>
            <h1>\(name)</h1>
            <nav>
            \(links)
            </nav>
            \(body)</body>
            </html>

            """
    }

    private static func remarks(_ remarks: [Remark]) -> String {
        guard !remarks.isEmpty else { return "<p>Nothing.</p>\n" }
        return "<ul class=\"remarks\">\n" + remarks.map { "<li>\(HTMLText.escaped($0.text))</li>\n" }.joined() + "</ul>\n"
    }

    private static func funnel(_ survey: RunSurvey) -> String {
        let rows = Funnel(survey).rows
        guard let most = rows.map(\.count).max(), most > 0 else { return "" }
        var table = ReportTable(["", "file", "=records", "=share", "bar"])
        for row in rows {
            let share = row.share.map(Figures.percent) ?? ""
            table.add(
                [row.name, row.file, Figures.grouped(row.count), row.note.isEmpty ? share : row.note], bar: Double(row.count) / Double(most)
            )
        }
        return table.html
            + "<p class=\"soft\">The share is of what the step before left, whether it was asked for all of that or for a sample.</p>\n"
    }

    private static func reasons(_ survey: RunSurvey) -> String {
        RejectedReasons.groups(of: survey).map { group in
            var table = ReportTable(["reason", "threshold", "=records", "=share", "bar"])
            for reason in group.reasons {
                let share = Double(reason.count) / Double(group.total)
                table.add(
                    [
                        reason.word, survey.thresholds["\(group.stage) \(reason.word)"] ?? "", Figures.grouped(reason.count),
                        Figures.percent(share),
                    ], bar: share)
            }
            let whole = group.outcomes.map { ", \(Figures.percent(Double(group.total) / Double(max(1, $0)))) of its results" } ?? ""
            let verb = group.isDropped ? "dropped" : "found broken"
            let heading = "\(HTMLText.escaped(group.stage)) \(verb) \(Figures.grouped(group.total))\(whole)"
            return "<h3>\(heading)</h3>\n" + table.html
        }.joined()
    }

    private static func scores(_ survey: RunSurvey) -> String {
        guard survey.scores.count > 0 else { return "" }
        let figures = [
            Plot.histograms(
                [("all rated", survey.scores), ("kept", survey.keptScores)],
                title: survey.judgesScores ? "The judge's score" : "The score, made of the gain alone",
                x: "score, 1 to 5", asShares: false
            ),
            Plot.histograms(
                [("mass", survey.masses)], title: "Probability that the judge gives the labels together", x: "label mass", asShares: false),
            Plot.histograms(
                [("gain", survey.gains)], title: "What the text adds to the likelihood of its instruction", x: "gain, nats", asShares: false
            ),
        ]
        var table = ReportTable(["", "=pairs", "=mean", "=spread", "=lowest", "=tenth", "=half", "=nine tenths", "=highest"])
        for (name, histogram) in [
            ("score, all rated", survey.scores), ("score, kept", survey.keptScores), ("label mass", survey.masses), ("gain", survey.gains),
        ] {
            guard histogram.count > 0 else { continue }
            let spread = histogram.standardDeviation.map { Figures.fixed($0, 2) } ?? ""
            let numbers = [histogram.least, histogram.quantile(0.1), histogram.quantile(0.5), histogram.quantile(0.9), histogram.greatest]
            var cells = [name, Figures.grouped(histogram.count), Figures.fixed(histogram.average ?? .nan, 2), spread]
            cells += numbers.map { Figures.fixed($0 ?? .nan, 2) }
            table.add(cells)
        }
        return columns(figures) + table.html
    }

    private static func texts(_ survey: RunSurvey) -> String {
        let populations = [
            ("passages", survey.passages), ("pairs", survey.pairs), ("kept pairs", survey.kept), ("rewritten pairs", survey.rewritten),
            ("seed pairs", survey.seeds),
        ].filter {
            $0.1.count > 0
        }
        guard !populations.isEmpty else { return "" }
        let figures = [
            Plot.histograms(
                populations.map { ($0.0, $0.1.textLengths) }, title: "Length of passages and outputs", x: "characters", asShares: true,
                isLogarithmic: true),
            Plot.histograms(
                populations.map { ($0.0, $0.1.instructionLengths) }, title: "Length of instructions", x: "characters", asShares: true,
                isLogarithmic: true),
        ]
        var lengths = ReportTable(["", "=records", "=text: tenth", "=half", "=nine tenths", "=instruction: tenth", "=half", "=nine tenths"])
        for (name, population) in populations {
            let numbers = [population.textLengths, population.instructionLengths].flatMap { histogram in
                [0.1, 0.5, 0.9].map { histogram.quantile($0).map { Figures.grouped(Int($0.rounded())) } ?? "" }
            }
            lengths.add([name, Figures.grouped(population.count)] + numbers)
        }
        let fields: [(name: String, counts: KeyPath<Population, TopCounts>)] = [
            ("language", \.languages), ("domain", \.domains), ("licence", \.licences), ("origin", \.origins),
        ]
        let tables = fields.map { field in shares(field.name, populations.map { ($0.0, $0.1[keyPath: field.counts]) }) }
        return columns(figures) + lengths.html + "<p class=\"soft\">Lengths in characters; quantiles are as fine as the bins.</p>\n"
            + columns(tables)
    }

    /// Words against populations: how often each word stands in each.
    private static func shares(_ name: String, _ populations: [(String, TopCounts)]) -> String {
        let populations = populations.filter { !$0.1.isEmpty }
        guard let widest = populations.last else { return "" }
        var words = widest.1.top(12).map(\.word)
        for other in populations { words += other.1.top(6).map(\.word).filter { !words.contains($0) } }
        var table = ReportTable([name] + populations.map { "=" + $0.0 })
        for word in words.prefix(15) {
            table.add([word] + populations.map { $0.1[word] == 0 ? "" : Figures.percent(Double($0.1[word]) / Double(max(1, $0.1.total))) })
        }
        let shown = Set(words.prefix(15))
        let rest = populations.map { population in population.1.distinct - shown.count { population.1[$0] > 0 } }.max() ?? 0
        return "<div>" + table.html + (rest > 0 ? "<p class=\"soft\">and \(Figures.grouped(rest)) more</p>" : "") + "</div>\n"
    }

    private static func instructions(_ survey: RunSurvey) -> String {
        let populations = [("kept pairs", survey.kept), ("pairs", survey.pairs), ("seed pairs", survey.seeds)].filter {
            !$0.1.firstWords.isEmpty
        }
        let tables = populations.map { name, population in
            var table = ReportTable(["first words", "=instructions", "=share", "bar"])
            for opening in population.openings.top(15) {
                let share = Double(opening.count) / Double(max(1, population.openings.total))
                table.add([opening.word, Figures.grouped(opening.count), Figures.percent(share)], bar: share)
            }
            let more = population.openings.uncertainty > 0 ? "at least " : ""
            return """
                <div><h3>\(name)</h3>
                <p>\(more)\(Figures.grouped(population.firstWords.distinct)) different first words, \(more)\(Figures.grouped(population.openings.distinct)) \
                different beginnings of two words; \(Figures.percent(population.instructions.repeatedShare)) of the instructions repeat another one word by word.</p>
                \(table.html)</div>

                """
        }
        return columns(tables)
    }

    private static func files(_ survey: RunSurvey) -> String {
        var table = ReportTable(["file", "holds", "=unreadable lines"])
        for file in survey.files {
            let holds = RecordKind.allCases.compactMap { kind in file.counts[kind].map { "\(Figures.grouped($0)) \(kind.rawValue)" } }
            table.add([
                file.label, holds.isEmpty ? "nothing" : holds.joined(separator: ", "), file.broken == 0 ? "" : Figures.grouped(file.broken),
            ])
        }
        return table.html
    }

    private static func columns(_ parts: [String]) -> String {
        let parts = parts.filter { !$0.isEmpty }
        return parts.isEmpty ? "" : "<div class=\"columns\">\n" + parts.joined() + "</div>\n"
    }
}
