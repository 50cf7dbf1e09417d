/// Drops passages with several questions and no answer behind them, as a page has them whose answers a script fetches.
struct OpenQuestionFilter: Sendable {
    /// One or two make a text lively.
    var most = 2

    func rule(_ passage: PassageLines) -> FilterRule {
        FilterRule("questions_without_answers", .most(Double(most)), count: { open(in: passage.lines) })
    }

    /// Questions, headings or lines of their own, with another question or nothing behind them. Items of a list are left out: questions to
    /// ask oneself are a text's content.
    private func open(in lines: [PassageLines.Line]) -> Int {
        func asks(_ line: PassageLines.Line) -> Bool {
            line.endsQuestion && (line.kind == .text || line.kind == .heading) && line.words <= 30
        }
        return lines.indices.count { asks(lines[$0]) && ($0 + 1 == lines.count || asks(lines[$0 + 1])) }
    }
}
