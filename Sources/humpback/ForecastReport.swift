import Ground
import Rounds

/// What a loop would do, for people: its steps as a table, the sums, and the single commands that make the same.
struct ForecastReport {
    let forecast: LoopForecast
    /// The command of each step that has one, by the step's name.
    var commands: [(step: String, line: String)] = []

    var text: String {
        var rows = [["step", "state", "what", "tokens", "time", "memory", "disk"]]
        for line in forecast.lines {
            rows.append([
                line.step, line.state, line.what, line.tokens.map(count) ?? "",
                line.seconds.map { $0 < 1 ? "" : Figures.duration($0) } ?? "",
                line.memoryBytes.map(Figures.size) ?? "", line.diskBytes.map(Figures.size) ?? "",
            ])
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        var lines = rows.map { cells in
            let padded = zip(cells, widths).map { $0.padded(to: $1 + 2) }.joined()
            return String(padded.reversed().drop { $0 == " " }.reversed())
        }
        lines += ["", sums]
        if !commands.isEmpty { lines += ["", "The same by single commands:"] + commands.map { "  \($0.line)" } }
        return lines.joined(separator: "\n") + "\n"
    }

    private var sums: String {
        let open = forecast.lines.filter { !$0.isDone }
        guard !open.isEmpty else {
            return "All \(forecast.lines.count) steps are done; the same command without --dry-run compares the models."
        }
        let seconds = open.compactMap(\.seconds).reduce(0, +)
        let disk = open.compactMap(\.diskBytes).reduce(0, +)
        let passing = open.map(\.passingDiskBytes).max() ?? 0
        let memory = open.compactMap(\.memoryBytes).max() ?? 0
        return "\(open.count) of \(forecast.lines.count) steps are to be done: about \(Figures.duration(seconds)), "
            + "\(count(open.compactMap(\.tokens).reduce(0, +))) tokens, \(Figures.size(memory)) of memory at most, \(Figures.size(disk)) of disk"
            + (passing > 0 ? " and \(Figures.size(passing)) more while a model is trained." : ".")
    }

    private func count(_ number: Int) -> String { number < 10_000 ? "\(number)" : "\(number / 1000)k" }
}
