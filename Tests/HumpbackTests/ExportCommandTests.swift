import Foundation
import TestSupport
import Testing

@Suite struct ExportCommandTests {
    @Test("pairs and seeds become one file in another layout, with a card, and finetune reads it as seeds")
    func exported() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            let (out, card) = (place.appending(path: "train.jsonl").path, place.appending(path: "README.md").path)
            let counts = place.appending(path: "ingest.json").path
            _ = try BuiltTool.run(
                ["ingest", "pages", "--summary", counts, "-o", place.appending(path: "p.jsonl").path, "-q"], in: kitchen.folder)
            let words = [
                "export", "seed.jsonl", "pairs.jsonl", "-o", out, "--card", card, "--stage-summary", counts, "--source-tags", "-q",
            ]
            let ended = try BuiltTool.run(words, in: kitchen.folder)
            #expect(ended.status == 0, "\(ended)")
            let lines = try String(contentsOf: URL(filePath: out), encoding: .utf8).split(separator: "\n")
            let pairs = try String(contentsOf: kitchen.folder.appending(path: "pairs.jsonl"), encoding: .utf8).split(separator: "\n").count
            #expect(lines.count == 24 + pairs)
            let text = try String(contentsOf: URL(filePath: card), encoding: .utf8)
            for part in [
                "# Instruction data by backtranslation", "| handed on | \(24 + pairs) |", "`ingest` read 40", "| of which seed | 24 |",
            ] {
                #expect(text.contains(part), "\(part) in \(text)")
            }
            #expect(!text.contains(kitchen.folder.path))
            let mask = try BuiltTool.run(["show-mask", "--base", "base", "--limit", "1", out], in: kitchen.folder)
            #expect(mask.status == 0 && mask.output.contains("How do I cook"), "\(mask)")
            let again = try BuiltTool.run(words, in: kitchen.folder)
            #expect(again.status == 2 && again.messages.contains("--force"), "\(again)")
            #expect(try BuiltTool.run(words + ["--force"], in: kitchen.folder).status == 0)
        }
    }

    @Test("a passage is refused with the command that comes first")
    func passage() throws {
        let kitchen = try Kitchen.open()
        let ended = try BuiltTool.run(["export", "passages.jsonl"], in: kitchen.folder)
        #expect(ended.status == 2 && ended.messages.contains("humpback augment"), "\(ended)")
    }
}
