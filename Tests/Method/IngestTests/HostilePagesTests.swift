import Foundation
import Ground
import TestSupport
import Testing

@testable import Ingest
@testable import Records

/// Pages made to hurt: each ends in bounded time, with text or a reason.
@Suite struct HostilePagesTests {
    private func outcome(_ bytes: [UInt8], limit: Int = 20_000_000) -> String {
        var options = IngestOptions(preset: .none)
        options.maximumPageBytes = limit
        let page = RawPage(source: .init(file: "a.html", start: 0, end: bytes.count), form: .html, body: bytes)
        let outcomes = Ingester(options: options).passages(from: page).outcomes
        switch outcomes.first {
        case .kept: return "kept"
        case .dropped(_, let rejection), .broken(_, let rejection): return rejection.reason
        case nil: return "nothing"
        }
    }
    private let prose = Pages.prose(0, characters: 300)

    @Test("a hundred thousand nested elements", .timeLimit(.minutes(1)), arguments: ["div", "b", "blockquote", "ul><li", "table><tr><td"])
    func nested(_ tag: String) {
        let text = String(repeating: "<\(tag)>", count: 100_000) + "<p>\(prose)</p>"
        #expect(["kept", "too_many_elements"].contains(outcome(Array(text.utf8))))
    }

    @Test("a million attributes, on one element and on many", .timeLimit(.minutes(1)))
    func attributes() {
        let one = "<p " + (0..<1_000_000).map { "a\($0)=1 " }.joined() + ">\(prose)"
        #expect(outcome(Array(one.utf8)) == "kept")
        let many = String(repeating: "<i class=a id=b c=d>x</i>", count: 330_000) + "<p>\(prose)"
        #expect(["kept", "too_many_elements", "too_long"].contains(outcome(Array(many.utf8))))
    }

    @Test("entities without end, tags that never close, comments that never end", .timeLimit(.minutes(1)))
    func unfinished() {
        #expect(outcome(Array(String(repeating: "&amp;&#x41;&nosuch ", count: 500_000).utf8)) != "nothing")
        for piece in ["<", "<!--", "<a href=\"", "</", "<script>", "<![CDATA[", "&#", "<p", "<table>", "<a>", "<form><b>"] {
            let text = "<p>\(prose)</p>" + String(repeating: piece, count: 300_000)
            #expect(["kept", "too_many_elements"].contains(outcome(Array(text.utf8))), "\(piece)")
        }
    }

    @Test("a hundred thousand paragraphs, in time that grows with their number alone", .timeLimit(.minutes(1)))
    func manyBlocks() {
        #expect(["kept", "too_long"].contains(outcome(Array(String(repeating: "<p>word word word</p>", count: 200_000).utf8))))
    }

    @Test("binary junk under the name of a page")
    func binary() {
        var random = KeyedRandom(seed: 1, key: "junk")
        #expect(outcome((0..<100_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }) == "binary")
    }

    @Test("a page above the limit, and a gzip bomb of one, are broken before they are read")
    func large() async throws {
        #expect(outcome([UInt8](repeating: 97, count: 2000), limit: 1000) == "page_too_large")
        try await withTemporaryDirectory { folder in
            let place = folder.appending(path: "bomb.html.gz")
            try Data(try GzipMember.pack([UInt8](repeating: 97, count: 60_000_000))).write(to: place)
            var source = try PageSource(paths: [place.path])
            let page = try #require(try source.nextPage())
            #expect(page.fault?.reason == "page_too_large" && page.body.isEmpty)
            #expect(try source.nextPage() == nil)
        }
    }

    @Test("a page of 200 MB is broken before it is read", .timeLimit(.minutes(1)))
    func huge() async throws {
        try await withTemporaryDirectory { folder in
            let place = folder.appending(path: "huge.html")
            try Data("<p>\(prose)</p>".utf8).write(to: place)
            // A hole takes no room on the disk.
            #expect(truncate(place.path, 200_000_000) == 0)
            var source = try PageSource(paths: [place.path])
            let page = try #require(try source.nextPage())
            #expect(page.fault?.reason == "page_too_large" && page.body.isEmpty)
            #expect(try source.nextPage() == nil)
        }
    }
}
