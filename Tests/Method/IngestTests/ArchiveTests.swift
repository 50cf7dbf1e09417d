import Foundation
import Ground
import TestSupport
import Testing

@testable import Ingest
@testable import Records

/// Archives made here: a response for each body, the records separated as WARC has it.
private func warc(_ bodies: [String], headers: String = "Content-Type: text/html\r\n") -> [[UInt8]] {
    bodies.enumerated().map { index, body in
        let response = "HTTP/1.1 200 OK\r\n\(headers)\r\n\(body)"
        let header =
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: <https://example.org/\(index)>\r\n"
            + "Content-Length: \(response.utf8.count)\r\n\r\n"
        return Array((header + response + "\r\n\r\n").utf8)
    }
}

/// What the reader says of the bytes: addresses of pages, or reasons.
private func read(_ bytes: [UInt8], name: String = "a.warc", limit: Int = 1_000_000) async throws -> [String] {
    try await withTemporaryDirectory { folder in
        let path = folder.appending(path: name).path
        try Data(bytes).write(to: URL(filePath: path))
        let reader = try WARCReader(path: path, longestBlock: limit)
        var found: [String] = []
        while let item = try reader.next() {
            switch item {
            case .record(let record):
                found.append("\(record.url ?? "-") \(record.source.start)-\(record.source.end)")
            case .broken(_, let rejection): found.append(rejection.reason)
            }
            guard found.count < 50 else { break }
        }
        return found
    }
}

@Suite struct WARCReaderTests {
    private let records = warc(["<p>one</p>", "<p>two</p>", "<p>three</p>"])

    @Test("reads plain records with their places in the file")
    func plain() async throws {
        let ends = records.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
        let found = try await read(records.flatMap { $0 })
        #expect(found.count == 3)
        #expect(found.first == "https://example.org/0 0-\(ends[1] - 4)")
        #expect(found.last?.hasPrefix("https://example.org/2 \(ends[2])-") == true)
    }

    @Test("reads one gzip member a record, or one for all")
    func gzip() async throws {
        let members = try records.map { try GzipMember.pack($0) }
        let found = try await read(members.flatMap { $0 }, name: "a.warc.gz")
        #expect(found.map { $0.split(separator: " ")[0] } == ["https://example.org/0", "https://example.org/1", "https://example.org/2"])
        #expect(found[1].hasPrefix("https://example.org/1 \(members[0].count)-"))
        let whole = try await read(try GzipMember.pack(records.flatMap { $0 }), name: "a.warc.gz")
        #expect(whole.count == 3)
    }

    @Test("goes on at the next gzip member behind a damaged one")
    func damagedMember() async throws {
        var members = try records.map { try GzipMember.pack($0) }
        for index in 20..<40 { members[1][index] ^= 0x5A }
        let found = try await read(members.flatMap { $0 }, name: "a.warc.gz")
        #expect(found.first?.hasPrefix("https://example.org/0") == true)
        #expect(found.last?.hasPrefix("https://example.org/2") == true)
        #expect(found.dropFirst().dropLast().allSatisfy { $0 == "damaged_gzip" || $0 == "truncated_record" } && found.count > 2)
    }

    @Test("says where a file ends inside a record or a member")
    func truncated() async throws {
        #expect(try await read(Array(records.flatMap { $0 }.dropLast(12))).last == "truncated_record")
        let packed = try GzipMember.pack(records.flatMap { $0 })
        #expect(try await read(Array(packed.dropLast(30)), name: "a.warc.gz").last?.hasPrefix("https") == false)
    }

