import Records

/// A row that nothing can be learned from: where it stands, and why.
public struct RefusedRow: Sendable {
    public let place: SourcePlace
    /// The code by which such rows are counted.
    public let reason: String
    /// The reason with what was found.
    public let account: String

    init(_ place: SourcePlace, _ rejection: Rejection) {
        (self.place, reason, account) = (place, rejection.reason, "\(rejection)")
    }

    init(_ place: SourcePlace, reason: String) { (self.place, self.reason, account) = (place, reason, reason) }
}

/// Rows that nothing can be learned from, told by file and line.
enum RefusedRows {
    /// As many are named; the rest is counted.
    private static let namedCount = 5

    static func lines(_ refusals: [RefusedRow]) -> [String] {
        var lines = refusals.prefix(namedCount).map { "  \($0.place): \($0.account), nothing to learn from it" }
        if refusals.count > namedCount { lines.append("  and \(refusals.count - namedCount) more") }
        return lines
    }
}
