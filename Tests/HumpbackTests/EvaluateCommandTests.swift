import Foundation
import Testing

@Suite struct EvaluateCommandTests {
    private func write(_ name: String, _ lines: [String]) throws {
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: Kitchen.open().folder.appending(path: name))
    }

    @Test("several models stand in one table, each held against the first, with an interval and a sentence")
    func sideBySide() throws {
        let place = try Kitchen.open().folder
        let ended = try BuiltTool.run("evaluate", "--model", "base", "--model", "forward", "--limit", "12", "seed.jsonl", in: place)
        #expect(ended.status == 0, "\(ended)")
        #expect(ended.lines.contains { $0.hasPrefix("base ") } && ended.lines.contains { $0.hasPrefix("forward ") && $0.contains(" to ") })
        #expect(ended.output.contains("95 % intervals: Student's t over the 12 pairs"))
        let sentences = [
            "forward is better than base by", "forward is worse than base by", "No difference between forward and base can be told",
        ]
        #expect(sentences.contains { ended.output.contains($0) }, "\(ended)")
        #expect(ended.lines.contains { $0.hasPrefix("model ") && $0.contains("instruction gain") })
        #expect(ended.output.contains("nats a token of instruction gain"))
        let json = try BuiltTool.run(
            "evaluate", "--model", "base", "--model", "forward", "--mismatches", "2", "--json", "--limit", "12", "seed.jsonl", in: place)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        #expect((object["models"] as? [[String: Any]])?.compactMap { $0["model"] as? String } == ["base", "forward"])
        let difference = try #require((object["differences"] as? [[String: Any]])?.first)
        #expect((difference["interval"] as? [Double])?.count == 2 && difference["sentence"] is String && difference["pairs"] as? Int == 12)
        #expect(object["pairs"] as? Int == 12 && (object["left_out"] as? [Any])?.isEmpty == true)
    }

    @Test("a pair that is too long is left out, named and counted, and the others are measured")
    func tooLong() throws {
        let long = String(repeating: "Cook peas. ", count: 4000)
        try write(
            "with-long.jsonl",
            [
                #"{"instruction": "Cook peas", "output": "Boil them."}"#, #"{"id": "endless", "instruction": "\#(long)", "output": "No."}"#,
                #"{"instruction": "Cook beans", "output": "Soak them."}"#, #"{"instruction": "Cook", "output": ""}"#,
            ])
        let place = try Kitchen.open().folder
        let ended = try BuiltTool.run("evaluate", "--model", "forward", "with-long.jsonl", in: place)
        #expect(ended.status == 0, "\(ended)")
        #expect(ended.output.contains("pairs           2\n"))
        #expect(ended.output.contains("1 of 3 pairs is left out: prompt_too_long 1\n  with-long.jsonl:2  prompt_too_long: "))
        #expect(ended.output.contains("1 record is no pair: empty_output 1, the first at with-long.jsonl:4"))
        let json = try BuiltTool.run("evaluate", "--model", "forward", "--json", "with-long.jsonl", in: place)
        #expect(
            json.output.contains(#""left_out":[{"id":"endless","place":"with-long.jsonl:2","model":"forward","reason":"prompt_too_long""#))
    }

    @Test("a file without a pair, or with none that fits, is an error rather than a loss")
    func nothingToMeasure() throws {
        let place = try Kitchen.open().folder
        try write("no-pairs.jsonl", [#"{"instruction": "Cook", "output": ""}"#, #"{"what": 1}"#])
        try write("too-long.jsonl", [#"{"instruction": "\#(String(repeating: "Cook peas. ", count: 4000))", "output": "No."}"#])
        let none = try BuiltTool.run("evaluate", "--model", "forward", "seed.jsonl", "no-pairs.jsonl", in: place)
        #expect(none.status == 2 && none.messages.contains("no-pairs.jsonl: no record in it is a pair"), "\(none)")
        #expect(none.messages.contains("empty_output 1") && none.messages.contains("unknown_record 1"))
        try Data().write(to: place.appending(path: "empty.jsonl"))
        let empty = try BuiltTool.run("evaluate", "--model", "forward", "empty.jsonl", in: place)
        #expect(empty.status == 2 && empty.messages.contains("empty.jsonl"), "\(empty)")
        let long = try BuiltTool.run("evaluate", "--model", "forward", "too-long.jsonl", in: place)
        #expect(long.status == 2 && long.messages.contains("not one of the 1 pairs could be measured (prompt_too_long 1)"), "\(long)")
        #expect(![none, empty, long].contains { $0.output.contains("nan") })
    }

    @Test("a backward model and a judge are measured by what they do, told by their notes")
    func roles() throws {
        let place = try Kitchen.open().folder
        let backward = try BuiltTool.run("evaluate", "--model", "backward", "--limit", "8", "seed.jsonl", in: place)
        #expect(backward.status == 0 && backward.output.contains("gain            "), "\(backward)")
        let judge = try BuiltTool.run("evaluate", "--model", "judge", "--limit", "8", "seed.jsonl", in: place)
        #expect(judge.status == 0 && judge.output.contains("AUC near") && judge.output.contains("AUC random"), "\(judge)")
        let mixed = try BuiltTool.run("evaluate", "--model", "backward", "--model", "judge", "seed.jsonl", in: place)
        #expect(mixed.status == 2 && mixed.messages.contains("run evaluate for each"), "\(mixed)")
        let wrong = try BuiltTool.run("evaluate", "--role", "forward", "--model", "backward", "seed.jsonl", in: place)
        #expect(wrong.status == 2 && wrong.messages.contains("backward was trained as backward"), "\(wrong)")
    }
}
