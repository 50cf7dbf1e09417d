import Testing

@testable import Ingest

@Suite struct ShortLineFilterTests {
    private func finding(_ markdown: String) -> FilterFinding { LineRules.finding(markdown, ShortLineFilter().rule) }

    @Test("drops a text whose layout has gone: numbers, names and labels on most of its lines")
    func torn() {
        let text = (1...7).map { "\($0)5\n\nnotifications per month\n\nThey send \($0) kinds of messages to people who wait for them." }
        let finding = finding(text.joined(separator: "\n\n"))
        #expect(finding.reason == "short_lines" && !finding.isPassed && finding.value == .double(0.6667))
    }

    @Test("items of a list, and a few short lines, pass")
    func others() {
        #expect(finding((1...30).map { "- Side effect \($0)" }.joined(separator: "\n")).isPassed)
        #expect(finding((1...10).map { "Name \($0)" }.joined(separator: "\n\n")).isPassed)
    }
}
