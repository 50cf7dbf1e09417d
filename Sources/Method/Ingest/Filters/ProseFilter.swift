/// Drops passages that are lists of names, prices, options or teasers: too little of their text is sentences.
///
/// A line counts where it ends as a sentence does and has five words or more, or has sixteen words. An item of a list counts three quarters
/// with six words or more and half with three or more, so that lists of facts pass. Rows of tables and code count whole; headings shorter
/// than that, links that stand alone, lines said before and pieces between bars do not.
struct ProseFilter: Sendable {
    /// Of what lies below, hardly anything was worth a question where passages of pages of eleven kinds were read.
    var leastShare = 0.55

    func rule(_ passage: PassageLines) -> FilterRule {
        FilterRule("too_little_prose", .least(leastShare)) { passage.share(of: ProseFilter.weight) }
    }

    private static func weight(_ line: PassageLines.Line) -> Double {
        switch line.kind {
        case .row, .code: return 1
        // Some pages set their paragraphs as headings.
        case .heading: return line.endsSentence && line.words >= 16 ? 1 : 0
        case .text, .item:
            if line.isRepeated || line.isPieces || LinkLineFilter.leadsElsewhere(line) { return 0 }
            if line.words >= 16 || line.endsSentence && line.words >= 5 { return 1 }
            guard line.kind == .item, line.words >= 3 else { return 0 }
            return line.words >= 6 ? 0.75 : 0.5
        }
    }
}
