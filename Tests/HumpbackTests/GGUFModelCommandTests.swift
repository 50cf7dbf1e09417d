import Foundation
import TestSupport
import Testing

/// A .gguf file wherever a model can be named.
@Suite struct GGUFModelCommandTests {
    /// The kitchen's models as GGUF files in a folder of their own.
    private func files(_ names: [String], in place: URL, storage: String = "f32") throws -> URL {
        let kitchen = try Kitchen.open()
        for name in names {
            let made = try BuiltTool.run(
                "convert", name, place.appending(path: "\(name).gguf").path, "--storage", storage, in: kitchen.folder)
            #expect(made.status == 0 && made.messages.contains("Wrote"), "\(made)")
        }
        return kitchen.folder
    }

    @Test("augment, curate, generate and loglik take a .gguf, or a folder that holds one, and answer as with the model's folder")
    func stages() async throws {
        try await withTemporaryDirectory { place in
            let folder = try files(["forward", "backward", "judge"], in: place)
            let alone = place.appending(path: "alone")
            try FileManager.default.createDirectory(at: alone, withIntermediateDirectories: true)
            try FileManager.default.copyItem(at: place.appending(path: "judge.gguf"), to: alone.appending(path: "judge.gguf"))
            func output(_ words: [String], input: String = "") throws -> String {
                let ended = try BuiltTool.run(words + ["--quiet"], input: Data(input.utf8), in: folder)
                #expect(ended.status == 0, "\(words): \(ended)")
                return ended.output
            }
            func file(_ name: String) -> String { place.appending(path: name).path }
            let asked = "{\"prompt\": \"Warm the oven\", \"continuation\": \" before anything goes in.\"}\n"
            let scores = try ["judge", file("judge.gguf"), alone.path].map {
                try output(["loglik", "--no-template", "--precision", "float32", "--model", $0], input: asked)
            }
            #expect(scores[0] == scores[1] && scores[0] == scores[2] && !scores[0].isEmpty)
            let written = try ["forward", file("forward.gguf")].map {
                try output(["generate", "--greedy", "--precision", "float32", "--max-new-tokens", "8", "--prompt", "Salt?", "--model", $0])
            }
            #expect(written[0] == written[1])
            let augmented = try output(
                [
                    "augment", "--model", file("backward.gguf"), "--max-new-tokens", "8", "--limit", "2", "--max-broken", "1",
                    "passages.jsonl",
                ])
            #expect(!augmented.contains("error"))
            let rated = try output(["curate", "--keep-all", "--model", file("judge.gguf"), "pairs.jsonl", "--max-broken", "1"])
            #expect(rated.contains("\"score\"") || rated.isEmpty)
            let wrong = try BuiltTool.run("augment", "--model", file("judge.gguf"), "passages.jsonl", in: folder)
            #expect(wrong.status == 2 && wrong.messages.contains("was trained as judge"), "\(wrong)")
            let shown = try BuiltTool.run("inspect", file("judge.gguf"), in: folder).output
            #expect(shown.contains("roles         judge") && shown.contains("stored as F32 in one file") && shown.contains("| <|user|>"))
        }
    }

    @Test("finetune trains over a .gguf, its adapter opens again over it, and merge writes both as a folder")
    func trains() async throws {
        try await withTemporaryDirectory { place in
            let folder = try files(["base"], in: place, storage: "q8_0")
            func path(_ name: String) -> String { place.appending(path: name).path }
            let tuned = try BuiltTool.run(
                "finetune", "--seed-only", "--base", path("base.gguf"), "--seed-data", "seed.jsonl", "--steps", "2", "--batch", "2",
                "--lora-rank", "2", "--out", path("tuned"), in: folder)
            #expect(tuned.status == 0, "\(tuned)")
            let asked = "{\"prompt\": \"Warm the oven\", \"continuation\": \" before anything goes in.\"}\n"
            let merged = try BuiltTool.run("merge", path("base.gguf"), path("tuned/adapter"), path("merged"), in: folder)
            #expect(merged.status == 0, "\(merged)")
            let scores = try ["tuned/adapter", "merged", "tuned"].map { name in
                let ended = try BuiltTool.run(
                    "loglik", "--no-template", "--precision", "float32", "--quiet", "--model", path(name), input: asked, in: folder)
                #expect(ended.status == 0, "\(ended)")
                return try JSONDecoder().decode(Score.self, from: Data(ended.output.utf8)).sum
            }
            #expect(abs(scores[0] - scores[1]) < 0.02 && abs(scores[0] - scores[2]) < 0.02, "\(scores)")
        }
    }

    private struct Score: Decodable {
        let sum: Double
        enum CodingKeys: String, CodingKey { case sum = "log_prob" }
    }

    @Test("tokenize needs the tokenizer alone: a file whose weights nobody could read will do")
    func tokenizerAlone() async throws {
        try await withTemporaryDirectory { place in
            let folder = try files(["base"], in: place)
            let url = place.appending(path: "base.gguf")
            var content = try Data(contentsOf: url)
            let name = try #require(content.range(of: Data("blk.0.ffn_down.weight".utf8)))
            content[name.upperBound + 20] = 99
            try content.write(to: url)
            let texts = "{\"text\": \"Salt, 12 beans\"}\n"
            let tokens = try ["base", url.path].map {
                try BuiltTool.run("tokenize", "--model", $0, "--quiet", input: texts, in: folder).output
            }
            #expect(tokens[0] == tokens[1] && !tokens[0].isEmpty)
            let refused = try BuiltTool.run("generate", "--model", url.path, "--prompt", "a", in: folder)
            #expect(refused.status == 2 && refused.messages.contains("blk.0.ffn_down.weight is number 99"), "\(refused)")
        }
    }

    @Test("convert writes bfloat16 unless told otherwise, and says so")
    func convert() async throws {
        try await withTemporaryDirectory { place in
            let folder = try files(["judge"], in: place)
            func convert(_ words: String...) throws -> BuiltTool.Ended {
                try BuiltTool.run(["convert", place.appending(path: "judge.gguf").path] + words, in: folder)
            }
            let plain = try convert(place.appending(path: "plain").path)
            #expect(plain.status == 0 && plain.messages.contains("as bfloat16"), "\(plain)")
            let half = try convert(place.appending(path: "half").path, "--storage", "f16")
            #expect(half.status == 0 && half.messages.contains("as float16"), "\(half)")
            let notes = try String(contentsOf: place.appending(path: "plain/humpback.json"), encoding: .utf8)
            #expect(notes.contains("judge"))
        }
    }
}
