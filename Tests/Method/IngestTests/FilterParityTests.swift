import Foundation
import Ground
import TestSupport
import Testing

@testable import Ingest
@testable import Records

/// Decisions of the filters beside those of datatrove 0.10.1 on real documents; Goldens/make_filter_goldens.py wrote those down.
@Suite(.enabled(if: SharedData.isPresent, "needs ../shared/data")) struct FilterParityTests {
    private struct Line {
        var text: String
        var wanted: [String]
    }

    private static let lines: [Line] = {
        let place = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens/filters.tsv")
        guard let golden = try? String(contentsOf: place, encoding: .utf8), let folder = SharedData.directory else { return [] }
        var lines: [Line] = []
        var (open, texts): (String, [String]) = ("", [])
        for row in golden.split(separator: "\n") {
            let fields = row.split(separator: "\t").map(String.init)
            guard fields.count == 6, let number = Int(fields[1]) else { continue }
            if fields[0] != open {
                open = fields[0]
                texts = FilterParityTests.texts(of: folder.appending(path: "text/\(open)").path)
            }
            guard number < texts.count else { continue }
            let text = String(String.UnicodeScalarView(texts[number].unicodeScalars.prefix(number % 2 == 1 ? 1500 : 20_000)))
            lines.append(Line(text: text, wanted: Array(fields[2...])))
        }
        return lines
    }()

    private static func texts(of file: String) -> [String] {
        guard let data = FileManager.default.contents(atPath: file) else { return [] }
        let bytes = Inflater.unpack([UInt8](data), .gzip, limit: 1 << 30).output
        return bytes.split(separator: 10).map { (try? JSONObject(parsing: Array($0)))?["text"]?.string ?? "" }
    }

    /// The share of documents on which decision and first reason are the same, with the first few that differ.
    private func agreement(_ column: Int, _ decide: (String) -> String?) -> (share: Double, differences: [String]) {
        var (same, differences): (Int, [String]) = (0, [])
        for line in FilterParityTests.lines {
            let found = decide(line.text) ?? "-"
            if found == line.wanted[column] {
                same += 1
            } else if differences.count < 10 {
                differences.append("\(found) for \(line.wanted[column]): \(line.text.prefix(60))")
            }
        }
        return (Double(same) / Double(max(1, FilterParityTests.lines.count)), differences)
    }

    @Test("Gopher's quality filter decides as datatrove's, but for words split otherwise")
    func gopherQuality() {
        let filter = GopherQualityFilter()
        let (share, differences) = agreement(0) { filter.rejection(of: FilterText($0), language: "en")?.reason }
        #expect(share >= 0.99, "\(share) \(differences)")
    }

    @Test("Gopher's repetition filter decides as datatrove's, but for words split otherwise")
    func gopherRepetition() {
        let filter = GopherRepetitionFilter()
        let (share, differences) = agreement(1) { filter.rejection(of: FilterText($0))?.reason }
        #expect(share >= 0.99, "\(share) \(differences)")
    }

    @Test("C4's filter decides as datatrove's, but for sentences split otherwise")
    func c4() {
        var filter = C4Filter()
        filter.needsEndMark = false
        let (share, differences) = agreement(2) { text in
            filter.review(text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)).finding.rejection?.reason
        }
        #expect(share >= 0.98, "\(share) \(differences)")
    }

    @Test("FineWeb's filter decides as datatrove's")
    func fineWeb() {
        let filter = FineWebFilter()
        let (share, differences) = agreement(3) { filter.rejection(of: FilterText($0))?.reason }
        #expect(share >= 0.99, "\(share) \(differences)")
    }
}
