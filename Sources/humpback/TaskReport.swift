import Evaluate
import Ground

/// What models made of a task, for people.
struct TaskReport {
    let result: TaskResult
    let shots: Int
    /// Records that are no questions: where, and why.
    let refusals: [(place: String, reason: String)]

    var text: String {
        var lines = [heading, ""] + table
        let sentences = result.rows.dropFirst().flatMap { row in result.measures.compactMap { result.sentence(row, $0) } }
        if !sentences.isEmpty {
            lines += [""] + sentences + ["(95 % intervals: Student's t over the \(result.questions.count) questions.)"]
        }
        if !result.leftOut.isEmpty {
            let forAll = result.rows.count > 1 ? " for every model" : ""
            lines += ["", "\(result.leftOut.count) questions are left out\(forAll): " + reasons(result.leftOut.map(\.rejection.reason))]
            lines += result.leftOut.prefix(10).map { "  \($0.id)  \($0.rejection)" }
        }
        if let first = refusals.first {
            let count = refusals.count == 1 ? "1 record is no question" : "\(refusals.count) records are no questions"
            lines += ["", "\(count): \(reasons(refusals.map(\.reason))), the first at \(first.place)"]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var heading: String {
        let count = result.questions.count == 1 ? "1 question" : "\(result.questions.count) questions"
        let form = result.task == result.format.rawValue ? "" : ", asked as \(result.format.rawValue)"
        return "\(result.task): \(count)\(form), " + (shots == 0 ? "no shots" : shots == 1 ? "1 shot" : "\(shots) shots")
    }

    private var table: [String] {
        let isCompared = result.rows.count > 1
        var rows = [["model"] + result.measures.map(\.title) + (isCompared ? ["against the first"] : [])]
        if let chance = result.chance, result.measures.first == .accuracy { rows.append(["(chance)", Figures.fixed(chance, 3)]) }
        for row in result.rows {
            let figures = result.measures.map { measure in
                guard let figure = row.figures[measure] else { return "none" }
                return Figures.fixed(figure.mean, 3) + (figure.standardError.map { " ± " + Figures.fixed($0, 3) } ?? "")
            }
            let difference = result.measures.first.flatMap { row.differences[$0]?.text }
            rows.append([row.name] + figures + (isCompared ? [difference ?? ""] : []))
        }
        return TextTable(rows: rows).lines
    }

    private func reasons(_ codes: [String]) -> String { EvaluationResult.reasons(codes) }
}
