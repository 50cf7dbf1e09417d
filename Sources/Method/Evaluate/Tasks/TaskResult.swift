import Ground
import LanguageModels
import Records

/// What one model made of a task's questions, in their order.
public struct TaskMeasurement: Sendable {
    public let name: String
    public let card: ModelCard
    public let answers: [PairResult<TaskAnswer>]
}

extension TaskFile {
    /// Asks one model every question. Nothing of the model is kept.
    ///
    /// - Throws: `EvaluateError.noLikelihoods` for a model that cannot say how likely a choice is.
    public func measure(
        _ model: any LanguageModel, named name: String, concurrency: Int = 64, progress: @Sendable (Int) -> Void = { _ in }
    ) async throws -> TaskMeasurement {
        if case .choice = questions[0].wanted, !model.card.givesLogLikelihoods { throw EvaluateError.noLikelihoods(model: name) }
        let trial = TaskTrial(model: model, format: format)
        let (questions, task) = (questions, self)
        let answers = try await questions.measured(concurrency: concurrency, progress: progress) { index in
            try await trial.answer(questions[index], prompt: task.prompt(of: questions[index]))
        }
        return TaskMeasurement(name: name, card: model.card, answers: answers)
    }
}

/// Several models on the questions of a task that all of them could be asked, each held against the first.
public struct TaskResult: Sendable {
    public struct Row: Sendable {
        public let name: String
        public let card: ModelCard
        public let answers: [TaskAnswer]
        /// The mean of each measure and what chance in the choice of questions leaves open.
        public let figures: [TaskMeasure: PairedDifference]
        /// How far it is from the first model, a question; empty for the first.
        public let differences: [TaskMeasure: PairedDifference]
    }

    public struct LeftOut: Sendable {
        public let id: String
        public let model: String
        public let rejection: Rejection
    }

    public let task: String
    public let format: TaskFormat
    public let measures: [TaskMeasure]
    public let chance: Double?
    public let rows: [Row]
    public let leftOut: [LeftOut]
    /// The questions that the figures stand on.
    public let questions: [TaskQuestion]

    /// Throws `TaskError.nothingMeasured` where no question is left.
    public init(_ measurements: [TaskMeasurement], of task: TaskFile) throws {
        var (common, leftOut): ([Int], [LeftOut]) = ([], [])
        for index in task.questions.indices {
            let failed = measurements.lazy.compactMap { one -> LeftOut? in
                guard case .failure(let rejection) = one.answers[index] else { return nil }
                return LeftOut(id: task.questions[index].id, model: one.name, rejection: rejection)
            }.first
            if let failed { leftOut.append(failed) } else { common.append(index) }
        }
        guard !common.isEmpty else {
            throw TaskError.nothingMeasured(
                task: task.name, questions: task.questions.count, reasons: EvaluationResult.reasons(leftOut.map(\.rejection.reason)))
        }
        self.leftOut = leftOut
        (self.task, format, measures, chance) = (task.name, task.format, task.measures, task.chance)
        questions = common.map { task.questions[$0] }
        var rows: [Row] = []
        for one in measurements {
            let answers = common.compactMap { try? one.answers[$0].get() }
            func values(_ answers: [TaskAnswer], _ measure: TaskMeasure) -> [Double] { answers.map { $0.figures[measure] ?? 0 } }
            let figures = Dictionary(uniqueKeysWithValues: task.measures.map { ($0, PairedDifference(values(answers, $0))) })
            let differences = rows.first.map { first in
                Dictionary(
                    uniqueKeysWithValues: task.measures.map {
                        ($0, PairedDifference(values(answers, $0), minus: values(first.answers, $0)))
                    })
            }
            rows.append(Row(name: one.name, card: one.card, answers: answers, figures: figures, differences: differences ?? [:]))
        }
        self.rows = rows
    }

    /// What a row's difference to the first says of a measure; nil for the first.
    public func sentence(_ row: Row, _ measure: TaskMeasure) -> String? {
        row.differences[measure].map { "\(task): " + $0.sentence(row.name, than: rows[0].name, unit: measure.unit, counting: "question") }
    }

    /// Everything by name, with what each question was answered.
    public var object: JSONObject {
        var object: JSONObject = ["task": .string(task), "format": .string(format.rawValue), "questions": .integer(questions.count)]
        if let chance { object["chance"] = .double(chance) }
        object["models"] = .array(rows.map { .object(self.object(of: $0)) })
        object["left_out"] = .array(
            leftOut.map { one in
                .object([
                    "id": .string(one.id), "model": .string(one.model), "reason": .string(one.rejection.reason),
                    "value": one.rejection.value, "threshold": one.rejection.threshold,
                ])
            })
        return object
    }

    private func object(of row: Row) -> JSONObject {
        var object: JSONObject = [
            "model": .string(row.name), "fingerprint": .string(row.card.fingerprint), "precision": .string(row.card.precision),
            "instruction_set": .string(row.card.instructionSet),
        ]
        for measure in measures {
            object[measure.rawValue] = row.figures[measure].map { .double($0.mean) }
            object[measure.rawValue + "_standard_error"] = row.figures[measure]?.standardError.map { .double($0) }
        }
        if !row.differences.isEmpty {
            object["differences"] = .array(
                measures.compactMap { measure in
                    guard let found = row.differences[measure], let sentence = sentence(row, measure) else { return nil }
                    var entry: JSONObject = ["to": .string(rows[0].name), "measure": .string(measure.rawValue)]
                    for (name, value) in found.object.fields { entry[name == "pairs" ? "questions" : name] = value }
                    entry["sentence"] = .string(sentence)
                    return .object(entry)
                })
        }
        let subjects = Dictionary(grouping: zip(questions, row.answers).filter { $0.0.subject != nil }, by: { $0.0.subject ?? "" })
        if let measure = measures.first, subjects.count > 1 {
            object["subjects"] = .object(
                JSONObject(
                    subjects.sorted { $0.key < $1.key }.map { subject, found in
                        let mean = PairedDifference(found.map { $0.1.figures[measure] ?? 0 }).mean
                        return (subject, .object(["questions": .integer(found.count), measure.rawValue: .double(mean)]))
                    }))
        }
        object["per_question"] = .array(
            zip(questions, row.answers).map { question, answer in
                var entry: JSONObject = ["id": .string(question.id)]
                if let subject = question.subject { entry["subject"] = .string(subject) }
                for (name, value) in answer.details.fields { entry[name] = value }
                for measure in measures { entry[measure.rawValue] = answer.figures[measure].map { .double($0) } }
                return .object(entry)
            })
        return object
    }
}
