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
            let again = try BuiltTool.run("merge", "base", path("tuned/adapter"), path("merged"), in: kitchen.folder)
            #expect(again.status == 2 && again.messages.contains("exists already"))
            let asModel = try BuiltTool.run("generate", "--model", path("tuned/adapter"), "--prompt", "a", in: kitchen.folder)
            #expect(asModel.status == 2 && asModel.messages.contains("humpback merge"), "\(asModel)")
        }
    }
}
