import Foundation
import TestSupport
import Testing

@Suite struct ConvertCommandTests {
    @Test(
        "real weights of llama2.c continue three prompts with the text of the reference program",
        .enabled(if: SharedData.isPresent, "needs ../shared/data"))
    func stories() async throws {
        let data = try #require(SharedData.directory).appending(path: "stories260K")
        let cases = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: data.appending(path: "expected_greedy.json"))) as? [[String: Any]])
        #expect(cases.count == 3)
        try await withTemporaryDirectory { place in
            let weights = data.appending(path: "stories260K.bin").path
            let made = try BuiltTool.run(
                "convert", weights, "stories", "--tokenizer", data.appending(path: "tok512.bin").path, in: place)
            #expect(made.status == 0, "\(made)")
            for item in cases {
                let prompt = try #require(item["prompt"] as? String)
                let text = try #require(item["text"] as? String)
                let ended = try BuiltTool.run(
                    "generate", "--model", "stories", "--greedy", "--no-template", "--precision", "float32", "--max-new-tokens", "200",
                    "--prompt", prompt,
                    in: place)
                // The reference counts the prompt among its 200 steps, so ours goes on where it ends.
                #expect((prompt + ended.output).hasPrefix(text), "\(ended)")
            }
            #expect(try BuiltTool.run("convert", "stories", "back.bin", in: place).status == 0)
            #expect(try BuiltTool.run("convert", "stories", "back.bin", in: place).messages.contains("back.bin exists already"))
            let again = try Data(contentsOf: place.appending(path: "back.bin"))
            #expect(again.count == (try Data(contentsOf: URL(filePath: weights))).count)
        }
    }

    @Test("a .bin without its tokenizer has status 64 and says which file is missing")
    func noTokenizer() throws {
        let ended = try BuiltTool.run("convert", "model.bin", "folder")
        #expect(ended.status == 64)
        #expect(ended.messages.contains("--tokenizer FILE"))
    }
}
