import Evaluate
import Ground

/// Whose manner models have, for people.
struct ImitationReport {
    let result: ImitationResult
    /// What each model but the first did on the tasks beside the first; empty where no task was given.
    let tasks: [TaskResult]

    var text: String {
        let measures = StyleConvergence.Measure.allCases
        var rows = [["model"] + measures.map(\.title)]
        for row in result.rows {
            rows.append([row.name] + measures.map { figure($0, of: row) })
        }
        var lines = ["style: \(result.instructions) instructions, beside \(result.reference)", ""] + TextTable(rows: rows).lines + [""]
        // What holds of all is said once.
        lines +=
            tasks.isEmpty ? [ImitationVerdict.unknown.sentence("a model", base: "", reference: "")] : result.rows.dropFirst().map(verdict)
        lines.append(
            "(A list or summary counts where \(result.reference) has one; 95 % intervals in brackets; against \(result.rows[0].name), the base, "
                + "a figure has moved where * stands.)")
        return lines.joined(separator: "\n") + "\n"
    }

    private func figure(_ measure: StyleConvergence.Measure, of row: ImitationResult.Row) -> String {
        if measure == .length {
            return row.style.correlation.map { correlation in
                let (low, high) = (correlation.interval.lowerBound, correlation.interval.upperBound)
                return "\(Figures.fixed(correlation.value, 2)) (\(Figures.fixed(low, 2)) to \(Figures.fixed(high, 2)))"
            } ?? "none"
        }
        guard let figure = row.style.figure(measure) else { return "none" }
        let interval =
            figure.interval.map {
                " (\(Figures.fixed(100 * max(0, $0.lowerBound), 0)) to \(Figures.fixed(100 * min(1, $0.upperBound), 0)))"
            } ?? ""
        let star = row.moved[measure].map { $0.verdict == .undecided ? "" : " *" } ?? ""
        return Figures.fixed(100 * figure.mean, 1) + " %" + interval + star
    }

    private func verdict(_ row: ImitationResult.Row) -> String {
        ImitationReport.verdict(row, tasks).sentence(row.name, base: result.rows[0].name, reference: result.reference)
    }

    /// The verdict on one model, from the tasks in which it stands beside the base.
    static func verdict(_ row: ImitationResult.Row, _ tasks: [TaskResult]) -> ImitationVerdict {
        let moved = tasks.compactMap { task -> PairedDifference? in
            guard let measure = task.measures.first else { return nil }
            return task.rows.dropFirst().first { $0.name == row.name }?.differences[measure]
        }
        return ImitationVerdict(style: Array(row.moved.values), tasks: moved)
    }
}