    @Test("finds the next record behind a wrong length and behind junk")
    func wrongLength() async throws {
        let wrong = Array(String(decoding: records[1], as: UTF8.self).replacing(/Content-Length: \d+/, with: "Content-Length: 20").utf8)
        #expect(
            try await read(records[0] + wrong + records[2]).map { String($0.prefix(21)) } == [
                "https://example.org/0", "wrong_content_length", "https://example.org/2",
            ])
        let junk = Array("this is no record\r\n\r\n".utf8)
        #expect(
            try await read(records[0] + junk + records[2]).map { String($0.prefix(21)) } == [
                "https://example.org/0", "not_a_record", "https://example.org/2",
            ])
        let long = Array(String(decoding: records[1], as: UTF8.self).replacing(/Content-Length: \d+/, with: "Content-Length: 9999").utf8)
        #expect(try await read(long + records[2]).map { String($0.prefix(21)) } == ["truncated_record", "https://example.org/2"])
    }

    @Test(
        "lengths beyond everything end neither the reading nor the program",
        arguments: ["9223372036854775807", "9223372036854775000", "4611686018427387904", "99999999999999999999"])
    func hugeLength(_ length: String) async throws {
        let wrong = Array(
            String(decoding: records[1], as: UTF8.self).replacing(/Content-Length: \d+/, with: "Content-Length: \(length)").utf8)
        let found = try await read(records[0] + wrong + records[2]).map { String($0.prefix(21)) }
        #expect(found.first == "https://example.org/0" && found.last == "https://example.org/2")
        #expect(found.count == 3 && ["wrong_content_length", "no_content_length"].contains(found[1]))
        let whole = try await read(try GzipMember.pack(records[0] + wrong + records[2]), name: "a.warc.gz").map { String($0.prefix(21)) }
        #expect(whole == found)
    }

    @Test("a gzip member of its own marks a record whose length is wrong or missing", arguments: [-7, -1, 1, 6, 5000, nil])
    func memberLength(_ offset: Int?) async throws {
        let body = records[1].count
        let text = String(decoding: records[1], as: UTF8.self)
        let length = try #require(text.firstMatch(of: /Content-Length: (\d+)/).flatMap { Int($0.1) })
        let header = offset.map { "Content-Length: \(length + $0)" } ?? "X-Nothing: 1"
        let wrong = Array(text.replacing(/Content-Length: \d+/, with: header).utf8)
        let members = try [records[0], wrong, records[2]].map { try GzipMember.pack($0) }
        let found = try await read(members.flatMap { $0 }, name: "a.warc.gz").map { String($0.prefix(21)) }
        #expect(found == ["https://example.org/0", "https://example.org/1", "https://example.org/2"], "\(body)")
    }

    @Test("leaves out a record above the limit and goes on")
    func tooLarge() async throws {
        let large = warc([String(repeating: "x", count: 5000)])[0]
        let found = try await read(large + records[1], limit: 1000)
        #expect(found.first == "page_too_large" && found.count == 2)
    }

    @Test(
        "ends on any bytes", arguments: ["", "WARC/1.0", "WARC/1.0\r\n\r\n", "\r\n\r\n", "WARC/1.0\r\nContent-Length: -5\r\n\r\n", "x\n\n"])
    func anything(_ text: String) async throws { _ = try await read(Array(text.utf8)) }

    @Test("reads ARC records, addresses with spaces among them, and passes over bad lengths")
    func arc() async throws {
        let body = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>x</p>"
        let text =
            "filedesc://a.arc 127.0.0.1 20140216050221 text/plain 4\n1 0\n\n"
            + "http://example.org/a b 127.0.0.1 20140216050221 text/html \(body.utf8.count)\n\(body)\n"
            + "http://example.org/c 127.0.0.1 20140216050221 text/html -1\n\n"
            + "http://example.org/d 127.0.0.1 20140216050221 text/html \(body.utf8.count)\n\(body)\n"
        let found = try await read(Array(text.utf8), name: "a.arc")
        #expect(
            found.map { $0.split(separator: " ").first.map(String.init) } == [
                "http://example.org/a", "no_content_length", "http://example.org/d",
            ])
    }

    @Test(
        "counts the records of real files as other readers do", .enabled(if: SharedData.isPresent, "needs ../shared/data"),
        arguments: [
            ("allenai+dolma/sample-0000.warc.gz", 48, 0), ("allenai+dolma/sample-0001.warc.gz", 34, 0),
            ("chatnoir-eu+chatnoir-resiliparse/warcfile.warc", 50, 0), ("chatnoir-eu+chatnoir-resiliparse/warcfile.warc.gz", 50, 0),
            ("chatnoir-eu+chatnoir-resiliparse/clueweb-quirk.warc.gz", 30, 0), ("chatnoir-eu+chatnoir-resiliparse/clipped.warc.gz", 0, 1),
            ("commoncrawl+whirlwind-python/whirlwind.warc.wet.gz", 2, 0), ("webrecorder+pywb/iana.warc.gz", 343, 0),
            ("webrecorder+pywb/missing-status-text.warc", 1, 0), ("webrecorder+pywb/bad.arc", 1, 3),
            ("webrecorder+warcio/example-trunc.warc", 4, 1), ("webrecorder+warcio/example-wrong-chunks.warc.gz", 2, 0),
            ("webrecorder+warcio/example.arc.gz", 2, 0), ("webrecorder+warcio/post-test.warc.gz", 6, 0),
        ])
    func realFiles(_ name: String, _ records: Int, _ broken: Int) throws {
        let folder = try #require(SharedData.directory)
        let reader = try WARCReader(path: folder.appending(path: "warc/\(name)").path, longestBlock: 20_000_000)
        var faults = 0
        while let item = try reader.next() { if case .broken = item { faults += 1 } }
        #expect(reader.recordCount == records)
        #expect(faults == broken)
    }
}

