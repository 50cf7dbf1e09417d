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
        }
    }
}
