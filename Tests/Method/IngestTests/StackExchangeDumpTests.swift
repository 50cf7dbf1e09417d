import Foundation
import TestSupport
import Testing

@testable import Ingest

@Suite struct StackExchangeDumpTests {
    private static let prose = Pages.prose(0, characters: 800)
    private static let posts = """
        \u{FEFF}<?xml version="1.0" encoding="utf-8"?>
        <posts>
          <row Id="1" PostTypeId="1" AcceptedAnswerId="3" Score="5" Title="How do beans climb &amp; hold?" Body="&lt;p&gt;No page&lt;/p&gt;" />
          <row Id="2" PostTypeId="2" ParentId="1" Score="7" Body="&lt;p&gt;\(prose)&lt;/p&gt;&#xA;&lt;ul&gt;&lt;li&gt;A &lt;em&gt;pole&lt;/em&gt;&lt;/li&gt;&lt;/ul&gt;" />
          <row Id="3" PostTypeId="2" ParentId="1" Score="-1" Body="&lt;p&gt;\(Pages.prose(40, characters: 700))&lt;/p&gt;" ContentLicense="CC BY-SA 4.0" />
          <row Id="4" PostTypeId="2" ParentId="1" Score="0" Body="&lt;p&gt;Neither accepted nor voted for&lt;/p&gt;" />
          <row Id="5" PostTypeId="4" Body="&lt;p&gt;A tag's description&lt;/p&gt;" />
          <row Id="6" PostTypeId="2" ParentId="99" Score="3" Body="&lt;p&gt;Of a question that is gone&lt;/p&gt;" />
          <row Id="x" PostTypeId="2" />
        </posts>

        """

    private static var areSamplesPresent: Bool {
        guard let folder = SharedData.directory?.appending(path: "seeds/stackexchange") else { return false }
        return ["beer", "coffee"].allSatisfy { FileManager.default.fileExists(atPath: folder.appending(path: "\($0).Posts.xml.gz").path) }
    }

    private func pages(_ text: String, name: String = "Posts.xml", inFolder: Bool = false) async throws -> [RawPage] {
        try await withTemporaryDirectory { folder in
            let place = folder.appending(path: name)
            try Data(text.utf8).write(to: place)
            var source = try PageSource(paths: [inFolder ? folder.path : place.path])
            var pages: [RawPage] = []
            while let page = try source.nextPage() { pages.append(page) }
            return pages
        }
    }

    @Test("makes a page of each answer that was accepted or voted for, titled with its question")
    func answers() async throws {
        let found = try await pages(Self.posts)
        try #require(found.map { $0.fault?.reason } == [nil, nil, "no_question", "no_post"])
        #expect(
            found.first?.fields == [
                "id": 2, "title": "How do beans climb & hold?", "question_id": 1, "score": 7, "is_accepted": false, "licence": "CC BY-SA",
            ])
        let record = try #require(Ingester().passages(from: found[0]).kept.first)
        #expect(record["heading"] == .array(["How do beans climb & hold?"]))
        #expect(record["title"] == "How do beans climb & hold?")
        #expect(record["text"]?.string == Self.prose + "\n\n- A pole")
        #expect(record["source_id"] == 2)
        #expect(record["question_id"] == 1)
        #expect(record["score"] == 7)
        #expect(record["licence"] == "CC BY-SA")
        let accepted = try #require(Ingester().passages(from: found[1]).kept.first)
        #expect(accepted["is_accepted"] == true)
        #expect(accepted["licence"] == "CC BY-SA 4.0")
    }

    @Test("finds an answer again by the bytes that its source names")
    func places() async throws {
        let bytes = Array(Self.posts.utf8)
        let found = try await pages(Self.posts).prefix(2)
        #expect(found.count == 2)
        for page in found {
            let piece = String(decoding: bytes[page.source.start..<page.source.end], as: UTF8.self)
            #expect(piece.contains("<row Id=\"\(page.fields["id"]?.integer ?? 0)\""))
        }
    }

    @Test("knows a dump without a telling name by its root")
    func sniffs() async throws { #expect(try await pages(Self.posts, name: "dump").count == 4) }

    @Test("refuses feeds and other XML with what it would read", arguments: ["rss", "feed", "urlset", "comments"])
    func refusals(_ root: String) async throws {
        let text = "<?xml version=\"1.0\"?><\(root) version=\"2.0\"><channel><row Id=\"1\"/></channel></\(root)>"
        let error = await #expect(throws: IngestError.self) { try await pages(text, name: "a.xml") }
        guard case .unsupportedXML(_, root)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.description.contains("Posts.xml") == true)
        let met = try await pages(text, name: "a.xml", inFolder: true)
        #expect(met.map { $0.fault?.reason } == ["unsupported_xml"])
    }

    @Test("gives the answers before the place where a dump breaks, then the reason")
    func torn() async throws {
        let text = Self.posts
        let end = try #require(text.range(of: "Neither"))
        let found = try await pages(String(text[..<end.lowerBound]))
        try #require(found.map { $0.fault?.reason } == [nil, nil, "not_xml"])
        guard case .broken(_, let rejection)? = Ingester().passages(from: found[2]).outcomes.first else {
            Issue.record("the torn end is not broken")
            return
        }
        #expect(rejection.value.string?.hasPrefix("line 6: ") == true)
    }

    @Test(
        "reads a real dump from gzip in one pass, nearly all of its good answers",
        .enabled(if: Self.areSamplesPresent, "needs ../shared/data/seeds/stackexchange"), arguments: ["beer", "coffee"])
    func real(_ site: String) throws {
        let path = try #require(SharedData.directory).appending(path: "seeds/stackexchange/\(site).Posts.xml.gz").path
        var source = try PageSource(paths: [path])
        let ingester = Ingester()
        var (pages, kept, faults, words, wordsInBodies) = (0, 0, 0, 0, 0)
        var whole = IngestOptions()
        whole.wholePage = true
        let reader = Ingester(options: whole)
        while let page = try source.nextPage() {
            pages += 1
            faults += page.fault == nil ? 0 : 1
            kept += ingester.passages(from: page).kept.count
            let tree = HTMLParser.parse(page.body)
            wordsInBodies += String(decoding: tree.text, as: UTF8.self).split(whereSeparator: \.isWhitespace).count
            words += (reader.passages(from: page).kept.first?["text"]?.string ?? "").split(whereSeparator: \.isWhitespace).count
        }
        print("\(site): \(pages) answers, \(kept) passages, \(faults) faults, \(words) of \(wordsInBodies) words")
        #expect(pages > 200 && kept > 50)
        #expect(faults * 100 <= pages)
        #expect(words * 100 >= wordsInBodies * 98)
    }
}
