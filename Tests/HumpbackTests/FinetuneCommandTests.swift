import Foundation
import TestSupport
import Testing

@Suite struct FinetuneCommandTests {
    @Test("a model folder says its role and what it was made from")
    func roles() throws {
        let ended = try BuiltTool.run("inspect", "judge", in: Kitchen.open().folder)
        #expect(ended.output.contains("roles         judge"), "\(ended)")
    }

    @Test("an output folder that exists, no seeds, and no curated pairs end with status 2 and say what to do")
    func refusals() throws {
        let place = try Kitchen.open().folder
        let exists = try BuiltTool.run(
            "finetune", "--seed-only", "--base", "base", "--seed-data", "seed.jsonl", "--out", "judge", in: place)
        #expect(exists.status == 2, "\(exists)")
        #expect(exists.messages.contains("judge exists already"))
        let none = try BuiltTool.run("finetune", "--base", "base", "--out", "x", in: place)
        #expect(none.status == 2, "\(none)")
        #expect(none.messages.contains("--seed-data"))
        let uncurated = try BuiltTool.run("finetune", "--base", "base", "--seed-data", "seed.jsonl", "--out", "x", in: place)
        #expect(uncurated.status == 2, "\(uncurated)")
        #expect(uncurated.messages.contains("--seed-only"))
        let nowhere = try BuiltTool.run("finetune", "--seed-only", "--base", "base", "--seed-data", "seed.jsonl", in: place)
        #expect(nowhere.status == 64, "\(nowhere)")
        #expect(nowhere.messages.contains("--out DIR is missing"))
    }

    @Test("by default nothing is dropped out, the base is measured first, and the note and the metrics say what was taken")
    func defaults() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            let out = place.appending(path: "out")
            let ended = try BuiltTool.run(
                "finetune", "--seed-only", "--base", "base", "--seed-data", "seed.jsonl", "--held-out", "4", "--steps", "12", "--batch",
                "4",
                "--out", out.path, in: kitchen.folder)
            #expect(ended.status == 0, "\(ended)")
            #expect(ended.messages.contains("dropout 0 (default)") && ended.messages.contains("learning rate 0.001 (default)"), "\(ended)")
            #expect(
                ended.messages.contains("before the first step: held-out loss") && ended.messages.contains("the base's own"), "\(ended)")
            let metrics = try String(contentsOf: out.appending(path: "metrics.jsonl"), encoding: .utf8).split(separator: "\n")
            #expect(metrics.count == 12 && metrics[0].contains("\"start\":{\"held_out_loss\":") && metrics[0].contains("\"dropout\":0"))
        }
    }

    @Test("a training that makes the model worse says so, and that it is the learning rate")
    func worseThanBase() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            let ended = try BuiltTool.run(
                "finetune", "--seed-only", "--base", "base", "--seed-data", "seed.jsonl", "--held-out", "4", "--steps", "8", "--batch", "4",
                "--learning-rate", "1", "--schedule", "constant", "--held-out-every", "2", "--out", place.appending(path: "out").path,
                in: kitchen.folder)
            #expect(ended.status == 0, "\(ended)")
            #expect(ended.messages.contains("no step brought the held-out loss") && !ended.messages.contains("by heart"), "\(ended)")
        }
    }

    @Test("a killed training run that is resumed writes the weights of an undisturbed one")
    func killAndResume() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            func words(_ output: String) -> [String] {
                [
                    "finetune", "--seed-only", "--base", "base", "--seed-data", "seed.jsonl", "--steps", "60", "--batch", "8", "--out",
                    place.appending(path: output).path,
                ]
            }
            let undisturbed = try BuiltTool.run(words("whole"), in: kitchen.folder)
            #expect(undisturbed.status == 0, "\(undisturbed)")
            try BuiltTool.killed(words("killed"), in: kitchen.folder) {
                let names = try? FileManager.default.contentsOfDirectory(atPath: place.appending(path: "killed.training").path)
                return names?.contains { $0.hasPrefix("checkpoint-") } ?? false
            }
            let resumed = try BuiltTool.run(words("killed") + ["--resume"], in: kitchen.folder)
            #expect(resumed.status == 0, "\(resumed)")
            let weights = ["whole", "killed"].map { place.appending(path: $0).appending(path: "model.safetensors") }
            #expect(try Data(contentsOf: weights[0]) == Data(contentsOf: weights[1]))
            let again = try BuiltTool.run(words("killed") + ["--resume"], in: kitchen.folder)
            #expect(again.status == 0 && again.messages.contains("finished by an earlier run"), "\(again)")
        }
    }
}