@Suite struct HTTPResponseTests {
    private func response(_ headers: String, _ body: [UInt8]) -> HTTPResponse? {
        HTTPResponse(Array("HTTP/1.1 200 OK\r\n\(headers)\r\n".utf8) + body, bodyLimit: 10_000)
    }

    @Test("puts chunks together, and leaves a body alone whose header lies")
    func chunks() {
        let chunked = "Transfer-Encoding: chunked\r\n"
        #expect(response(chunked, Array("4\r\nWiki\r\n6;x=y\r\npedia \r\n0\r\n\r\n".utf8))?.body == Array("Wikipedia ".utf8))
        #expect(response(chunked, Array("<p>whole</p>".utf8))?.body == Array("<p>whole</p>".utf8))
        #expect(response(chunked, Array("ff\r\nshort".utf8))?.body == Array("short".utf8))
    }

    @Test("unpacks gzip, and says so where it cannot")
    func packed() throws {
        let packed = try GzipMember.pack(Array("<p>hello</p>".utf8))
        #expect(response("Content-Encoding: gzip\r\n", packed)?.body == Array("<p>hello</p>".utf8))
        #expect(response("Content-Encoding: gzip\r\n", Array("<p>plain</p>".utf8))?.body == Array("<p>plain</p>".utf8))
        #expect(response("Content-Encoding: br\r\n", [1, 2, 3])?.fault?.reason == "unknown_encoding")
        var damaged = packed
        for index in 10..<packed.count { damaged[index] = 0xFF }
        #expect(response("Content-Encoding: gzip\r\n", damaged)?.fault?.reason == "damaged_body")
        let bomb = try GzipMember.pack([UInt8](repeating: 97, count: 1_000_000))
        #expect(response("Content-Encoding: gzip\r\n", bomb)?.fault?.reason == "page_too_large")
    }

    @Test(
        "a content type of any letters is read",
        arguments: [
            ("text/html; charset=UTF-8; name=\"İİİİİİİİİİİİİİİ\"", "utf-8"), ("ﬀﬀﬀİ; charset=KOI8-R", "koi8-r"), ("İ charset=", nil),
            ("text/html;ẞ=Ω;Charset=\"big5\"", "\"big5\""),
        ])
    func strangeTypes(_ type: String, _ charset: String?) {
        #expect(response("Content-Type: \(type)\r\n", [])?.charset == charset)
    }

