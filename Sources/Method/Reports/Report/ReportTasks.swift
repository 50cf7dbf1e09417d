import Ground

/// The part of the report on tasks: each model's share of right answers with its interval, beside what guessing gives.
enum ReportTasks {
    static func html(_ survey: RunSurvey) -> String {
        guard !survey.tasks.isEmpty else { return "" }
        var figures: [String] = []
        var table = ReportTable(["task", "=questions", "=shots", "model", "measure", "=share", "=95 % interval", "beside the first model"])
        for task in survey.tasks {
            guard let measure = task.rows.first?.figures.first?.measure else { continue }
            var rows = task.rows.prefix(40).compactMap { row in
                row.figures.first { $0.measure == measure }.map { figure in
                    (name: row.model, value: 100 * figure.value, error: figure.error.map { 100 * $0 })
                }
            }
            if let chance = task.chance { rows.append(("guessing", 100 * chance, nil)) }
            figures.append(Plot.intervals(rows, title: "\(task.task): \(words(measure))", x: "right answers in 100, with 95 % intervals"))
            for row in task.rows {
                for (place, figure) in row.figures.enumerated() {
                    let interval = figure.error.map { error in
                        let (low, high) = (max(0, figure.value - 1.96 * error), min(1, figure.value + 1.96 * error))
                        return "\(Figures.percent(low)) to \(Figures.percent(high))"
                    }
                    table.add([
                        place == 0 ? task.task : "", place == 0 ? Figures.grouped(task.questions) : "",
                        place == 0 ? Figures.grouped(task.shots) : "", place == 0 ? row.model : "", words(figure.measure),
                        Figures.percent(figure.value), interval ?? "", place == 0 ? row.sentence ?? "" : "",
                    ])
                }
            }
        }
        return "<div class=\"columns\">\n\(figures.joined())</div>\n" + table.html
    }

    private static func words(_ measure: String) -> String { measure.replacing("_", with: " ") }
}
