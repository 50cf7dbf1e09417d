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

    @Test("a short introduction of a long section is not said to pass the least length, which is not asked of it")
    func introduction() throws {
        let parts = (1...5).map { "<h3>Part \($0)</h3><p>\(Pages.prose(100 * $0, characters: 900))</p>" }.joined()
        let found = examine("<h2>Wells</h2><p>\(Pages.prose(0, characters: 400))</p>\(parts)")
        let passage = try #require(
            found.passages.first { passage in
                passage.findings.contains { !$0.isPassed && $0.reason == "introduction_of_long_section" }
            })
        for passage in found.passages {
            for finding in passage.findings where finding.reason == "too_short" && finding.isPassed {
                #expect(try #require(finding.value.integer) >= #require(finding.threshold.integer))
            }
        }
        #expect(!passage.findings.contains { $0.reason == "too_short" })
    }

    @Test("explain and ingest ask the same filters: what drops a passage is the first finding that it shows as failed")
    func sameFilters() {
        let twice = "The pump fills the tank from the well before the sun has risen over the hill. "
        for html in [
            "<h2>Chairs</h2><p>Short.</p>", "<h2>LOUD</h2><p>\(Pages.prose(0, characters: 700))</p>",
            "<h2>Pumps</h2><p>\(Pages.prose(0, characters: 700)) \(twice) \(twice)</p>",
            "<h2>Long</h2><p>\(Pages.prose(0, characters: 4000))</p>", "<h2>Good</h2><p>\(Pages.story.joined(separator: " "))</p>",
        ] {
            for passage in examine(html).passages {
                let failed = passage.findings.first { !$0.isPassed }?.reason
                if case .dropped(_, let rejection) = passage.outcome {
                    #expect(rejection.reason == failed, "\(html.prefix(20))")
                } else {
                    #expect(failed == nil, "\(html.prefix(20))")
                }
            }
        }
    }
}
