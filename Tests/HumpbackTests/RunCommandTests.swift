import Foundation
import TestSupport
import Testing

@Suite struct RunCommandTests {
    @Test("the loop goes from pages to compared models, does nothing twice, and takes another selection where curation kept nothing")
    func loop() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            let words = [
                "run", "--run", place.path, "--base", "base", "--corpus", "pages", "--seed-data", "seed.jsonl", "--iterations", "1",
                "--steps", "150", "--precision", "float32",
            ]
            let none = try BuiltTool.run(words + ["--min-score", "5"], in: kitchen.folder)
            #expect(none.status == 2 && none.messages.contains("curate kept nothing"), "\(none)")
            let half = try BuiltTool.run(words + ["--top-fraction", "0.5"], in: kitchen.folder)
            #expect(half.status == 0 && half.output.contains("| M1 |"), "\(half)")
            #expect(!half.messages.contains("judge1:"), "the judge was trained before: \(half)")
            let again = try BuiltTool.run(words + ["--top-fraction", "0.5"], in: kitchen.folder)
            #expect(again.status == 0 && again.output == half.output && !again.messages.contains("M1:"), "\(again)")
            let other = try BuiltTool.run(words + ["--min-score", "2"], in: kitchen.folder)
            #expect(other.status == 2 && other.messages.contains("was done with other inputs or options"), "\(other)")
        }
    }
}
