import Foundation
import Ground
import TestSupport
import Testing

@testable import Ingest
@testable import Records

@Suite struct FilterThresholdsTests {
    private func thresholds(_ texts: String...) throws -> FilterThresholds {
        var thresholds = FilterThresholds()
        for text in texts {
            let (reason, change) = try #require(FilterThresholds.change(text), "\(text)")
            thresholds.apply(reason, change)
        }
        return thresholds
    }

    private func reason(_ text: String, _ thresholds: FilterThresholds, heading: String = "Growing beans") -> String? {
        var options = IngestOptions()
        options.segmenter.characterRange = 1...10_000
        options.pageFilters.gopherQuality = GopherQualityFilter()
        options.pageFilters.c4 = C4Filter()
        options.thresholds = thresholds
        let body = "{\"text\":\(JSONValue.string("# \(heading)\n\n\(text)").serialized)}"
        guard let object = try? JSONObject(parsing: Array(body.utf8)) else { return "no record" }
        let page = RawPage(
            source: .init(file: "a.jsonl", start: 0, end: 0), form: .record(object), body: Array("# \(heading)\n\n\(text)".utf8))
        for outcome in Ingester(options: options).passages(from: page).outcomes {
            if case .dropped(_, let rejection) = outcome { return rejection.reason }
        }
        return nil
    }

    @Test("a rule takes another number, or is off")
    func changes() throws {
        let short = "The miller and the baker have to be there with the bread, that is what they said. " + Pages.sentence(1)
        #expect(reason(short, FilterThresholds()) == "gopher_short_doc")
        #expect(reason(short, try thresholds("gopher_short_doc=5")) == "too_few_sentences")
        #expect(reason(short, try thresholds("gopher_short_doc=off", "too_few_sentences=2")) == nil)
        #expect(reason(short, try thresholds("gopher_short_doc=off", "too_few_sentences=off")) == nil)
    }

    @Test("a heading's rule is off")
    func headings() throws {
        let text = "The miller and the baker have to be there with the bread."
        let off = try thresholds("gopher_short_doc=off", "too_few_sentences=off")
        #expect(reason(text, off, heading: "BEANS") == "capital_heading")
        #expect(
            reason(text, try thresholds("gopher_short_doc=off", "too_few_sentences=off", "capital_heading=off"), heading: "BEANS") == nil)
    }

    @Test(
        "says no to what is no rule and no number",
        arguments: [
            "", "gopher_short_doc", "nothing=3", "gopher_short_doc=many", "capital_heading=3", "evaluation_overlap=1", "top_2_gram=-1",
        ])
    func wrong(_ text: String) { #expect(FilterThresholds.change(text) == nil) }

    @Test("changes are recorded in what makes a run what it is")
    func settings() throws {
        var options = IngestOptions()
        options.thresholds = try thresholds("top_2_gram=0.3", "capital_heading=off")
        #expect(options.settings["thresholds"] == "capital_heading=off top_2_gram=0.3")
        #expect(IngestOptions().settings["thresholds"] == nil)
        #expect(IngestOptions().settings["ignore_opt_out"] == false)
    }

    @Test("every code of a filter can be changed")
    func codes() {
        for (_, reasons) in FilterThresholds.numbered {
            for reason in reasons {
                #expect(FilterThresholds.change("\(reason)=5") != nil && FilterThresholds.change("\(reason)=off") != nil)
            }
        }
    }
}

@Suite struct BlockedWordListTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../corpora/blocked-words")
        .standardized

    @Test("the lists of the project can be read, drop spam and leave ordinary text alone", arguments: ["en", "de"])
    func lists(_ code: String) throws {
        let list = try WordBlockList(files: [BlockedWordListTests.folder.appending(path: "\(code).txt").path])
        #expect(list.rejection(of: code == "en" ? "Buy Viagra online today" : "Viagra rezeptfrei bestellen")?.reason == "blocked_word")
        #expect(list.rejection(of: "The cock crew at Scunthorpe. Breast cancer, sex education and the history of the casino.") == nil)
        #expect(list.rejection(of: "Brustkrebs, Sexualkunde und die Geschichte der Spielbank; der Rammler im Stall.") == nil)
    }

    @Test("the pages of the project pass them")
    func pages() throws {
        let list = try WordBlockList(files: ["en", "de"].map { BlockedWordListTests.folder.appending(path: "\($0).txt").path })
        var source = try PageSource(paths: [BlockedWordListTests.folder.appending(path: "../pages").standardized.path])
        while let page = try source.nextPage() { #expect(list.rejection(of: String(decoding: page.body, as: UTF8.self)) == nil) }
    }
}