    @Test("reads status, type, character set and opt-outs")
    func headers() {
        let found = response("content-type: Text/HTML; Charset=utf-8\r\nX-Robots-Tag: noindex, noai\r\n", [])
        #expect(found?.status == 200)
        #expect(found?.mediaType == "text/html")
        #expect(found?.charset == "utf-8")
        #expect(found?.optOut == "noai")
        #expect(HTTPResponse(Array("GET / HTTP/1.1".utf8), bodyLimit: 10) == nil)
    }
}

@Suite struct ArchivePagesTests {
    /// The forms of the pages among records of one type and content type.
    private func forms(_ type: String, _ contentType: String?, _ block: String) async throws -> [RawPage.Form] {
        let content = contentType.map { "Content-Type: \($0)\r\n" } ?? ""
        let head = type.isEmpty ? "" : "WARC-Type: \(type)\r\n"
        let record =
            "WARC/1.0\r\n\(head)WARC-Target-URI: https://example.org/\r\n\(content)Content-Length: \(block.utf8.count)\r\n\r\n\(block)\r\n\r\n"
        return try await withTemporaryDirectory { folder in
            let path = folder.appending(path: "a.warc").path
            try Data(record.utf8).write(to: URL(filePath: path))
            let pages = try ArchivePages(path: path, options: IngestOptions())
            var forms: [RawPage.Form] = []
            while let page = try pages.next() { forms.append(page.form) }
            return forms
        }
    }

    @Test("records without a type, or with one that says nothing, are pages where they begin like one")
    func types() async throws {
        let page = "\r\n<!DOCTYPE html><p>x"
        for type in [nil, "", "application/octet-stream", "unknown/unknown", "html", "text/hţml x"] {
            #expect(try await forms("resource", type, page) == [.html], "\(type ?? "nil")")
        }
        #expect(try await forms("resource", "application/octet-stream", "\u{7F}ELF") == [])
        #expect(try await forms("resource", "image/svg+xml", "<svg>") == [])
        let answer = "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n<html><p>x"
        #expect(try await forms("RESPONSE", "application/http; msgtype=response", answer) == [.html])
        #expect(try await forms("", "application/http;msgtype=response", answer) == [.html])
        #expect(try await forms("", "application/http;msgtype=request", "GET / HTTP/1.1\r\n\r\n") == [])
        #expect(try await forms("metadata", "text/html", page) == [])
    }

    @Test("gives the pages of an archive to ingest, with address, character set and opt-out")
    func pages() async throws {
        let prose = Pages.prose(0, characters: 800)
        let bodies =
            warc(["<h1>One</h1><p>\(prose)"]) + warc(["x"], headers: "Content-Type: image/png\r\n")
            + warc(["<h1>Two</h1><p>\(prose)"], headers: "Content-Type: text/html\r\nTDM-Reservation: 1\r\n")
        try await withTemporaryDirectory { folder in
            let path = folder.appending(path: "a.warc.gz").path
            try Data(try bodies.flatMap { try GzipMember.pack($0) }).write(to: URL(filePath: path))
            var source = try PageSource(paths: [path])
            let ingester = Ingester()
            var outcomes: [Outcome] = []
            while let page = try source.nextPage() { outcomes += ingester.passages(from: page).outcomes }
            #expect(outcomes.count == 2)
            let record = try #require(PageResult(outcomes: outcomes).kept.first)
            #expect(record["url"] == "https://example.org/0")
            guard case .dropped(_, let rejection) = outcomes[1] else {
                Issue.record("an opt-out was not dropped")
                return
            }
            #expect(rejection.reason == "opt_out")
            var options = IngestOptions()
            options.ignoresOptOut = true
            #expect(options.settings["ignore_opt_out"] == true)
            source = try PageSource(paths: [path])
            var taken: [JSONObject] = []
            while let page = try source.nextPage() { taken += Ingester(options: options).passages(from: page).kept }
            #expect(taken.map { $0["opt_out"] } == [nil, "tdm_reservation"])
        }
    }
}
