import Foundation
import Testing

@Suite struct TraceCommandTests {
    @Test("a pair is found again by its passage, as text and as JSON")
    func found() throws {
        let kitchen = try Kitchen.open()
        let first = try String(contentsOf: kitchen.folder.appending(path: "passages.jsonl"), encoding: .utf8).prefix { $0 != "\n" }
        let object = try #require(try JSONSerialization.jsonObject(with: Data(first.utf8)) as? [String: Any])
        let passage = try #require(object["id"] as? String)
        let pair =
            "{\"id\":\"\(passage)-0\",\"passage_id\":\"\(passage)\",\"instruction\":\"Say it\",\"output\":\"It\",\"origin\":\"augmented\","
            + "\"made_by\":{\"stage\":\"augment\",\"model\":\"backward\"}}\n"
        try Data(pair.utf8).write(to: kitchen.folder.appending(path: "traced-pairs.jsonl"))
        let text = try BuiltTool.run(["trace", String(passage.prefix(12)), "passages.jsonl", "traced-pairs.jsonl"], in: kitchen.folder)
        #expect(text.status == 0 && text.output.contains("traced-pairs.jsonl:1  pair") && text.output.contains("made by"), "\(text)")
        let json = try BuiltTool.run(["trace", "--json", "\(passage)-0", "passages.jsonl", "traced-pairs.jsonl"], in: kitchen.folder)
        #expect(json.lines.count == 2 && json.lines[0].contains("\"step\":\"passage\""), "\(json)")
    }

    @Test("what no record has is said, with what else to try")
    func notFound() throws {
        let kitchen = try Kitchen.open()
        let ended = try BuiltTool.run(["trace", "no-such-id", "pairs.jsonl"], in: kitchen.folder)
        #expect(ended.status == 2 && ended.messages.contains("give more files of the run"), "\(ended)")
        #expect(try BuiltTool.run("trace", "abcd").status == 64)
    }
}
