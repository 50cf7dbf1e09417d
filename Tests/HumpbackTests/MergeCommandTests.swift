import Foundation
import TestSupport
import Testing

@Suite struct MergeCommandTests {
    @Test("adapters that finetune left merge with the base into the model that finetune made")
    func mergesItsOwn() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            func path(_ name: String) -> String { place.appending(path: name).path }
            let tuned = try BuiltTool.run(
                "finetune", "--seed-only", "--base", "base", "--seed-data", "seed.jsonl", "--steps", "3", "--batch", "2", "--lora-rank",
                "2",
                "--out", path("tuned"), in: kitchen.folder)
            #expect(tuned.status == 0, "\(tuned)")
            let merged = try BuiltTool.run("merge", "base", path("tuned/adapter"), path("merged"), in: kitchen.folder)
            #expect(merged.status == 0, "\(merged)")
            #expect(merged.output.contains("rank 2"))
            let weights = ["tuned", "merged"].map { place.appending(path: $0).appending(path: "model.safetensors") }
            #expect(try Data(contentsOf: weights[0]) == Data(contentsOf: weights[1]))
            #expect(try BuiltTool.run("inspect", path("tuned/adapter")).output.contains("low-rank, rank 2"))
            let halved = try BuiltTool.run("convert", path("tuned/adapter"), path("half"), "--storage", "bf16", in: kitchen.folder)
            #expect(halved.status == 0, "\(halved)")
            let sizes = try ["tuned/adapter", "half"].map {
                try Data(contentsOf: place.appending(path: "\($0)/adapter_model.safetensors")).count
            }
            #expect(sizes[1] < sizes[0] * 2 / 3, "\(sizes)")
            #expect(try BuiltTool.run("merge", "base", path("half"), path("merged-half"), in: kitchen.folder).status == 0)
            let again = try BuiltTool.run("merge", "base", path("tuned/adapter"), path("merged"), in: kitchen.folder)
            #expect(again.status == 2 && again.messages.contains("exists already"))
        }
    }

    @Test("a folder of adapters is a model wherever one is named, and says where it looked for a base that is not there")
    func adaptersAreAModel() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            func path(_ name: String) -> String { place.appending(path: name).path }
            let tuned = try BuiltTool.run(
                "finetune", "--seed-only", "--base", "base", "--seed-data", "seed.jsonl", "--steps", "3", "--batch", "2", "--lora-rank",
                "2", "--out", path("tuned"), in: kitchen.folder)
            #expect(tuned.status == 0, "\(tuned)")
            let asked = "{\"prompt\": \"Warm the oven\", \"continuation\": \" before anything goes in.\"}\n"
            for precision in ["float32", "int8"] {
                let scores = try ["tuned", "tuned/adapter", "base"].map {
                    let ended = try BuiltTool.run(
                        "loglik", "--no-template", "--model", $0 == "base" ? $0 : path($0), "--precision", precision, "--quiet",
                        input: asked, in: kitchen.folder)
                    #expect(ended.status == 0, "\(ended)")
                    return try JSONDecoder().decode(Score.self, from: Data(ended.output.utf8)).sum
                }
                // The tuned model is stored with fewer digits than the adapters are.
                #expect(abs(scores[0] - scores[1]) < (precision == "float32" ? 0.002 : 0.02) && scores[1] != scores[2], "\(scores)")
            }
            let tokens = try ["base", path("tuned/adapter")].map {
                try BuiltTool.run("tokenize", "--model", $0, "--quiet", input: "{\"text\": \"Salt, 12 beans\"}\n", in: kitchen.folder)
                    .output
            }
            #expect(tokens[0] == tokens[1] && !tokens[0].isEmpty)
            let shown = try BuiltTool.run("inspect", path("tuned/adapter"), in: kitchen.folder)
            #expect(shown.output.contains("--model \(path("tuned/adapter"))"), "\(shown)")

            let lost = try BuiltTool.run("generate", "--model", path("tuned/adapter"), "--prompt", "a", in: place)
            #expect(lost.status == 2 && lost.messages.contains("looked for") && lost.messages.contains("humpback merge"), "\(lost)")
            // The base is found beside the folder that the adapters lie in, too.
            try FileManager.default.copyItem(at: kitchen.folder.appending(path: "base"), to: place.appending(path: "base"))
            let found = try BuiltTool.run(
                "loglik", "--model", path("tuned/adapter"), "--quiet", input: asked, in: kitchen.folder.deletingLastPathComponent())
            #expect(found.status == 0, "\(found)")
        }
    }

    @Test("licence, languages, template and end tokens go with the model, with its adapters, and with what merge makes of them")
    func passedOn() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            func path(_ name: String) -> String { place.appending(path: name).path }
            try FileManager.default.copyItem(at: kitchen.folder.appending(path: "base"), to: place.appending(path: "base"))
            let terms = Data("Terms of Use of a model\n\nBe kind.\n".utf8)
            try terms.write(to: place.appending(path: "base/LICENSE"))
            try Data(#"{"eos_token_id": [2, 5, 7], "temperature": 0.6}"#.utf8).write(
                to: place.appending(path: "base/generation_config.json"))
            try Data(#"{"roles": [], "languages": ["en"]}"#.utf8).write(to: place.appending(path: "base/humpback.json"))
            let german = (1...8).map {
                "{\"instruction\": \"Wie koche ich Suppe für \($0) und was ist das?\", "
                    + "\"output\": \"Das ist nicht schwer, und die Suppe ist auf dem Herd in \($0) Minuten fertig.\"}\n"
            }
            try Data(german.joined().utf8).write(to: place.appending(path: "seed.jsonl"))
            let tuned = try BuiltTool.run(
                "finetune", "--seed-only", "--base", "base", "--seed-data", "seed.jsonl", "--steps", "2", "--batch", "2", "--lora-rank",
                "2",
                "--out", "tuned", in: place)
            #expect(tuned.status == 0, "\(tuned)")
            let merged = try BuiltTool.run("merge", "base", "tuned/adapter", "merged", in: place)
            #expect(merged.status == 0, "\(merged)")
            for name in ["tuned", "tuned/adapter", "merged"] {
                let shown = try BuiltTool.run("inspect", name, in: place).output.split(separator: "\n")
                func fact(_ key: String) -> String? {
                    shown.first { $0.hasPrefix(key + " ") }.map { $0.dropFirst(key.count).trimmingCharacters(in: .whitespaces) }
                }
                #expect(fact("licence") == "Terms of Use of a model", "\(name): \(shown)")
                #expect(fact("languages") == "de", "\(name): \(shown)")
                #expect(fact("roles") == "forward", "\(name): \(shown)")
                #expect(try Data(contentsOf: place.appending(path: name + "/LICENSE")) == terms)
                let generation = try String(contentsOf: place.appending(path: name + "/generation_config.json"), encoding: .utf8)
                #expect(["2", "5", "7", "0.6"].allSatisfy(generation.contains), "\(name): \(generation)")
            }
            for name in ["tuned", "merged"] {
                #expect(try BuiltTool.run("inspect", name, in: place).output.contains("its own\n"), "\(name) has a template")
            }
        }
    }

    private struct Score: Decodable {
        let sum: Double
        enum CodingKeys: String, CodingKey { case sum = "log_prob" }
    }
}
