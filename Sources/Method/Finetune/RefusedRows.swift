import Records

/// Rows that nothing can be learned from, told by file and line.
enum RefusedRows {
    /// As many are named; the rest is counted.
    private static let namedCount = 5

    static func lines(_ refusals: [(place: SourcePlace, reason: String)]) -> [String] {
        var lines = refusals.prefix(namedCount).map { "  \($0.place): \($0.reason), nothing to learn from it" }
        if refusals.count > namedCount { lines.append("  and \(refusals.count - namedCount) more") }
        return lines
    }
}
