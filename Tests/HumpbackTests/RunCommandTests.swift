import Foundation
import TestSupport
import Testing

@Suite struct RunCommandTests {
    @Test("the loop goes from pages to compared models, does nothing twice, and takes another selection where curation kept nothing")
    func loop() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            let words = [
                "run", "--run", place.path, "--base", "base", "--corpus", "pages", "--seed-data", "seed.jsonl",
                "--steps", "150", "--precision", "float32",
            ]
            let none = try BuiltTool.run(words + ["--min-score", "5"], in: kitchen.folder)
            #expect(none.status == 2 && none.messages.contains("curate kept nothing"), "\(none)")
            let half = try BuiltTool.run(words + ["--top-fraction", "0.5"], in: kitchen.folder)
            #expect(half.status == 0 && half.output.contains("| base |") && half.output.contains("| M1 |"), "\(half)")
            #expect(half.messages.contains("curate1: begun anew, min_score was 5.0 and is not given"), "\(half)")
            #expect(!half.messages.contains("judge1:") && !half.messages.contains("rating"), "the judge had rated before: \(half)")
            let again = try BuiltTool.run(words + ["--top-fraction", "0.5"], in: kitchen.folder)
            #expect(again.status == 0 && again.output == half.output && !again.messages.contains("M1:"), "\(again)")
            let other = try BuiltTool.run(words + ["--min-score", "1"], in: kitchen.folder)
            #expect(other.status == 0 && other.messages.contains("curate1: done again"), "\(other)")
            #expect(other.messages.contains("M1: done again, curate1 changed") && !other.messages.contains("M0: done"), "\(other)")
        }
    }

    @Test(
        "the single commands that --dry-run tells make the records and models of the run, byte for byte",
        arguments: [(["--judge", "trained", "--iterations", "2"], 10, "M2"), ([], 6, "M1")])
    func singleCommands(rating: [String], commands: Int, last: String) async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            func words(_ folder: String) -> [String] {
                [
                    "run", "--run", place.appending(path: folder).path, "--base", "base", "--corpus", "pages", "--seed-data", "seed.jsonl",
                    "--held-out", "5", "--steps", "150", "--training-batch", "6", "--dropout", "0.02", "--warmup", "3",
                    "--limit",
                    "8", "--max-new-tokens", "48", "--precision", "float32", "--max-broken", "1", "--top-fraction",
                    "0.5", "--min-chars",
                    "200", "-q",
                ] + rating
            }
            let run = try BuiltTool.run(words("run"), in: kitchen.folder)
            #expect(run.status == 0, "\(run)")
            try FileManager.default.createDirectory(at: place.appending(path: "single"), withIntermediateDirectories: true)
            let told = try BuiltTool.run(words("single") + ["--dry-run"], in: kitchen.folder)
            #expect(told.status == 0 && told.output.contains("steps are to be done: about "), "\(told)")
            let lines = told.lines.map { $0.drop { $0 == " " } }.filter { $0.hasPrefix("humpback ") }
            #expect(lines.count == commands, "\(told)")
            for line in lines {
                let ended = try BuiltTool.run(line.split(separator: " ").dropFirst().map(String.init), in: kitchen.folder)
                #expect(ended.status == 0, "\(line): \(ended)")
            }
            for file in [
                "passages.jsonl", "pairs.jsonl", "curated1.jsonl", "M1/model.safetensors", "curated\(last.dropFirst()).jsonl",
                "\(last)/model.safetensors",
            ] {
                let both = ["run", "single"].map { try? Data(contentsOf: place.appending(path: $0).appending(path: file)) }
                #expect(both[0] != nil && both[0] == both[1], "\(file) differs")
            }
            let done = try BuiltTool.run(words("run") + ["--dry-run"], in: kitchen.folder)
            #expect(done.status == 0 && done.output.contains("steps are done"), "\(done)")
        }
    }

    @Test("what is named and cannot be used is told before the first page is read, and nothing is made")
    func checkedFirst() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            let run = place.appending(path: "run").path
            let words = ["run", "--run", run, "--base", "base", "--corpus", "pages", "--seed-data", "seed.jsonl"]
            let wrong: [(words: [String], status: Int32, text: String)] = [
                (["--backward-model", "judge"], 2, "was trained as judge"), (["--judge-model", "backward"], 2, "was trained as backward"),
                (["--held-out", "missing.jsonl"], 2, "missing.jsonl"), (["--held-out", "1000"], 2, "cannot be held out"),
                (["--lora-alpha", "3"], 64, "give --lora-rank as well"), (["--lora-rank", "2", "--optimizer", "muon"], 2, "muon"),
                (["--min-score", "3", "--top-fraction", "0.5"], 64, "two ways to select"),
                (["--near-duplicates", "--no-dedup"], 64, "--no-dedup"),
                (["--iterations", "2"], 64, "the same in every round"),
                (["--judge", "none", "--judge-model", "judge"], 64, "--judge none asks none"),
            ]
            for one in wrong {
                let ended = try BuiltTool.run(words + one.words, in: kitchen.folder)
                #expect(ended.status == one.status && ended.messages.contains(one.text), "\(one.words): \(ended)")
                #expect(!FileManager.default.fileExists(atPath: run), "\(one.words) made something")
            }
            let nowhere = try BuiltTool.run(
                "run", "--run", run, "--base", "base", "--corpus", "no-such-folder", "--seed-data", "seed.jsonl", in: kitchen.folder)
            #expect(nowhere.status == 2 && nowhere.messages.contains("no-such-folder"), "\(nowhere)")
            let baseless = try BuiltTool.run(
                "run", "--run", run, "--base", "tokenizer", "--corpus", "pages", "--seed-data", "seed.jsonl", in: kitchen.folder)
            #expect(baseless.status == 2 && baseless.messages.contains("config.json"), "\(baseless)")
            #expect(!FileManager.default.fileExists(atPath: run))
        }
    }
}
