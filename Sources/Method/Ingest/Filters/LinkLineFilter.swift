/// Drops passages that lead elsewhere: too much of their text is links that stand alone, as in lists of articles, offers and threads.
struct LinkLineFilter: Sendable {
    var mostShare = 0.4
    /// Fewer are a word to the reader, no list.
    var leastLinks = 3

    func rule(_ passage: PassageLines) -> FilterRule {
        FilterRule("too_many_links", .most(mostShare)) {
            passage.lines.count(where: LinkLineFilter.leadsElsewhere) < leastLinks
                ? 0 : passage.share { LinkLineFilter.leadsElsewhere($0) ? 1 : 0 }
        }
    }

    /// A link that is a title or a button: who makes a paragraph a link has written it all the same.
    static func leadsElsewhere(_ line: PassageLines.Line) -> Bool { line.isLink && line.words <= 25 }
}
