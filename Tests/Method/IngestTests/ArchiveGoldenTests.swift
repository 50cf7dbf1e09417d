import Foundation
import TestSupport
import Testing

@testable import Ingest

/// Where the records of real archives begin, beside what fastwarc and warcio say; Goldens/make_warc_goldens.py wrote that down.
@Suite(.enabled(if: SharedData.isPresent, "needs ../shared/data")) struct ArchiveGoldenTests {
    struct Line: Sendable, CustomTestStringConvertible {
        var file: String
        var count: Int
        var offsets: [Int]
        var testDescription: String { file }
    }

    static let lines: [Line] = {
        let place = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens/warc.tsv")
        let text = (try? String(contentsOf: place, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 4, let count = Int(fields[2]) else { return nil }
            return Line(file: fields[0], count: count, offsets: fields[3].split(separator: ",").compactMap { Int($0) })
        }
    }()

    /// The others give a record whose bytes are cut or whose length is no number; here it is broken, with its place and a reason.
    private static let broken = [
        "chatnoir-eu+chatnoir-resiliparse/clipped.warc.gz": ["truncated_record"],
        "webrecorder+pywb/bad.arc": ["no_content_length", "no_content_length", "no_content_length"],
        "webrecorder+warcio/bad.arc": ["no_content_length", "no_content_length", "no_content_length"],
        "webrecorder+warcio/example-space-in-url.arc": ["truncated_record"],
        "webrecorder+warcio/example-trunc.warc": ["wrong_content_length"],
    ]

    @Test("finds the records that other readers find, where they find them, and says why one is broken", arguments: lines)
    func records(_ line: Line) throws {
        let folder = try #require(SharedData.directory)
        let reader = try WARCReader(path: folder.appending(path: "warc/\(line.file)").path, longestBlock: 20_000_000)
        var (starts, reasons): ([Int], [String]) = ([], [])
        reader.observe = { starts.append($0) }
        while let item = try reader.next() {
            guard case .broken(let source, let rejection) = item else { continue }
            starts.append(source.start)
            reasons.append(rejection.reason)
        }
        #expect(reasons == ArchiveGoldenTests.broken[line.file] ?? [])
        #expect(Set(starts).count == line.count)
        // Where one member holds all records, the others give its end for each; here the place is that in the unpacked stream.
        if Set(line.offsets).count == line.count { #expect(Set(starts) == Set(line.offsets)) }
    }

    @Test("has an answer for every archive of the folder")
    func isWhole() { #expect(ArchiveGoldenTests.lines.count == 47) }
}
