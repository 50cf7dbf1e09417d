/// The table at the end of a run that tells where the records went.
enum FunnelTable {
    static func text(_ summary: StageSummary) -> String {
        var rows: [(name: String, count: Int, note: String)] = [("read", summary.read, "")]
        if summary.resumed > 0 { rows[0].note = "\(grouped(summary.resumed)) of them by the run before" }
        rows += reasons("files not read", summary.notRead)
        if summary.empty > 0 { rows.append(("without result", summary.empty, "")) }
        rows += reasons("broken", summary.broken)
        if summary.brokenItems > 0 {
            rows[rows.count - summary.broken.count - 1].note = percent(summary.brokenShare) + " of what was read"
        }
        rows += reasons("dropped", summary.dropped)
        let outcomes = summary.kept + summary.droppedCount + summary.brokenCount
        rows.append(("kept", summary.kept, outcomes > 0 ? percent(Double(summary.kept) / Double(outcomes)) : ""))
        let names = rows.map(\.name.count).max() ?? 0
        let counts = rows.map { grouped($0.count).count }.max() ?? 0
        var lines = [summary.stage + (summary.isInterrupted ? " (interrupted)" : "")]
        for row in rows {
            let count = grouped(row.count)
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

    /// A number with commas between the thousands.
    static func grouped(_ value: Int) -> String {
        let digits = Array(String(value.magnitude))
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return text
    }

    static func percent(_ share: Double) -> String { fixed(100 * share, 1) + " %" }

    static func fixed(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int((abs(value) * scale).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return sign + String(scaled) }
        let rest = String(scaled % Int(scale))
        return sign + "\(scaled / Int(scale))." + String(repeating: "0", count: digits - rest.count) + rest
    }
}
