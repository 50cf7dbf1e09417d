import Records
import Testing

@testable import Ingest

@Suite struct ExtractorTests {
    private let page = Extractor.extract(Array(Pages.garden.utf8)).page

    @Test("keeps headings, items, code, quotes and tables of the main text and nothing around it")
    func wholeArticle() {
        let text = MarkdownWriter.text(of: page.blocks)
        for part in [
            "## Sowing", "- Poles of two metres\n- Seed of a climbing kind", "3. Water them in\n4. Thin them out",
            "```python\nfor pole in poles:\n    sow(pole, seeds=2)\n```", "> Pick young, pick often",
            "| Month | Kilos |\n| --- | --- |\n| July | 2 |",
            "Pods left on the plant",
        ] {
            #expect(text.contains(part), "\(part) is missing in \(text)")
        }
        for part in ["cookies", "Vegetables", "Share on", "peas", "snails", "©", "Imprint", "not text"] {
            #expect(!text.contains(part), "\(part) is left in \(text)")
        }
    }

    @Test("reads what the page says about itself")
    func metadata() {
        let metadata = page.metadata
        #expect(metadata.title == "Growing Beans")
        #expect(metadata.url == "https://green.example/beans")
        #expect(metadata.siteName == "Green Corner")
        #expect(metadata.author == "Ada Field")
        #expect(metadata.date == "2021-04-05")
        #expect(metadata.language == "en")
        #expect(metadata.licence == "https://creativecommons.org/licenses/by/4.0/")
        #expect(metadata.optOut == nil)
    }

    @Test("finds the opt-outs of a page", arguments: ["<meta name=robots content='index, NoAI'>", "<meta name=tdm-reservation content=1>"])
    func optOut(_ tag: String) {
        #expect(Extractor.extract(Array((tag + "<p>x").utf8)).page.metadata.optOut != nil)
    }

    @Test("reads structured data where the page has no tags for it")
    func structuredData() {
        let page = Extractor.extract(
            Array(
                """
                <script type="application/ld+json">{"@type":"Article","datePublished":"2020-02-03T00:00","author":{"@type":"Person",
                "name":"J\\u00f6rg \\"Jo\\" Berg"}}</script><h1>Title here</h1>
                """.utf8)
        ).page
        #expect(page.metadata.date == "2020-02-03")
        #expect(page.metadata.author == "Jörg \"Jo\" Berg")
        #expect(page.metadata.title == "Title here")
    }

    @Test("breaks lines at br and ends the paragraph at two")
    func breaks() {
        let page = Extractor.extract(Array("<p>one<br>two<br><br>three and some more text to make it a page</p>".utf8)).page
        #expect(page.blocks.map(\.text) == ["one\ntwo", "three and some more text to make it a page"])
    }
}
