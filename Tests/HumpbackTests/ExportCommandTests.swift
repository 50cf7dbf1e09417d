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

    @Test("pairs that say what an earlier one says are counted, where they are rated too, and the way to leave them out is named")
    func twins() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            let file = place.appending(path: "pairs.jsonl")
            let lines = ["Why?", "why?", "How?"].enumerated().map { number, instruction in
                #"{"id":"p\#(number)","passage_id":"q","instruction":"\#(instruction)","output":"Because it is so.","origin":"augmented"}"#
            }
            try Data(lines.joined(separator: "\n").utf8).write(to: file)
            let told = "1 of 3 pairs says what an earlier one says"
            let written = try BuiltTool.run(["export", file.path], in: kitchen.folder)
            #expect(written.lines.count == 3 && written.messages.contains(told) && written.messages.contains("--distinct 1"), "\(written)")
            let words = ["curate", "--backward", "backward", "--max-broken", "1", "--keep-all", file.path]
            let rated = try BuiltTool.run(words, in: kitchen.folder)
            #expect(rated.messages.contains(told) && rated.messages.contains("--one-per-passage"), "\(rated)")
            let chosen = try BuiltTool.run(words + ["--one-per-passage"], in: kitchen.folder)
            #expect(chosen.status == 0 && !chosen.messages.contains(told), "\(chosen)")
        }
    }

    @Test("a passage is refused with the command that comes first")
    func passage() throws {
        let kitchen = try Kitchen.open()
        let ended = try BuiltTool.run(["export", "passages.jsonl"], in: kitchen.folder)
        #expect(ended.status == 2 && ended.messages.contains("humpback augment"), "\(ended)")
    }
}
