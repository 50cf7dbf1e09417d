import Foundation
import Ground
import TestSupport
import Testing

@testable import Ingest
@testable import Records

@Suite struct PageFiltersTests {
    private func page(_ paragraphs: [String], licence: String? = nil) -> PageText {
        var page = PageText(blocks: paragraphs.map { PageText.Block(.paragraph, $0) })
        page.metadata.licence = licence
        return page
    }
    private func reason(_ filters: PageFilters, _ page: PageText, url: String? = nil, language: String? = "en") -> String? {
        if case .failure(let rejection) = filters.review(page, url: url, language: language) { return rejection.reason }
        return nil
    }
    private let prose = Pages.story

    @Test("lets running text pass and names the filter that does not")
    func fineWeb() {
        #expect(reason(.fineWeb, page(prose)) == nil)
        #expect(reason(.fineWeb, page(prose), language: "de") == "language")
        #expect(reason(.fineWeb, page([prose[0]])) == "gopher_short_doc")
        #expect(reason(.fineWeb, page([prose[0], prose[0], prose[0]])) == "dup_line_frac")
        #expect(reason(.fineWeb, page(prose + ["Lorem ipsum dolor sit amet, as printers say."])) == "lorem_ipsum")
    }

    @Test("takes the lines out that C4 leaves out, and keeps headings and code")
    func c4Lines() throws {
        var filters = PageFilters()
        filters.c4 = C4Filter()
        var text = page(prose + ["no end mark here at all", "See our privacy policy for more about that."])
        text.blocks.insert(.init(.heading(level: 2), "Watering"), at: 0)
        text.blocks.append(.init(.code(language: "c"), "int beans = 3"))
        let blocks = try filters.review(text, url: nil, language: "en").get()
        #expect(blocks.count == prose.count + 2)
        #expect(blocks.first?.text == "Watering" && blocks.last?.text == "int beans = 3")
    }

    @Test("shows every rule's value against its threshold, also behind one that says no")
    func findings() {
        let findings = PageFilters.fineWeb.findings(page(["Three words here."]), url: nil, language: "en")
        #expect(Set(findings.map(\.filter)) == ["languages", "gopher-repetition", "gopher-quality", "c4", "fineweb"])
        let short = findings.first { $0.reason == "gopher_short_doc" }
        #expect(short?.isPassed == false && short?.value == 3 && short?.threshold == 50)
        #expect(findings.contains { $0.reason == "dup_line_frac" && $0.isPassed })
    }

    @Test("licences, addresses and words are listed in files")
    func lists() async throws {
        try await withTemporaryDirectory { folder in
            func file(_ name: String, _ text: String) throws -> String {
                let place = folder.appending(path: name)
                try Data(text.utf8).write(to: place)
                return place.path
            }
            var filters = PageFilters()
            filters.licences = try LicenceList(file: file("licences", "https://creativecommons.org/licenses/by/4.0/ # attribution\n"))
            #expect(reason(filters, page(prose)) == "no_licence")
            #expect(reason(filters, page(prose, licence: "http://creativecommons.org/licenses/by/4.0/deed.de")) == nil)
            #expect(reason(filters, page(prose, licence: "https://creativecommons.org/licenses/by-nd/4.0/")) == "licence_not_listed")
            filters.licences = nil
            filters.blockedURLs = try URLBlockList(file: file("urls", "spam.example\nhttps://green.example/a\nword:casino\n"))
            #expect(reason(filters, page(prose), url: "https://www.spam.example/x") == "blocked_domain")
            #expect(reason(filters, page(prose), url: "http://www.green.example/a/") == "blocked_url")
            #expect(reason(filters, page(prose), url: "https://green.example/Casino-night") == "blocked_url_word")
            #expect(reason(filters, page(prose), url: "https://green.example/b") == nil)
            let words = try WordBlockList(file: file("words", "slug\nbad weather\n"))
            #expect(words.rejection(of: "A Slug!")?.reason == "blocked_word")
            #expect(words.rejection(of: "Nothing but bad  weather") == nil)
            #expect(words.rejection(of: "sluggish bad weather")?.value == "bad weather")
            #expect(throws: IngestError.noList(path: "/nowhere", why: "No such file or directory")) { try WordBlockList(file: "/nowhere") }
        }
    }

    @Test("drops what shares twelve words in a row with an evaluation, whatever capitals and marks stand between")
    func decontamination() async throws {
        let question = "How many beans must a gardener sow in spring if every third one is eaten by a snail?"
        let list = Decontamination(texts: [question])
        #expect(
            list.rejection(of: "He asked: how many beans must a gardener sow, in spring, if EVERY third one is eaten?")?.reason
                == "evaluation_overlap")
        #expect(list.rejection(of: "How many beans must a gardener sow in spring if snails are hungry?") == nil)
        try await withTemporaryDirectory { folder in
            let place = folder.appending(path: "test.jsonl.gz")
            try Data(try GzipMember.pack(Array("{\"q\":{\"text\":\"\(question)\"},\"n\":1}\n".utf8))).write(to: place)
            #expect(try Decontamination(files: [place.path]).runCount == list.runCount)
            let bad = folder.appending(path: "bad.jsonl")
            try Data("{\n".utf8).write(to: bad)
            #expect(throws: IngestError.self) { try Decontamination(files: [bad.path]) }
        }
    }
}
