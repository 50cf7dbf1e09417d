/// Drops passages whose lines repeat each other, as buttons and labels do: `Sold out`, `Add to cart`, `Free estimates`.
struct RepeatedLineFilter: Sendable {
    var mostShare = 0.25
    /// Of fewer lines one is a share of its own.
    var leastLines = 6

    func rule(_ passage: PassageLines) -> FilterRule {
        FilterRule("repeated_lines", .most(mostShare)) {
            // A heading says what a table of contents said before.
            let lines = passage.lines.filter { $0.kind == .text || $0.kind == .item }
            return lines.count < leastLines ? 0 : Double(lines.count(where: \.isRepeated)) / Double(lines.count)
        }
    }
}
