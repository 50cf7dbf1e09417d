/// Drops passages whose deeper headings mostly have nothing below them: overviews of a shop, a category, a menu.
struct BareHeadingFilter: Sendable {
    var mostShare = 0.75
    /// Fewer say nothing.
    var leastHeadings = 3

    func rule(_ passage: PassageLines) -> FilterRule {
        FilterRule("headings_without_text", .most(mostShare)) {
            let lines = passage.lines
            let headings = lines.indices.filter { lines[$0].kind == .heading }
            guard headings.count >= leastHeadings else { return 0 }
            let bare = headings.count { index in
                guard index + 1 < lines.count else { return true }
                return lines[index + 1].kind == .heading && lines[index + 1].level <= lines[index].level
            }
            return Double(bare) / Double(headings.count)
        }
    }
}
