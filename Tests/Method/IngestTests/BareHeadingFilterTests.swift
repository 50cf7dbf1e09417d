import Testing

@testable import Ingest

@Suite struct BareHeadingFilterTests {
    private func finding(_ markdown: String) -> FilterFinding { LineRules.finding(markdown, BareHeadingFilter().rule) }

    @Test("drops an overview whose headings have nothing below them")
    func overview() {
        let finding = finding("We have tutors for all of these.\n\n### Algebra\n\n### Geometry\n\n### Statistics\n\n### Calculus")
        #expect(finding.reason == "headings_without_text" && !finding.isPassed && finding.value == .double(1))
    }

    @Test("a heading above a deeper one has something below it")
    func nested() {
        #expect(finding("## Beans\n\n### Sowing\n\nIn May.\n\n### Harvest\n\nIn July.").value == .double(0))
        #expect(finding("## Beans\n\n### Sowing\n\n### Harvest\n\n### Seeds\n\nIn July.").value == .double(0.5))
    }

    @Test("two headings say nothing")
    func few() { #expect(finding("Text.\n\n### Algebra\n\n### Geometry").isPassed) }
}
