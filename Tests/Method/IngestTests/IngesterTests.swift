import Foundation
import Ground
import Records
import Stages
import TestSupport
import Testing

@testable import Ingest

@Suite struct IngesterTests {
    private func page(_ html: String, _ options: IngestOptions = IngestOptions()) -> PageResult {
        let source = RawPage.Source(file: "a/page.html", start: 0, end: html.utf8.count)
        return Ingester(options: options).passages(from: RawPage(source: source, form: .html, body: Array(html.utf8)))
    }
    private func reasons(_ result: PageResult) -> [String] {
        result.outcomes.map {
            switch $0 {
            case .kept: "kept"
            case .dropped(_, let rejection): rejection.reason
            case .broken(_, let rejection): "broken " + rejection.reason
            }
        }
    }
    private var short: IngestOptions {
        var options = IngestOptions()
        options.segmenter.characterRange = 100...3000
        return options
    }

    @Test("a passage has the fields of the pipe, its text without its own heading")
    func fields() throws {
        let record = try #require(page(Pages.garden, short).kept.first)
        #expect(record.keys.prefix(7) == ["id", "text", "url", "title", "heading", "source", "lang"])
        #expect(record["heading"] == .array(["Growing Beans"]))
        #expect(record["text"]?.string?.hasPrefix("Beans are among the easiest") == true)
        #expect(record["source"]?.object?["file"] == "a/page.html")
        #expect(record["source"]?.object?["bytes"] == .array([0, .integer(Pages.garden.utf8.count)]))
        #expect(record["lang"] == "en")
        #expect(try Passage(record).heading == ["Growing Beans"])
    }

    @Test("the identifier is the hash of address, headings and text")
    func identifier() throws {
        let record = try #require(page(Pages.garden, short).kept.first)
        #expect(record["id"]?.string == RecordID.make("https://green.example/beans", "Growing Beans", record["text"]?.string ?? ""))
    }

    @Test("names why a page or a passage is left out")
    func drops() {
        let prose = Pages.prose(0, characters: 800)
        #expect(reasons(page("<h1>Short</h1><p>Too short.")) == ["too_short"])
        #expect(reasons(page("<h1>ALL BEANS</h1><p>\(prose)")) == ["capital_heading"])
        #expect(reasons(page("<h1>Beans</h1><p>\(prose) \(prose)")) == ["repeated_sentences"])
        #expect(reasons(page("<meta name=robots content=noai><h1>Beans</h1><p>\(prose)")) == ["opt_out"])
        #expect(reasons(page("<script>x</script>")) == ["no_text"])
        #expect(reasons(page(String(repeating: "\u{1}\u{2}x", count: 100))) == ["broken binary"])
        var options = IngestOptions()
        options.maximumPageBytes = 10
        #expect(reasons(page("<h1>Beans</h1>", options)) == ["broken page_too_large"])
    }

