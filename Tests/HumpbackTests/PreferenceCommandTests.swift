import Foundation
import TestSupport
import Testing

@Suite struct PreferenceCommandTests {
    static let preferences = (0..<12).map { number in
        """
        {"prompt": "How do I cook dish \(number)?", "chosen": "Warm the oven, then wait \(number) minutes.", \
        "rejected": "Number \(number), part one."}

        """
    }.joined()

    @Test("DPO begins at ln 2, raises the margin, and a killed run that is resumed writes the weights of an undisturbed one")
    func killAndResume() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            let file = place.appending(path: "preferences.jsonl")
            try Data(Self.preferences.utf8).write(to: file)
            func words(_ output: String) -> [String] {
                [
                    "finetune", "--loss", "dpo", "--base", "base", "--learning-rate", "0.001", "--steps", "40", "--batch", "4",
                    "--held-out", "seed.jsonl", "--out", place.appending(path: output).path, file.path,
                ]
            }
            let whole = try BuiltTool.run(words("whole"), in: kitchen.folder)
            #expect(whole.status == 0, "\(whole)")
            #expect(whole.messages.contains("needs about") && whole.messages.contains("first to last quarter: margin"), "\(whole)")
            let metrics = try String(contentsOf: place.appending(path: "whole/metrics.jsonl"), encoding: .utf8).split(separator: "\n")
            #expect(metrics.count == 40 && metrics[0].contains("\"loss\":0.693147"), "\(metrics[0])")
            try BuiltTool.killed(words("killed"), in: kitchen.folder) {
                let names = try? FileManager.default.contentsOfDirectory(atPath: place.appending(path: "killed.training").path)
                return names?.contains { $0.hasPrefix("checkpoint-") } ?? false
            }
            let resumed = try BuiltTool.run(words("killed") + ["--resume"], in: kitchen.folder)
            #expect(resumed.status == 0, "\(resumed)")
            let weights = ["whole", "killed"].map { place.appending(path: "\($0)/model.safetensors") }
            #expect(try Data(contentsOf: weights[0]) == Data(contentsOf: weights[1]))
        }
    }

    @Test("options that contradict each other, and records of another kind, are refused with advice")
    func refusals() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            let file = place.appending(path: "preferences.jsonl")
            try Data(Self.preferences.utf8).write(to: file)
            let out = place.appending(path: "out").path
            let cases: [(words: [String], status: Int32, says: String)] = [
                (["--loss", "spin", "--label-smoothing", "0.1", file.path], 64, "--label-smoothing goes with --loss dpo"),
                (["--loss", "dpo", "--seed-data", "seed.jsonl", file.path], 64, "--seed-data goes with --loss sft"),
                (["--loss", "dpo", "--rslora", file.path], 64, "give --lora-rank as well"),
                (["--loss", "dpo", "--patience", "2", file.path], 64, "give --held-out"),
                (["--loss", "dpo", "seed.jsonl"], 2, "a preference is wanted"),
                (["--loss", "dpo"], 2, "no preference came in"),
                (["--seed-only", "--seed-data", file.path], 2, "finetune --loss dpo"),
                (["--seed-only", "--seed-data", "seed.jsonl", "--memory", "1M"], 2, "training needs at least"),
                (["--seed-only", "--seed-data", "seed.jsonl", "--memory", "lots"], 64, "--memory expects a size"),
                (["--seed-only", "--seed-data", "seed.jsonl", "--lora-rank", "2", "--optimizer", "muon"], 2, "whole weight matrices"),
            ]
            for (words, status, says) in cases {
                let ended = try BuiltTool.run(["finetune", "--base", "base", "--out", out] + words, in: kitchen.folder)
                #expect(ended.status == status && ended.messages.contains(says), "\(words): \(ended)")
            }
        }
    }

    @Test("memory changes the passes of a step and no byte of the weights")
    func memory() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            func run(_ memory: String) throws -> BuiltTool.Ended {
                try BuiltTool.run(
                    [
                        "finetune", "--base", "base", "--seed-only", "--seed-data", "seed.jsonl", "--steps", "4", "--batch", "24",
                        "--memory",
                        memory, "--out", place.appending(path: memory).path,
                    ], in: kitchen.folder)
            }
            let refused = try run("1M")
            let least = try #require(refused.messages.firstMatch(of: /at least (\d+) MiB/).flatMap { Int($0.1) }, "\(refused)")
            let weights = try ["\(least + 1)M", "\(least + 3)M", "4G"].map { memory in
                let ended = try run(memory)
                #expect(ended.status == 0 && ended.messages.contains("needs about"), "\(memory): \(ended)")
                return try Data(contentsOf: place.appending(path: "\(memory)/model.safetensors"))
            }
            #expect(Set(weights).count == 1)
        }
    }
}
