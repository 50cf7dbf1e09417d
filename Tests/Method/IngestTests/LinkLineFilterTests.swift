import Testing

@testable import Ingest

@Suite struct LinkLineFilterTests {
    private func finding(_ markdown: String) -> FilterFinding { LineRules.finding(markdown, LinkLineFilter().rule) }

    @Test(
        "drops lists of threads, articles and offers",
        arguments: [
            "We wrote more about it.\n\n- => How to sow beans\n- => How to sow peas\n- => How to harvest them",
            "Mehr dazu:\n\n=> Bohnen säen im Mai\n\n=> Erbsen säen im März\n\n=> Ernten im Juli",
            "=> Semer des haricots\n\n=> Semer des pois\n\n=> Récolter en juillet\n\nVoilà.",
        ])
    func lists(_ text: String) {
        let finding = finding(text)
        #expect(finding.reason == "too_many_links" && !finding.isPassed, "\(finding)")
    }

    @Test("two links, or links beside a text, pass")
    func texts() {
        #expect(finding("=> How to sow beans\n\n=> How to sow peas").isPassed)
        let prose = Pages.story.joined(separator: " ")
        #expect(finding("\(prose)\n\n- => How to sow beans\n- => How to sow peas\n- => How to harvest them").isPassed)
    }

    @Test("HTML tells which blocks are links")
    func html() {
        let html = "<p><a href=/a>Beans</a> and <a href=/b>peas</a> climb</p><p>Beans are <a href=/c>good</a> for you, they say.</p>"
        let page = Extractor.extract(Array(html.utf8), isAllContent: true).page
        #expect(page.blocks.map { $0.marks.contains(.link) } == [false, false])
        let links = Extractor.extract(Array("<ul><li><a href=/a>Growing beans</a> (3)</ul>".utf8), isAllContent: true).page
        #expect(links.blocks.map { $0.marks.contains(.link) } == [true])
    }
}
