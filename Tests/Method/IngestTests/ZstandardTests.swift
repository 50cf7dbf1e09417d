import CZstd
import Foundation
import TestSupport
import Testing

@testable import Ingest
@testable import Records

@Suite struct ZstandardTests {
    /// A frame as the library itself packs it.
    private static func pack(_ bytes: [UInt8]) throws -> [UInt8] {
        var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
        let count = ZSTD_compress(&output, output.count, bytes, bytes.count, 3)
        try #require(ZSTD_isError(count) == 0)
        return Array(output[..<count])
    }

    private func record(_ number: Int, _ body: String) -> [UInt8] {
        let block = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n\(body)"
        let head = "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/\(number)\r\n"
        return Array((head + "Content-Length: \(block.utf8.count)\r\n\r\n" + block + "\r\n\r\n").utf8)
    }

    private func read(_ path: String) throws -> [String] {
        let reader = try WARCReader(path: path, longestBlock: 10_000_000)
        var found: [String] = []
        while let item = try reader.next() {
            switch item {
            case .record(let record): found.append("\(record.url ?? "-") \(record.source.start)")
            case .broken(_, let rejection): found.append(rejection.reason)
            }
        }
        return found
    }

    private func reading(_ bytes: [UInt8]) async throws -> [String] {
        try await withTemporaryDirectory { folder in
            let path = folder.appending(path: "a.warc.zst").path
            try Data(bytes).write(to: URL(filePath: path))
            return try read(path)
        }
    }

    @Test("reads one frame a record with its place in the file, and one for all")
    func frames() async throws {
        let records = (0..<3).map { record($0, String(repeating: "bean ", count: 200_000 * $0 + 5)) }
        let frames = try records.map(ZstandardTests.pack)
        let found = try await reading(frames.flatMap { $0 })
        #expect(
            found == [
                "https://example.org/0 0", "https://example.org/1 \(frames[0].count)",
                "https://example.org/2 \(frames[0].count + frames[1].count)",
            ])
        let whole = try await reading(ZstandardTests.pack(records.flatMap { $0 }))
        #expect(whole.map { $0.split(separator: " ")[0] } == ["https://example.org/0", "https://example.org/1", "https://example.org/2"])
    }

    @Test("takes the dictionary that an archive begins with")
    func dictionary() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens/dictionary.warc.zst").path
        let found = try read(path)
        #expect(found.map { $0.split(separator: " ")[0] } == (0..<5).map { "https://example.org/\($0)" })
        // The first record's place is that of its own frame, behind the dictionary's.
        #expect(found.first?.hasSuffix(" 0") == false)
    }

    @Test("goes on at the next frame behind a damaged one, and says where the file ends inside of one")
    func damaged() async throws {
        let frames = try (0..<3).map { try ZstandardTests.pack(record($0, Pages.prose($0, characters: 800))) }
        var damaged = frames
        for index in 20..<60 { damaged[1][index] ^= 0x5A }
        let found = try await reading(damaged.flatMap { $0 })
        #expect(found.first == "https://example.org/0 0")
        #expect(found.last?.hasPrefix("https://example.org/2") == true && found.count == 3, "\(found)")
        let cut = try await reading(Array(frames.flatMap { $0 }.dropLast(9)))
        #expect(cut.last == "truncated_record" || cut.last == "damaged_gzip", "\(cut)")
    }

    @Test("a packed page and packed records are read by name", arguments: ["a.html.zst", "a.jsonl.zst"])
    func names(_ name: String) async throws {
        let text = name.contains("jsonl") ? "{\"text\":\"# One\\n\\nbean\"}\n" : "<h1>One</h1><p>bean</p>"
        try await withTemporaryDirectory { folder in
            let path = folder.appending(path: name).path
            try Data(try ZstandardTests.pack(Array(text.utf8))).write(to: URL(filePath: path))
            var source = try PageSource(paths: [path])
            #expect(try source.nextPage()?.fault == nil)
        }
    }

    @Test("a damaged dictionary is told")
    func damagedDictionary() async throws {
        await #expect(throws: IngestError.self) { try await reading([0x5D, 0x2A, 0x4D, 0x18, 0xFF, 0xFF, 0, 0, 1, 2, 3]) }
    }
}
