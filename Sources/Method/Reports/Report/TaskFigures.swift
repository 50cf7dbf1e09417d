import Ground

/// What models did on one task, as `evaluate --task --json` writes it.
struct TaskFigures: Sendable {
    struct Row: Sendable {
        var model: String
        /// Shares from 0 to 1 by the measure's name, with one standard error where there is one, in the file's order.
        var figures: [(measure: String, value: Double, error: Double?)]
        /// What the difference to the first model is called in words, of the task's first measure; nil for the first model.
        var sentence: String?
    }

    var task: String
    var questions: Int
    /// The share of right answers that guessing gives.
    var chance: Double?
    var shots: Int
    var rows: [Row]

    private static let errorEnding = "_standard_error"

    /// Nil where the object is no task with a model's figures.
    init?(_ object: JSONObject) {
        guard let task = object["task"]?.string, let questions = object["questions"]?.integer, let models = object["models"]?.array else {
            return nil
        }
        (self.task, self.questions) = (task, questions)
        chance = object["chance"]?.double
        shots = object["shots"]?.integer ?? 0
        rows = models.compactMap(\.object).compactMap { model in
            guard let name = model["model"]?.string else { return nil }
            let figures = model.fields.compactMap { key, value -> (measure: String, value: Double, error: Double?)? in
                guard let share = value.double, share.isFinite, !key.hasSuffix(Self.errorEnding) else { return nil }
                return (key, share, model[key + Self.errorEnding]?.double)
            }
            let sentence = model["differences"]?.array?.first?.object?["sentence"]?.string
            return figures.isEmpty ? nil : Row(model: name, figures: figures, sentence: sentence)
        }
        if rows.isEmpty { return nil }
    }
}
