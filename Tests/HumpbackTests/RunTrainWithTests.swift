import Foundation
import TestSupport
import Testing

/// The loop over a training command: one that copies the base counts as a trainer that has learned nothing.
@Suite struct RunTrainWithTests {
    private static func words(_ place: URL, _ command: String) -> [String] {
        [
            "run", "--run", place.appending(path: "run").path, "--base", "base", "--backward-model", "backward", "--corpus", "pages",
            "--seed-data", "seed.jsonl", "--held-out", "4", "--limit", "12", "--max-new-tokens", "48", "--precision", "float32",
            "--max-broken", "1", "--min-score", "1", "--min-chars", "200", "-q", "--train-with", command,
        ]
    }

    private static func calls(_ place: URL) -> Int {
        (try? String(contentsOf: place.appending(path: "calls"), encoding: .utf8))?.split(separator: "\n").count ?? 0
    }

    @Test("a command trains the models of the loop, is called once for each, and is named in notes and report")
    func loop() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            let command = "echo {data} >> \(place.path)/calls; test -s {data}/train.jsonl && cp -r {base} {out}"
            let run = try BuiltTool.run(Self.words(place, command), in: kitchen.folder)
            #expect(run.status == 0 && run.output.contains("| M1 |") && run.output.contains("Trained by: `echo {data}"), "\(run)")
            #expect(Self.calls(place) == 2)
            for name in ["M0", "M1"] {
                let notes = try String(contentsOf: place.appending(path: "run/\(name)/humpback.json"), encoding: .utf8)
                #expect(notes.contains("trained_by") && notes.contains("\"forward\""), "\(notes)")
                #expect(!FileManager.default.fileExists(atPath: place.appending(path: "run/\(name).training").path))
            }
            let again = try BuiltTool.run(Self.words(place, command), in: kitchen.folder)
            #expect(again.status == 0 && again.output == run.output && Self.calls(place) == 2, "\(again)")
            let other = try BuiltTool.run(Self.words(place, command + " #"), in: kitchen.folder)
            #expect(other.status == 0 && Self.calls(place) == 4, "\(other)")
            let told = try BuiltTool.run(Self.words(place, command) + ["--dry-run"], in: kitchen.folder)
            #expect(told.status == 0 && told.output.contains("humpback export --trainer trl --role forward"), "\(told)")
        }
    }

    @Test("a command that fails is told with its last words, and what it makes is looked at before it counts")
    func failures() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            let made = place.appending(path: "made")
            let command = "echo x >> \(place.path)/calls; echo no GPU today >&2; : {data}; cp -r \(made.path) {out}"
            let failed = try BuiltTool.run(Self.words(place, command), in: kitchen.folder)
            #expect(failed.status == 2 && failed.messages.contains("status 1") && failed.messages.contains("| no GPU today"), "\(failed)")
            try FileManager.default.createDirectory(at: made, withIntermediateDirectories: true)
            let empty = try BuiltTool.run(Self.words(place, command), in: kitchen.folder)
            #expect(empty.status == 2 && empty.messages.contains("neither config.json"), "\(empty)")
            try FileManager.default.removeItem(at: place.appending(path: "run/M0.training/model"))
            try FileManager.default.removeItem(at: made)
            try FileManager.default.copyItem(at: kitchen.folder.appending(path: "base"), to: made)
            // Two words change places.
            let tokenizer = made.appending(path: "tokenizer.json")
            let text = try String(contentsOf: tokenizer, encoding: .utf8)
            let swapped = text.replacing("\"a\":", with: "\"\u{1}\":").replacing("\"b\":", with: "\"a\":").replacing(
                "\"\u{1}\":", with: "\"b\":")
            #expect(swapped != text)
            try Data(swapped.utf8).write(to: tokenizer)
            let stranger = try BuiltTool.run(Self.words(place, command), in: kitchen.folder)
            #expect(stranger.status == 2 && stranger.messages.contains("tokenizer is not the base's"), "\(stranger)")
            try FileManager.default.removeItem(at: place.appending(path: "run/M0.training/model"))
            try Data(text.utf8).write(to: tokenizer)
            let weights = made.appending(path: "model.safetensors")
            let bytes = try Data(contentsOf: weights)
            try bytes.prefix(bytes.count / 2).write(to: weights)
            let cut = try BuiltTool.run(Self.words(place, command), in: kitchen.folder)
            #expect(cut.status == 2 && cut.messages.contains("model.safetensors"), "\(cut)")
            try FileManager.default.removeItem(at: place.appending(path: "run/M0.training/model"))
            try bytes.write(to: weights)
            let mended = try BuiltTool.run(Self.words(place, command), in: kitchen.folder)
            #expect(mended.status == 0 && Self.calls(place) == 6, "\(mended)")
        }
    }

    @Test("adapters that come alone are merged, and kept in the model's folder")
    func adapters() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            let base = kitchen.folder.appending(path: "base").path
            let tuned = try BuiltTool.run(
                [
                    "finetune", "--base", base, "--lora-rank", "2", "--learning-rate", "0.01", "--seed-only", "--seed-data", "seed.jsonl",
                    "--steps", "3", "--batch", "4", "--out", place.appending(path: "tuned").path, "-q",
                ], in: kitchen.folder)
            #expect(tuned.status == 0, "\(tuned)")
            let run = try BuiltTool.run(
                Self.words(place, "cp -r \(place.path)/tuned/adapter {out}; : {data}") + ["--lora-rank", "2"], in: kitchen.folder)
            #expect(run.status == 0, "\(run)")
            let model = place.appending(path: "run/M1")
            #expect(FileManager.default.fileExists(atPath: model.appending(path: "adapter/adapter_model.safetensors").path))
            let said = try [model.path, place.appending(path: "tuned").path].map { name in
                try BuiltTool.run(
                    ["loglik", "--model", name, "--precision", "float32", "-q"],
                    input: Data("{\"prompt\": \"How\", \"continuation\": \" do I cook barley bread?\"}\n".utf8), in: kitchen.folder)
            }
            func number(_ ended: BuiltTool.Ended) -> Double? {
                let object = try? JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any]
                return object?["log_prob"] as? Double
            }
            #expect(number(said[0]) != nil && number(said[0]) == number(said[1]), "\(said)")
        }
    }

    @Test("where the tool is killed while the command trains, the next run waits for it, and then takes what is made")
    func killed() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            let go = place.appending(path: "go").path
            let command = "echo x >> \(place.path)/calls; while [ ! -e \(go) ]; do sleep 0.02; done; cp -r {base}/. {out}; : {data}"
            try BuiltTool.killed(Self.words(place, command), in: kitchen.folder) { Self.calls(place) == 1 }
            let busy = try BuiltTool.run(Self.words(place, command), in: kitchen.folder)
            #expect(busy.status == 2 && busy.messages.contains("still at work"), "\(busy)")
            #expect(Self.calls(place) == 1)
            try Data().write(to: URL(filePath: go))
            var ended = busy
            for _ in 0..<200 where ended.status != 0 { ended = try BuiltTool.run(Self.words(place, command), in: kitchen.folder) }
            #expect(ended.status == 0 && Self.calls(place) == 3, "\(ended)")
        }
    }

    @Test("what another trainer cannot be told is refused before the first page is read")
    func refused() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            let wrong: [(command: String, words: [String], status: Int32, text: String)] = [
                ("cp {base} {out}", [], 2, "does not say {data}"), ("cp {data} x", [], 2, "does not say {out}"),
                ("cp {data} {out}", ["--patience", "3"], 64, "--patience says how humpback trains"),
                ("cp {data} {out}", ["--training-precision", "bfloat16"], 64, "--training-precision"),
                ("cp {data} {out}", ["--dropout", "0.1"], 2, "--dropout"), ("cp {data} {out}", ["--optimizer", "rmsprop"], 2, "rmsprop"),
            ]
            for line in wrong {
                let ended = try BuiltTool.run(Self.words(place, line.command) + line.words, in: kitchen.folder)
                #expect(ended.status == line.status && ended.messages.contains(line.text), "\(line): \(ended)")
                #expect(!FileManager.default.fileExists(atPath: place.appending(path: "run").path))
            }
        }
    }
}
