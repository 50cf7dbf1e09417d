import Foundation
import Inference
import TestSupport
import Testing

@Suite struct SameBytesTests {
    @Test(
        "augment and curate write the same bytes for every batch, every number of threads, and after a break", arguments: Precision.allCases
    )
    func everyBatch(precision: Precision) async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            func run(_ words: String...) throws -> BuiltTool.Ended {
                let ended = try BuiltTool.run(words + ["--precision", precision.rawValue, "--max-broken", "1"], in: kitchen.folder)
                #expect(ended.status == 0, "\(ended)")
                return ended
            }
            func augment(_ options: String...) throws -> Data {
                let output = place.appending(path: "\(UUID().uuidString).jsonl").path
                let base = ["augment", "--model", "backward", "--samples", "4", "--max-new-tokens", "24", "passages.jsonl", "-o", output]
                let ended = try BuiltTool.run(
                    base + options + ["--precision", precision.rawValue, "--max-broken", "1"], in: kitchen.folder)
                #expect(ended.status == 0, "\(ended)")
                return try Data(contentsOf: URL(filePath: output))
            }
            let reference = try augment("--batch", "32", "--threads", "2")
            #expect(!reference.isEmpty && String(decoding: reference, as: UTF8.self).contains("\"precision\":\"\(precision.rawValue)\""))
            #expect(try augment("--batch", "1", "--threads", "1") == reference)
            #expect(try augment("--batch", "7", "--threads", "2", "--kv-memory", "16") == reference)

            let broken = place.appending(path: "broken.jsonl")
            let words = [
                "augment", "--model", "backward", "--samples", "4", "--max-new-tokens", "24", "passages.jsonl", "-o", broken.path,
                "--resume", "--precision",
                precision.rawValue, "--max-broken", "1", "--batch", "2", "--threads", "1",
            ]
            // Killed as soon as there is more output than the last time, and gone on with, three times.
            for _ in 0..<3 {
                let before = (try? Data(contentsOf: broken).count) ?? 0
                try BuiltTool.killed(words, in: kitchen.folder) { ((try? Data(contentsOf: broken).count) ?? 0) > before }
            }
            let ended = try BuiltTool.run(words, in: kitchen.folder)
            #expect(ended.status == 0, "\(ended)")
            #expect(try Data(contentsOf: broken) == reference)

            let pairs = place.appending(path: "pairs.jsonl")
            try reference.write(to: pairs)
            let rated = try run("curate", "--model", "judge", "--keep-all", pairs.path).output
            #expect(try run("curate", "--model", "judge", "--keep-all", "--batch", "3", "--threads", "1", pairs.path).output == rated)
        }
    }
}
