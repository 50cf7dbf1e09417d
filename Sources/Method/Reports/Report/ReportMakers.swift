import Ground

/// The part of the report on what made the records: models, prompts, options, precision, and the settings of the stages.
enum ReportMakers {
    static func html(_ survey: RunSurvey) -> String {
        makers(survey) + judges(survey) + models(survey) + settings(survey)
    }

    private static func makers(_ survey: RunSurvey) -> String {
        let source = survey.pairs.makers.isEmpty ? survey.kept.makers : survey.pairs.makers
        guard !source.isEmpty else { return "" }
        var table = ReportTable(["=records", "stage", "model", "options"])
        for maker in source.top(12) {
            guard let object = try? JSONObject(parsing: maker.word) else {
                table.add([Figures.grouped(maker.count), "", "", maker.word])
                continue
            }
            let options = object.fields.filter { !["stage", "model"].contains($0.key) }.map { "\($0.key) \(plain($0.value))" }
            table.add([
                Figures.grouped(maker.count), object["stage"]?.string ?? "", HTMLText.lastPart(object["model"]?.string ?? ""),
                options.joined(separator: ", "),
            ])
        }
        return "<h3>Instructions</h3>\n" + table.html
    }

    private static func judges(_ survey: RunSurvey) -> String {
        guard !survey.judges.isEmpty else { return "" }
        var table = ReportTable(["=ratings", "rubric and judge: model, fingerprint, precision"])
        for judge in survey.judges.top(12) { table.add([Figures.grouped(judge.count), judge.word]) }
        return "<h3>Ratings</h3>\n" + table.html
    }

    private static func models(_ survey: RunSurvey) -> String {
        let models = survey.trainings.filter { !$0.notes.fields.isEmpty }
        guard !models.isEmpty else { return "" }
        var table = ReportTable(["model", "notes"])
        for model in models {
            table.add([model.label, model.notes.fields.map { "\($0.key) \(plain($0.value))" }.joined(separator: ", ")])
        }
        return "<h3>Models</h3>\n" + table.html
    }

    private static func settings(_ survey: RunSurvey) -> String {
        let stages = survey.stages.filter { !$0.settings.fields.isEmpty }
        guard !stages.isEmpty else { return "" }
        let parts = stages.map { stage in
            let lines = stage.settings.fields.map {
                "<code>\(HTMLText.escaped($0.key)): \(HTMLText.escaped(plain($0.value), limit: 600))</code><br>"
            }
            return
                "<details><summary>\(HTMLText.escaped(stage.stage)) (\(HTMLText.escaped(stage.label)))</summary>\n<p>\(lines.joined(separator: "\n"))</p></details>\n"
        }
        return "<h3>Settings of the stages</h3>\n" + parts.joined()
    }

    /// A value as text; of a path its last part, since no folder of the machine belongs into a report.
    static func plain(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): return text.hasPrefix("/") ? HTMLText.lastPart(text) : text
        case .array(let values): return values.map(plain).joined(separator: ", ")
        case .object(let object): return "{" + object.fields.map { "\($0.key): \(plain($0.value))" }.joined(separator: ", ") + "}"
        default: return value.serialized
        }
    }
}
