/// Drops passages that are torn to pieces: more than half of many lines are a word or a few that end no sentence, as the labels, numbers and
/// names of a page are whose layout said what belongs together.
struct ShortLineFilter: Sendable {
    var mostShare = 0.5
    /// A text of fewer lines may have a name or a date on each.
    var leastLines = 20
    var mostWords = 4

    func rule(_ passage: PassageLines) -> FilterRule {
        FilterRule("short_lines", .most(mostShare)) {
            let lines = passage.lines.filter { $0.kind != .row && $0.kind != .code }
            guard lines.count >= leastLines else { return 0 }
            let short = lines.count { $0.kind == .text && $0.words <= mostWords && !$0.endsSentence }
            return Double(short) / Double(lines.count)
        }
    }
}
