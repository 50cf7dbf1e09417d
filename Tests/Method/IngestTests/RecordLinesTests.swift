import Foundation
import Ground
import TestSupport
import Testing

@testable import Ingest
@testable import Records

@Suite struct RecordLinesTests {
    private func read(_ bytes: [UInt8], name: String, longest: Int = 1_000_000) async throws -> [String] {
        try await withTemporaryDirectory { folder in
            let place = folder.appending(path: name)
            try Data(bytes).write(to: place)
            let lines = try RecordLines(path: place.path, textField: "text", longestLine: longest)
            var found: [String] = []
            while let page = try lines.next()?.parsed {
                found.append(page.fault?.reason ?? "\(String(decoding: page.body, as: UTF8.self)) \(page.source.start)-\(page.source.end)")
            }
            return found
        }
    }
    private let text = "{\"text\":\"one\"}\n\n{\"text\":\"two\"}"

    @Test("reads plain and packed lines alike, with or without a last line end")
    func lines() async throws {
        for end in ["", "\n", "\n \n"] {
            let bytes = Array((text + end).utf8)
            #expect(try await read(bytes, name: "a.jsonl") == ["one 0-14", "two 16-30"])
            #expect(try await read(try GzipMember.pack(bytes), name: "a.jsonl.gz") == ["one 0-14", "two 16-30"])
        }
        #expect(try await read([], name: "a.jsonl") == [])
    }

    @Test("byte-order marks are passed over, also those in the middle of files put together; UTF-16 is told")
    func marks() async throws {
        let marked = Array(("\u{FEFF}{\"text\":\"one\"}\n\u{FEFF}{\"text\":\"two\"}\n\u{FEFF}\n").utf8)
        #expect(try await read(marked, name: "a.jsonl").map { String($0.prefix(3)) } == ["one", "two"])
        #expect(try await read(try GzipMember.pack(marked), name: "a.jsonl.gz").count == 2)
        for bytes in [[0xFF, 0xFE, 0x7B, 0x00], [0xFE, 0xFF, 0x00, 0x7B]] as [[UInt8]] {
            await #expect(throws: IngestError.self) { try await read(bytes, name: "a.jsonl") }
        }
    }

    @Test("passes over a line above the limit, and says where gzip data are damaged")
    func faults() async throws {
        let long = "{\"text\":\"\(String(repeating: "x", count: 600_000))\"}\n" + text
        #expect(
            try await read(Array(long.utf8), name: "a.jsonl", longest: 1000).map { $0.split(separator: " ")[0] } == [
                "page_too_large", "one", "two",
            ])
        let packed = try GzipMember.pack(Array((text + "\n").utf8))
        let cut = try await read(Array(packed.dropLast(9)), name: "a.jsonl.gz")
        #expect(cut.last == "damaged_gzip" && cut.count <= 3)
    }

    @Test("packed pages, Markdown, text and records in a folder are read like plain ones")
    func packedPages() async throws {
        try await withTemporaryDirectory { folder in
            let prose = Pages.prose(0, characters: 300)
            for (name, text) in [
                ("a.html.gz", "<h1>Beans</h1><p>\(prose)</p>"), ("b.md.gz", "# Beans\n\n\(prose)"), ("c.txt.gz", prose),
                ("d.jsonl.gz", "{\"text\":\"\(prose)\"}\n"), ("e.html", "<h1>Beans</h1><p>\(prose)</p>"),
            ] {
                let bytes = Array(text.utf8)
                try Data(name.hasSuffix(".gz") ? try GzipMember.pack(bytes) : bytes).write(to: folder.appending(path: name))
            }
            var source = try PageSource(paths: [folder.path])
            var options = IngestOptions(preset: .none)
            options.personalData = .keep
            let ingester = Ingester(options: options)
            var texts: [String] = []
            while let page = try source.nextPage() { texts += ingester.passages(from: page).kept.compactMap { $0["text"]?.string } }
            #expect(texts.count == 5)
            #expect(Set(texts).count == 1)
        }
    }

    @Test("a line is read once, however often and by whomever it is asked for, and tells its address before it is worked on")
    func readOnce() async throws {
        try await withTemporaryDirectory { folder in
            let place = folder.appending(path: "a.jsonl")
            try Data("{\"id\":\"r1\",\"text\":\"one\",\"url\":\"https://a.example/1\"}\nnot json\n".utf8).write(to: place)
            let lines = try RecordLines(path: place.path, textField: "text", longestLine: 1000)
            var page = try #require(try lines.next())
            #expect(page.url == "https://a.example/1" && page.identifiers == ["r1"])
            // The bytes of the line are not asked again.
            page.body = []
            #expect(page.parsed.body == Array("one".utf8))
            let broken = try #require(try lines.next())
            #expect(broken.url == nil && broken.parsed.fault?.reason == "not_json")
        }
    }
}
