import Foundation
import Testing

@Suite struct EvaluateTaskCommandTests {
    private let questions = (0..<6).map {
        #"{"question": "How many pots does dish \#($0) take?", "choices": ["one", "two of them", "none"], "answer": \#($0 % 3)}"#
    }

    private func write(_ name: String, _ lines: [String]) throws {
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: Kitchen.open().folder.appending(path: name))
    }

    @Test("a task of two models is one table with the base first, chance, and a sentence")
    func table() throws {
        let place = try Kitchen.open().folder
        try write("pots.jsonl", questions)
        let ended = try BuiltTool.run("evaluate", "--task", "pots.jsonl", "--model", "base", "--model", "forward", in: place)
        #expect(ended.status == 0, "\(ended)")
        #expect(ended.output.hasPrefix("pots: 6 questions, asked as choices, no shots\n"))
        #expect(ended.lines.contains { $0.hasPrefix("(chance)") && $0.contains("0.333") })
        #expect(ended.lines.contains { $0.hasPrefix("base ") && $0.contains(" ± ") })
        #expect(ended.output.contains("Student's t over the 6 questions"))
        let json = try BuiltTool.run(
            "evaluate", "--task", "choices=pots.jsonl", "--shots", "1", "--shots-file", "pots.jsonl", "--limit", "4", "--model", "base",
            "--json", in: place)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any], "\(json)")
        let task = try #require((object["tasks"] as? [[String: Any]])?.first)
        #expect(task["questions"] as? Int == 4 && task["shots"] as? Int == 1)
        let model = try #require((task["models"] as? [[String: Any]])?.first)
        #expect((model["per_question"] as? [[String: Any]])?.count == 4 && model["accuracy_per_byte"] is Double)
    }

    @Test("what cannot be asked is said with status 2, what is wrongly said with 64, and never nan")
    func wrong() throws {
        let place = try Kitchen.open().folder
        try write("pots2.jsonl", questions)
        try Data().write(to: place.appending(path: "void.jsonl"))
        let empty = try BuiltTool.run("evaluate", "--task", "void.jsonl", "--model", "base", in: place)
        #expect(empty.status == 2 && empty.messages.contains("void.jsonl: no record in it is a question (it is empty)"), "\(empty)")
        let pairs = try BuiltTool.run("evaluate", "--task", "seed.jsonl", "--model", "base", in: place)
        #expect(pairs.status == 2 && pairs.messages.contains("the first has the fields instruction, output"), "\(pairs)")
        let missing = try BuiltTool.run("evaluate", "--task", "nowhere.jsonl", "--model", "base", in: place)
        #expect(missing.status == 2 && missing.messages.contains("nowhere.jsonl"), "\(missing)")
        let bare = try BuiltTool.run("evaluate", "--task", "arc", "--model", "base", in: place)
        #expect(bare.status == 64 && bare.messages.contains("--task arc=FILE"), "\(bare)")
        let stray = try BuiltTool.run("evaluate", "--task", "pots2.jsonl", "--model", "base", "seed.jsonl", in: place)
        #expect(stray.status == 64 && stray.messages.contains("seed.jsonl belongs to no task"), "\(stray)")
        let shots = try BuiltTool.run("evaluate", "--task", "pots2.jsonl", "--shots", "2", "--model", "base", in: place)
        #expect(shots.status == 2 && shots.messages.contains("--shots-file FILE"), "\(shots)")
        #expect(![empty, pairs, missing, bare, stray, shots].contains { $0.output.contains("nan") })
    }
}
