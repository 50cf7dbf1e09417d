import Foundation
import TestSupport
import Testing

@Suite struct ExportTrainerCommandTests {
    private static func rows(_ file: URL) throws -> [[String: [Int]]] {
        try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
            try JSONDecoder().decode([String: [Int]].self, from: Data($0.utf8))
        }
    }

    private static let pairs = (0..<3).map { number in
        """
        {"id": "\(number)", "passage_id": "p", "instruction": "How is soup \(number) made?", "output": "With water and salt. It boils.", \
        "origin": "augmented", "selected": \(number != 2)\(number == 1 ? ", \"opt_out\": \"noai\"" : "")}

        """
    }.joined()

    @Test("the tokens of a training elsewhere, and those that have a loss, are finetune's, whatever the trainer")
    func sameTokens() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            let curated = place.appending(path: "curated.jsonl")
            try Data(Self.pairs.utf8).write(to: curated)
            let seeds = try BuiltTool.run(["show-mask", "--base", "base", "--json", "--limit", "99", "seed.jsonl"], in: kitchen.folder)
            let pair = try BuiltTool.run(["show-mask", "--base", "base", "--json", "--limit", "1", curated.path], in: kitchen.folder)
            let masks = try (seeds.lines + pair.lines).map { line in
                let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
                let (tokens, loss) = (try #require(object["tokens"] as? [Int]), try #require(object["loss"] as? [Int]))
                return ["input_ids": tokens, "labels": zip(tokens, loss).map { $1 == 1 ? $0 : -100 }]
            }
            for trainer in ["trl", "axolotl", "llama-factory"] {
                let job = place.appending(path: trainer)
                let ended = try BuiltTool.run(
                    [
                        "export", "--trainer", trainer, "--base", "base", "--seed-data", "seed.jsonl", curated.path, "--out", job.path,
                        "--lora-rank", "4", "--schedule", "cosine",
                    ], in: kitchen.folder)
                #expect(ended.status == 0 && ended.messages.contains("1 pairs are not handed on"), "\(ended)")
                let rows = try Self.rows(job.appending(path: "train.jsonl"))
                #expect(rows.map { $0.filter { $0.key != "attention_mask" } } == masks)
                #expect(rows.allSatisfy { $0["attention_mask"]?.allSatisfy { $0 == 1 } ?? false })
                let texts = try String(contentsOf: job.appending(path: "messages.jsonl"), encoding: .utf8).split(separator: "\n")
                #expect(texts.count == rows.count && texts[0].contains("Reply as a helpful assistant."))
                #expect(texts[texts.count - 1].contains("Reply with what the web knows."))
                let template = try String(contentsOf: job.appending(path: "card/tokenizer_config.json"), encoding: .utf8)
                #expect(template.contains("chat_template"))
            }
        }
    }

    @Test("--force replaces what an earlier export wrote, and nothing else: no file, link or folder, and no model that was made in it")
    func replaced() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            let files = FileManager.default
            let words = ["export", "--trainer", "trl", "--base", "base", "--seed-data", "seed.jsonl", "--seed-only", "--force", "--out"]
            let job = place.appending(path: "job")
            for _ in 0..<2 { #expect(try BuiltTool.run(words + [job.path], in: kitchen.folder).status == 0) }
            let mine = place.appending(path: "mine")
            try files.createDirectory(at: mine, withIntermediateDirectories: true)
            try Data("{}".utf8).write(to: mine.appending(path: "settings.json"))
            try Data("words".utf8).write(to: place.appending(path: "file"))
            try files.createSymbolicLink(at: place.appending(path: "link"), withDestinationURL: job)
            try files.createDirectory(at: job.appending(path: "model"), withIntermediateDirectories: true)
            let reasons = ["mine": "did not write it", "file": "no folder", "link": "a link", "job": "model was put into it"]
            for (name, reason) in reasons {
                let ended = try BuiltTool.run(words + [place.appending(path: name).path], in: kitchen.folder)
                #expect(ended.status == 2 && ended.messages.contains(reason), "\(name): \(ended)")
            }
            #expect(try files.contentsOfDirectory(atPath: mine.path) == ["settings.json"])
            #expect(files.fileExists(atPath: job.appending(path: "model").path))
            #expect(try files.contentsOfDirectory(atPath: place.path).sorted() == ["file", "job", "link", "mine"])
        }
    }

    @Test("what a trainer does not know, and what goes with files alone, is refused, and nothing is written")
    func refused() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            let job = place.appending(path: "job").path
            let words = ["export", "--base", "base", "--seed-data", "seed.jsonl", "--seed-only", "--out", job]
            let wrong: [(words: [String], status: Int32, text: String)] = [
                (["--trainer", "torchtune"], 2, "a Llama whose head is its embedding"), ([], 64, "give --trainer as well"),
                (["--trainer", "trl", "-o", "x.jsonl"], 64, "--trainer writes a folder"),
                (["--trainer", "trl", "--format", "alpaca"], 64, "--trainer writes a folder"),
                (["--trainer", "trl", "--lora-alpha", "3"], 64, "give --lora-rank as well"),
            ]
            for line in wrong {
                let ended = try BuiltTool.run(words + line.words, in: kitchen.folder)
                #expect(ended.status == line.status && ended.messages.contains(line.text), "\(line): \(ended)")
                #expect(!FileManager.default.fileExists(atPath: job))
            }
            #expect(try BuiltTool.run(words + ["--trainer", "trl"], in: kitchen.folder).status == 0)
            let again = try BuiltTool.run(words + ["--trainer", "trl"], in: kitchen.folder)
            #expect(again.status == 2 && again.messages.contains("job"), "\(again)")
        }
    }

    @Test(
        "TRL takes what was written: its first loss is finetune's, and what it made is a model that names it",
        .enabled(if: PythonPeer.has("trl", "datasets", "transformers", "torch"), "needs HUMPBACK_PYTHON, a python with trl and datasets"),
        arguments: [[], ["--lora-rank", "4"]])
    func trl(adapters: [String]) async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            let words =
                [
                    "--base", kitchen.folder.appending(path: "base").path, "--seed-data", "seed.jsonl", "--seed-only", "--steps", "2",
                    "--batch", "24", "--base-precision", "float32",
                ].filter { !adapters.isEmpty || !["--base-precision", "float32"].contains($0) } + adapters
            let ours = place.appending(path: "ours"), job = place.appending(path: "job")
            let trained = try BuiltTool.run(["finetune"] + words + ["--out", ours.path], in: kitchen.folder)
            #expect(trained.status == 0, "\(trained)")
            let exported = try BuiltTool.run(
                ["export", "--trainer", "trl"] + words.filter { !["--base-precision", "float32"].contains($0) } + ["--out", job.path],
                in: kitchen.folder)
            #expect(exported.status == 0, "\(exported)")
            _ = try PythonPeer.run(
                "import os, subprocess, sys; subprocess.run(['sh', 'job/train.sh'], check=True, env={**os.environ, 'PYTHON': sys.executable})",
                [], in: place)
            let model = job.appending(path: "model")
            func loss(_ file: URL) throws -> Double {
                let text = try String(contentsOf: file, encoding: .utf8)
                let number = try #require(text.split(separator: "\"loss\":").dropFirst().first)
                return try #require(Double(number.drop { $0 == " " }.prefix { "0123456789.e-".contains($0) }))
            }
            let (first, theirs) = (try loss(ours.appending(path: "metrics.jsonl")), try loss(model.appending(path: "losses.json")))
            #expect(abs(first - theirs) < 0.001, "\(first) and \(theirs)")
            let inspected = try BuiltTool.run(["inspect", model.path], in: kitchen.folder)
            #expect(inspected.status == 0 && inspected.output.contains("trl 1") && inspected.output.contains("forward"), "\(inspected)")
            let said = try BuiltTool.run(
                ["generate", "--model", model.path, "--greedy", "--max-new-tokens", "4", "-q"],
                input: Data("{\"instruction\": \"How?\"}\n".utf8), in: kitchen.folder)
            #expect(said.status == 0 && said.output.contains("\"trained_by\":\"trl 1"), "\(said)")
        }
    }
}
