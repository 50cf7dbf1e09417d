import Foundation
import TestSupport
import Testing

@Suite struct EvaluateImitationCommandTests {
    private func answers(_ text: (Int) -> String) -> String {
        (0..<12).map { #"{"instruction": "Name dish \#($0).", "output": "\#(text($0))"}"# }.joined(separator: "\n")
    }

    @Test("stored answers stand beside a reference's, and without tasks nothing is said of capability")
    func stored() async throws {
        try await withTemporaryDirectory { place in
            let files = [
                "teacher.jsonl": answers {
                    #"Try these:\n- dish \#($0)\n- soup\#(String(repeating: " with salt", count: $0))\n\nOverall, taste it."#
                },
                "base.jsonl": answers { "i think \($0)" },
                "tuned.jsonl": answers {
                    #"Try this:\n- dish \#($0)\n- bread\#(String(repeating: " with salt", count: $0))\n\nOverall, enjoy it."#
                },
            ]
            let ended = try BuiltTool.run("evaluate", "--imitation", "teacher.jsonl", "base.jsonl", "tuned.jsonl", in: place, files: files)
            #expect(ended.status == 0, "\(ended)")
            #expect(ended.output.hasPrefix("style: 12 instructions, beside teacher\n"))
            #expect(ended.lines.contains { $0.hasPrefix("tuned ") && $0.contains("100.0 %") && $0.contains(" *") })
            #expect(ended.output.contains("Style alone says nothing of what a model can do"))
            let json = try BuiltTool.run(
                "evaluate", "--imitation", "teacher.jsonl", "--json", "base.jsonl", "tuned.jsonl", in: place)
            let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
            #expect((object["verdicts"] as? [String: String])?["tuned"] == "unknown" && (object["models"] as? [Any])?.count == 2)
            let nobody = try BuiltTool.run("evaluate", "--imitation", "teacher.jsonl", in: place)
            #expect(nobody.status == 64 && nobody.messages.contains("--model DIR"), "\(nobody)")
        }
    }

    @Test("models are asked, and their tasks decide the verdict")
    func asked() throws {
        let place = try Kitchen.open().folder
        try Data(answers { #"Cook \#($0):\n- cut\n- stir"# }.utf8).write(to: place.appending(path: "cook.jsonl"))
        let questions = (0..<6).map { #"{"question": "Pots for \#($0)?", "choices": ["one", "two of them"], "answer": \#($0 % 2)}"# }
        try Data(questions.joined(separator: "\n").utf8).write(to: place.appending(path: "pots3.jsonl"))
        let ended = try BuiltTool.run(
            "evaluate", "--imitation", "cook.jsonl", "--task", "pots3.jsonl", "--limit", "6", "--max-new-tokens", "8", "--model", "base",
            "--model", "forward", in: place)
        #expect(ended.status == 0, "\(ended)")
        #expect(ended.output.contains("style: 6 instructions, beside cook") && ended.output.contains("pots3: 6 questions"))
        let verdicts = ["no capability", "more than a style", "speaks no more like", "neither speaks more like"]
        #expect(verdicts.contains { ended.output.contains($0) }, "\(ended)")
    }
}
