import Ground

/// The part of the report on imitation: the verdict in words, and the figures of style that it stands on.
enum ReportImitation {
    static func html(_ survey: RunSurvey) -> String { survey.imitations.map(html).joined() }

    private static func html(_ found: ImitationFigures) -> String {
        let sentences = found.rows.compactMap(\.sentence).map { "<p><strong>\(HTMLText.escaped($0))</strong></p>\n" }.joined()
        let measures = ImitationFigures.measures.filter { measure in found.rows.contains { $0.figures[measure.0] != nil } }
        var table = ReportTable(["model"] + measures.map { "=" + $0.1 })
        for row in found.rows {
            table.add([row.model] + measures.map { cell($0.0, of: row) })
        }
        return sentences + table.html
            + "<p class=\"soft\">Style on \(Figures.grouped(found.instructions)) instructions beside \(HTMLText.escaped(found.reference)), "
            + "with 95 % intervals; ▲ has moved towards it from the first model's, ▼ away from it.</p>\n"
    }

    private static func cell(_ measure: String, of row: ImitationFigures.Row) -> String {
        guard let figure = row.figures[measure] else { return "" }
        func number(_ value: Double) -> String {
            measure == "length" ? Figures.fixed(value, 2) : Figures.fixed(100 * min(1, max(0, value)), 0) + " %"
        }
        let interval = figure.interval.map { " (\(number($0.lowerBound)) to \(number($0.upperBound)))" } ?? ""
        return number(figure.value) + interval + (row.nearer.contains(measure) ? " ▲" : row.farther.contains(measure) ? " ▼" : "")
    }
}
