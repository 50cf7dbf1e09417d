import Ground

/// Whether training moved what a model can do, or only how it speaks: the question of Gudibande et al. 2023 (arXiv 2305.15717).
public enum ImitationVerdict: String, Sendable {
    /// Nearer in style, and no task is solved better: what the paper calls the false promise.
    case imitation
    case both
    case capability
    case neither
    /// No task was given, or none decides.
    case unknown

    /// - Parameters:
    ///   - style: how far each of the five figures moved towards the reference.
    ///   - tasks: how far each task's first figure moved, in the order of the tasks.
    public init(style: [PairedDifference], tasks: [PairedDifference]) {
        // A majority of the figures that can be told.
        let (nearer, farther) = (style.count { $0.verdict == .higher }, style.count { $0.verdict == .lower })
        let better = tasks.count { $0.verdict == .higher } > tasks.count { $0.verdict == .lower }
        guard !tasks.isEmpty else {
            self = .unknown
            return
        }
        switch (nearer > farther, better) {
        case (true, true): self = .both
        case (true, false): self = .imitation
        case (false, true): self = .capability
        case (false, false): self = .neither
        }
    }

    /// In a sentence.
    public func sentence(_ model: String, base: String, reference: String) -> String {
        switch self {
        case .imitation:
            "\(model) speaks more like \(reference) than \(base) does, and solves no task better: its style was learned, and no capability."
        case .both: "\(model) speaks more like \(reference) than \(base) does, and solves tasks better: it learned more than a style."
        case .capability: "\(model) solves tasks better than \(base), and speaks no more like \(reference)."
        case .neither: "\(model) neither speaks more like \(reference) than \(base) nor solves tasks better."
        case .unknown:
            "Style alone says nothing of what \(model) can do: give --task FILE and --model, and capability stands beside it."
        }
    }
}

/// Models' manners beside a reference's, the first being the base.
public struct ImitationResult: Sendable {
    public struct Row: Sendable {
        public let name: String
        public let style: StyleConvergence
        /// How far each figure moved from the base's; empty for the base.
        public let moved: [StyleConvergence.Measure: PairedDifference]
    }

    public let reference: String
    /// The instructions that the reference and every model have an answer to.
    public let instructions: Int
    public let rows: [Row]

    /// - Parameters:
    ///   - reference: its answers, and what it is called.
    ///   - models: names and answers, the base first.
    /// - Throws: `ComparisonError.nothingInCommon`.
    public init(reference: (name: String, answers: [StoredAnswer]), models: [(name: String, answers: [StoredAnswer])]) throws {
        let known = models.map { model in Dictionary(model.answers.map { ($0.key, $0.output) }, uniquingKeysWith: { one, _ in one }) }
        let common = reference.answers.filter { answer in known.allSatisfy { $0[answer.key] != nil } }
        guard !common.isEmpty else {
            let other = models.first?.answers.first?.instruction ?? ""
            throw ComparisonError.nothingInCommon(first: reference.answers[0].instruction, second: other)
        }
        let manners = common.map { AnswerManner($0.output) }
        var rows: [Row] = []
        for (model, answers) in zip(models, known) {
            let style = StyleConvergence(common.map { AnswerManner(answers[$0.key] ?? "") }, reference: manners)
            let moved = rows.first.map { base in
                Dictionary(
                    uniqueKeysWithValues: StyleConvergence.Measure.allCases.compactMap { measure in
                        style.moved(measure, from: base.style).map { (measure, $0) }
                    })
            }
            rows.append(Row(name: model.name, style: style, moved: moved ?? [:]))
        }
        (self.reference, instructions, self.rows) = (reference.name, common.count, rows)
    }

    public var object: JSONObject {
        [
            "reference": .string(reference), "instructions": .integer(instructions),
            "models": .array(
                rows.map { row in
                    var object: JSONObject = ["model": .string(row.name)]
                    for (name, value) in row.style.object.fields { object[name] = value }
                    if !row.moved.isEmpty {
                        object["moved"] = .object(
                            JSONObject(
                                StyleConvergence.Measure.allCases.compactMap { measure in
                                    row.moved[measure].map { (measure.rawValue, .object($0.object)) }
                                }))
                    }
                    return .object(object)
                }),
        ]
    }
}
