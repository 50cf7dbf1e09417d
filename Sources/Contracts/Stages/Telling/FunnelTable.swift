import Ground

/// The table at the end of a run that tells where the records went.
enum FunnelTable {
    static func text(_ summary: StageSummary) -> String {
        var rows: [(name: String, count: Int, note: String)] = [("read", summary.read, "")]
        if summary.resumed > 0 { rows[0].note = "\(Figures.grouped(summary.resumed)) of them by the run before" }
        rows += reasons("files not read", summary.notRead)
        if summary.empty > 0 { rows.append(("without result", summary.empty, "")) }
        rows += reasons("broken", summary.broken)
        if summary.brokenItems > 0 {
            rows[rows.count - summary.broken.count - 1].note = Figures.percent(summary.brokenShare) + " of what was read"
        }
        rows += reasons("dropped", summary.dropped)
        let outcomes = summary.kept + summary.droppedCount + summary.brokenCount
        rows.append(("kept", summary.kept, outcomes > 0 ? Figures.percent(Double(summary.kept) / Double(outcomes)) : ""))
        let names = rows.map(\.name.count).max() ?? 0
        let counts = rows.map { Figures.grouped($0.count).count }.max() ?? 0
        var lines = [summary.stage + (summary.isInterrupted ? " (interrupted)" : "")]
        for row in rows {
            let count = Figures.grouped(row.count)
            let name = row.name + String(repeating: " ", count: names - row.name.count)
            let line = "  \(name)  \(String(repeating: " ", count: counts - count.count))\(count)"
            lines.append(row.note.isEmpty ? line : "\(line)   \(row.note)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func reasons(_ name: String, _ counts: [String: Int]) -> [(name: String, count: Int, note: String)] {
        guard !counts.isEmpty else { return [] }
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return [(name, counts.values.reduce(0, +), "")] + sorted.map { ("  " + $0.key, $0.value, "") }
    }
}
