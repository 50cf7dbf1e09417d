import Foundation
import TestSupport
import Testing

@Suite struct LabelCommandTests {
    private let files = [
        "pairs.jsonl": (0..<6).map {
            "{\"id\": \"p\($0)\", \"instruction\": \"Say \($0).\", \"output\": \"It is \($0), \(String(repeating: "and long ", count: 30)).\", "
                + "\"score\": \(1 + Double($0) / 2), \"ratings\": [], \"origin\": \"augmented\"}\n"
        }.joined()
    ]

    private func labels(_ place: URL) throws -> [String] {
        try String(contentsOf: place.appending(path: "pairs.jsonl.labels.jsonl"), encoding: .utf8).split(separator: "\n").map(String.init)
    }

    @Test("keys become verdicts in an order that knows no score, back mends one, and the same command goes on where a killed one stopped")
    func keys() async throws {
        try await withTemporaryDirectory { place in
            let first = try BuiltTool.run("label", "pairs.jsonl", input: "yxnbys q", in: place, files: files)
            #expect(first.status == 0 && first.messages.contains("2 verdicts: 2 y, 0 n, 1 skipped, 3 pairs left"), "\(first)")
            #expect(
                !first.messages.contains("score") && first.messages.contains("Train on it? y train on it")
                    && first.messages.contains("n before"))
            #expect(first.messages.split(separator: "\n").filter { $0.contains("and long") }.allSatisfy { $0.count <= 110 })
            let order = first.messages.split(separator: "\n").filter { $0.hasPrefix("Say ") }
            let written = try labels(place)
            #expect(written.count == 4 && written[1].contains("false") && written[2].contains("true") && written[3].contains("null"))
            let handle = try FileHandle(forWritingTo: place.appending(path: "pairs.jsonl.labels.jsonl"))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(#"{"id": "p"#.utf8))
            try handle.close()
            let rest = try BuiltTool.run("label", "pairs.jsonl", input: "nnnnnn", in: place)
            #expect(rest.status == 0 && rest.messages.contains("5 verdicts: 2 y, 3 n, 1 skipped, 0 pairs left"), "\(rest)")
            let others = rest.messages.split(separator: "\n").filter { $0.hasPrefix("Say ") }
            #expect(others.count == 3 && Set(others).intersection(order).count == 1)
            #expect(try labels(place).count == 7)
            let again = try BuiltTool.run("label", "pairs.jsonl", input: "n", in: place)
            #expect(again.messages.contains("all 6 pairs have been looked at"), "\(again)")
            let calibrated = try BuiltTool.run("calibrate", "--labels", "pairs.jsonl.labels.jsonl", "pairs.jsonl", in: place)
            #expect(calibrated.messages.contains("5 rated pairs have a verdict"), "\(calibrated)")
        }
    }

    @Test("what is no pair, and a file of something else, are refused with what to do")
    func refused() async throws {
        try await withTemporaryDirectory { place in
            let all = files.merging(["passages.jsonl": "{\"id\": \"a\", \"text\": \"t\"}\n", "mine.jsonl": "notes\n"]) { one, _ in one }
            let passage = try BuiltTool.run("label", "passages.jsonl", input: "y", in: place, files: all)
            #expect(passage.status != 0 && passage.messages.contains("humpback augment"), "\(passage)")
            let other = try BuiltTool.run("label", "--labels", "mine.jsonl", "pairs.jsonl", input: "y", in: place)
            #expect(other.status != 0 && other.messages.contains("mine.jsonl:1 is no verdict"), "\(other)")
        }
    }
}
