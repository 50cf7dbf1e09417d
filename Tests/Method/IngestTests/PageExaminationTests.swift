import Testing

@testable import Ingest
@testable import Records

@Suite struct PageExaminationTests {
    private func examine(_ html: String, _ options: IngestOptions = IngestOptions()) -> PageExamination {
        let page = RawPage(source: .init(file: "a.html", start: 0, end: html.utf8.count), form: .html, body: Array(html.utf8))
        return Ingester(options: options).examine(page)
    }

    @Test("shows blocks, headings and passages with what each filter found")
    func page() throws {
        let found = examine(
            "<h2>Tables</h2><p>\(Pages.story.joined(separator: " "))</p><h2>Chairs</h2><p>Short.</p>", IngestOptions(preset: .fineweb))
        #expect(found.blocks.map(\.kind) == ["heading", "paragraph", "heading", "paragraph"])
        #expect(found.headings.map(\.text).prefix(1) == ["Tables"])
        #expect(found.findings.contains { $0.filter == "gopher-quality" })
        let passage = try #require(found.passages.first)
        #expect(passage.findings.map(\.reason).prefix(2) == ["too_short", "too_long"])
        #expect(passage.findings.allSatisfy { $0.isPassed })
        #expect(found.language == "en")
    }

    @Test("a page that is dropped as a whole says why, and still shows the rest")
    func dropped() {
        let found = examine("<meta name=robots content=noai><h1>Beans</h1><p>\(Pages.prose(0, characters: 700))</p>")
        #expect(found.rejection?.reason == "opt_out" && !found.isBroken)
        #expect(!found.passages.isEmpty)
        let broken = examine(String(repeating: "\u{1}x", count: 100))
        #expect(broken.isBroken && broken.blocks.isEmpty)
    }
}
