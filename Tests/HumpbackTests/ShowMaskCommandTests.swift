import Foundation
import TestSupport
import Testing

@Suite struct ShowMaskCommandTests {
    static let chat = """
        {"messages": [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Good day."}, \
        {"role": "user", "content": "More?"}, {"role": "assistant", "content": "No more."}]}
        {"instruction": "Nothing?", "output": " "}

        """

    @Test("marks what the assistant says, one answer or all, and names a line from which nothing is learned")
    func masks() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            let file = place.appending(path: "chats.jsonl")
            try Data(Self.chat.utf8).write(to: file)
            let first = try BuiltTool.run(["show-mask", "--base", "base", file.path], in: kitchen.folder)
            #expect(first.status == 1 && first.messages.contains("chats.jsonl:2: empty_output"), "\(first)")
            #expect(first.output.contains("⟦Good day.") && !first.output.contains("No more."), "\(first)")
            let all = try BuiltTool.run(["show-mask", "--base", "base", "--turns", "all", file.path], in: kitchen.folder)
            #expect(all.output.contains("⟦Good day.") && all.output.contains("⟦No more.") && !all.output.contains("⟦Hello"), "\(all)")
            let json = try BuiltTool.run(["show-mask", "--base", "base", "--turns", "all", "--json", file.path], in: kitchen.folder)
            let object = try #require(try JSONSerialization.jsonObject(with: Data(json.lines[0].utf8)) as? [String: Any])
            let flags = try #require(object["loss"] as? [Int])
            #expect(flags.count == (object["tokens"] as? [Int])?.count && flags.reduce(0, +) == object["tokens_with_loss"] as? Int)
        }
    }

    @Test("finetune names the lines it can learn nothing from, and goes on without them")
    func refusedRows() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            let file = place.appending(path: "chats.jsonl")
            let long = String(repeating: "word ", count: 3000)
            try Data((Self.chat + "{\"instruction\": \"\(long)\", \"output\": \"Yes.\"}\n").utf8).write(to: file)
            let ended = try BuiltTool.run(
                [
                    "finetune", "--base", "base", "--seed-only", "--seed-data", file.path, "--steps", "1", "--out",
                    place.appending(path: "out").path,
                ], in: kitchen.folder)
            #expect(ended.status == 0, "\(ended)")
            #expect(ended.messages.contains("chats.jsonl:2: empty_output"), "\(ended)")
            #expect(ended.messages.contains("chats.jsonl:3: its prompt alone fills the context"), "\(ended)")
            #expect(ended.messages.contains("1 further turns of conversations not used (`--turns all`"), "\(ended)")
        }
    }
}
