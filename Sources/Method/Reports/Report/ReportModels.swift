import Ground

/// The part of the report on trainings: their curves over each other, and the models' held-out losses side by side.
enum ReportModels {
    static func html(_ survey: RunSurvey) -> String {
        let trained = survey.trainings.filter { $0.steps > 0 }
        guard !survey.trainings.isEmpty || !survey.losses.isEmpty else { return "" }
        func series(_ curve: KeyPath<TrainingCurve, Curve>, points: Int) -> [PlotSeries] {
            trained.enumerated().map { PlotSeries(name: $1.label, points: $1[keyPath: curve].smoothed(points), colour: $0) }.filter {
                !$0.points.isEmpty
            }
        }
        var parts = [
            Plot.lines(series(\.losses, points: 60), title: "Training loss", x: "step", y: "nats a token"),
            Plot.lines(series(\.heldOut, points: 200), title: "Loss on pairs kept back", x: "step", y: "nats a token"),
            Plot.lines(series(\.learningRates, points: 120), title: "Learning rate", x: "step", y: "rate"),
            Plot.lines(series(\.margins, points: 60), title: "Margin of the chosen answer", x: "step", y: "nats"),
            Plot.lines(series(\.accuracies, points: 60), title: "Chosen answer preferred", x: "step", y: "share"),
        ]
        // What one file compares is one picture; losses that came one a file are compared with each other.
        let several = survey.losses.filter { loss in survey.losses.count { $0.source == loss.source } > 1 }
        var pictures = Dictionary(grouping: several, by: \.source).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        pictures.append(("one file each", survey.losses.filter { loss in !several.contains { $0.source == loss.source } }))
        for (name, losses) in pictures {
            let errors =
                losses.contains { $0.standardError != nil } ? ", with 95 % intervals" : ", of which the records hold no uncertainty"
            let rows = losses.prefix(40).map { (name: $0.label, value: $0.loss, error: $0.standardError) }
            parts.append(Plot.intervals(rows, title: "Held-out loss (\(name))" + errors, x: "nats a token"))
        }
        parts = parts.filter { !$0.isEmpty }
        let figures = parts.isEmpty ? "" : "<div class=\"columns\">\n\(parts.joined())</div>\n"
        return figures + trainings(survey.trainings) + measured(survey.losses)
    }

    private static func trainings(_ trainings: [TrainingCurve]) -> String {
        guard !trainings.isEmpty else { return "" }
        var table = ReportTable([
            "model", "roles", "=steps", "=tokens learned", "=first loss", "=last loss", "=best kept back", "=at step", "=last kept back",
        ])
        for training in trainings {
            let roles = (training.notes["roles"]?.array ?? []).compactMap(\.string).joined(separator: ", ")
            table.add([
                training.label, roles, Figures.grouped(training.steps), Figures.grouped(training.targetTokens),
                training.firstLoss.map { Figures.fixed($0, 4) } ?? "", training.lastLoss.map { Figures.fixed($0, 4) } ?? "",
                training.bestHeldOut.map { Figures.fixed($0.loss, 4) } ?? "", training.bestHeldOut.map { Figures.grouped($0.step) } ?? "",
                training.lastHeldOut.map { Figures.fixed($0.loss, 4) } ?? "",
            ])
        }
        return table.html
            + "<p class=\"soft\">The last loss is the mean of the last tenth. A training counts the token that ends an answer, and what is measured "
            + "afterwards does not. Losses of different roles, or on other pairs kept back, do not "
            + "compare.</p>\n"
    }

    private static func measured(_ losses: [MeasuredLoss]) -> String {
        guard !losses.isEmpty else { return "" }
        var table = ReportTable(["model", "from", "=pairs", "=loss, nats a token", "=standard error"])
        for loss in losses {
            table.add([
                loss.label, loss.source, loss.pairs.map(Figures.grouped) ?? "", Figures.fixed(loss.loss, 4),
                loss.standardError.map { Figures.fixed($0, 4) } ?? "",
            ])
        }
        return table.html
    }
}