    @Test("names why a passage is no text, and takes it where its rule is off or the preset has none")
    func fragments() throws {
        let options = (1...80).map { "<p>Colour \($0)</p>" }.joined()
        #expect(reasons(page("<h1>Beans</h1>\(options)")) == ["too_little_prose"])
        let forum = "<h3 class=username>Ada</h3><p>\(Pages.prose(0, characters: 800))"
        #expect(
            reasons(page("\(forum)<h3 class=username>Ben</h3><p>\(Pages.prose(20, characters: 800))")) == [
                "author_heading", "author_heading",
            ])
        let comments =
            "<h1>Beans</h1><h2>3 Comments</h2><h3>More</h3><p>\(Pages.prose(0, characters: 800))<h2>C</h2><p>\(Pages.prose(20, characters: 2900))"
        #expect(reasons(page(comments)).first == "comments_heading")
        var off = IngestOptions()
        off.thresholds.apply("too_little_prose", .off)
        #expect(reasons(page("<h1>Beans</h1>\(options)", off)) != ["too_little_prose"])
        #expect(reasons(page("<h1>Beans</h1>\(options)", IngestOptions(preset: .none))) == ["kept"])
        #expect(IngestOptions().settings["fragments"] == true && IngestOptions(preset: .none).settings["fragments"] == false)
    }

    @Test("answers to a list of questions are passages under them, and say what they were asked for when too short")
    func answers() throws {
        let html = """
            <h2>FAQ</h2><details><summary>Do beans climb?</summary><p>\(Pages.story[0...1].joined(separator: " "))</p></details>
            <details><summary>Do peas climb?</summary><p>\(Pages.story[2...3].joined(separator: " "))</p></details>
            <details><summary>Do hops climb?</summary><p>They do.</p></details>
            """
        var page = RawPage(source: .init(file: "a.html", start: 0, end: html.utf8.count), form: .html, body: Array(html.utf8))
        page.isAllContent = true
        let result = Ingester(options: IngestOptions()).passages(from: page)
        #expect(result.kept.map { $0["heading"] } == [["FAQ", "Do beans climb?"], ["FAQ", "Do peas climb?"]])
        guard case .dropped(let record, let rejection)? = result.outcomes.last else { return #expect(Bool(false)) }
        #expect(record["text"] == "They do.")
        #expect(rejection == Rejection("too_short", value: 8, threshold: 120))
    }

    @Test(
        "the language is the text's; the page's attribute counts only where the text is too short or the attribute's language is none that is known",
        arguments: [
            ("de", Pages.story.joined(separator: " "), "en"), ("de", "Beans.", "de"),
            ("sv", String(repeating: "Bönorna växer snabbt under varma sommardagar. ", count: 9), "sv"),
            ("de", String(repeating: "Bönorna växer snabbt under varma sommardagar. ", count: 9), nil),
            ("en", String(repeating: "Бобы растут, они зелёные, мы их едим. ", count: 9), "ru"),
            ("", "Beans.", nil),
        ] as [(String, String, String?)])
    func language(_ attribute: String, _ text: String, _ expected: String?) {
        var page = PageText()
        page.metadata.language = attribute.isEmpty ? nil : attribute
        #expect(Ingester().language(of: text, page) == expected)
    }

    @Test("a passage in another language than its page says so")
    func passageLanguage() {
        let german = (1...30).map { "Die Bohne Nummer \($0) ist im Garten und sie wird von der Frau auf den Tisch gelegt." }
        let html =
            "<h2>One</h2><p>\(Pages.story.joined(separator: " "))</p><h2>Zwei</h2><p>\(german[0...9].joined(separator: " "))</p><h2>Three</h2><p>\(Pages.prose(0, characters: 2900))"
        var options = IngestOptions()
        options.dropsRepetition = false
        #expect(page(html, options).kept.map { $0["lang"] } == ["en", "de", "en"])
    }

    @Test("personal data is replaced before the identifier is made, kept or dropped where asked")
    func personalData() throws {
        let html = "<h1>Beans</h1><p>Write to ada@green.example about them. \(Pages.prose(0, characters: 800))"
        let clean = try #require(page(html).kept.first)
        #expect(clean["text"]?.string?.hasPrefix("Write to <email> about") == true)
        var options = IngestOptions()
        options.personalData = .keep
        let kept = try #require(page(html, options).kept.first)
        #expect(kept["text"]?.string?.contains("ada@green.example") == true)
        #expect(kept["id"] != clean["id"])
        options.personalData = .drop
        #expect(reasons(page(html, options)) == ["personal_data"])
    }

    @Test("a whole page is one record without cutting and filters")
    func wholePage() throws {
        var options = IngestOptions()
        options.wholePage = true
        let result = page(Pages.garden, options)
        #expect(result.kept.count == 1)
        #expect(result.kept.first?["text"]?.string?.contains("## Harvest") == true)
    }

    @Test("lines cannot be split at Unicode's line ends")
    func lineEnds() {
        #expect("a\u{2028}b\u{85}c\u{2029}".withoutLineSeparators == "a\nb\nc\n")
        #expect("äöü–…".withoutLineSeparators == "äöü–…")
    }

    @Test("reads folders in order, records with their fields, Markdown and text, and drops exact duplicates")
    func run() async throws {
        try await withTemporaryDirectory { folder in
            let prose = Pages.prose(0, characters: 800)
            func write(_ name: String, _ text: String) throws {
                let place = folder.appending(path: "pages/\(name)")
                try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: place)
            }
            try write("b.html", "<h1>One</h1><p>\(prose)</p>")
            try write("a/z.html", "<h1>Two</h1><p>\(Pages.prose(30, characters: 800))</p>")
            try write("c.md", "# Three\n\n\(prose.uppercased().lowercased())\n")
            try write("d_e.txt", Pages.prose(60, characters: 900))
            try write(
                "e.jsonl", "{\"id\":7,\"text\":\"# Five\\n\\n\(Pages.prose(90, characters: 700))\",\"mark\":true}\n\n{\"no\":1}\n{bad\n")
            try write("f.png", "no page")
            func outcomes(_ concurrency: Int) async throws -> ([JSONObject], [String]) {
                var stage = StageOptions(maxBroken: 1, quiet: true, concurrency: concurrency)
                stage.output = folder.appending(path: "out-\(concurrency).jsonl").path
                stage.rejects = folder.appending(path: "rejects-\(concurrency).jsonl").path
                _ = try await IngestStage(paths: [folder.appending(path: "pages").path]).run(stage)
                func lines(_ path: String?) throws -> [JSONObject] {
                    try String(contentsOfFile: path ?? "", encoding: .utf8).split(separator: "\n").map {
                        try JSONObject(parsing: String($0))
                    }
                }
                return (try lines(stage.output), try lines(stage.rejects).compactMap { $0["reason"]?.string })
            }
            let (kept, reasons) = try await outcomes(4)
            #expect(reasons == ["duplicate", "no_text_field", "not_json"])
            #expect(kept.map { $0["heading"]?.array?.last?.string } == ["Two", "One", "d e", "Five"])
            #expect(kept.last?["source_id"] == 7)
            #expect(kept.last?["mark"] == true)
            #expect(try await outcomes(1).0 == kept)
        }
    }

    @Test("says what to do where there is nothing to read")
    func nothing() async throws {
        #expect(throws: IngestError.missing(path: "/no/such/place")) { try PageSource(paths: ["/no/such/place"]) }
        try await withTemporaryDirectory { folder in
            let error = #expect(throws: IngestError.self) { try PageSource(paths: [folder.path]) }
            #expect(error == .nothingToRead(paths: [folder.path]))
        }
    }
}
