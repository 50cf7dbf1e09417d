import Testing

@testable import Ingest

@Suite struct RepeatedLineFilterTests {
    private func finding(_ markdown: String) -> FilterFinding { LineRules.finding(markdown, RepeatedLineFilter().rule) }

    @Test("drops a page of cards with the same buttons")
    func cards() {
        let finding = finding("Moon watch\n\nSold out\n\nNotify me\n\nSun watch\n\nSold out\n\nNotify me\n\nStar watch\n\nSold out")
        #expect(finding.reason == "repeated_lines" && !finding.isPassed && finding.value == .double(0.375))
    }

    @Test("a heading may say what a table of contents said, and a refrain of a short text is no list")
    func others() {
        #expect(
            finding("- Sowing\n- Watering\n- Harvest\n\n## Sowing\n\nIn May.\n\n## Watering\n\nDaily.\n\n## Harvest\n\nIn July.").isPassed)
        #expect(finding("Row the boat.\n\nRow the boat.\n\nGently.").isPassed)
    }
}
