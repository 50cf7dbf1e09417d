import Foundation
import TestSupport
import Testing

@Suite struct CompareCommandTests {
    private let files = ["A", "B"].reduce(into: [String: String]()) { files, model in
        files["\(model).jsonl"] = (0..<12).map {
            #"{"instruction": "Name a thing of kind \#($0).", "output": "\#(model) says \#($0)\#(model == "B" ? ", at length" : "")", "generator": "model-\#(model)"}"#
        }.joined(separator: "\n")
    }

    @Test("a person's keys become verdicts, blindly, and --resume goes on behind them")
    func blind() async throws {
        try await withTemporaryDirectory { place in
            let first = try BuiltTool.run("compare", "A.jsonl", "B.jsonl", "-o", "v.jsonl", input: "axtsq", in: place, files: files)
            #expect(first.status == 0, "\(first)")
            #expect(first.messages.contains("Which is better? a, b, t (a tie)") && first.messages.contains("a, b, t, s or q: "))
            #expect(!first.messages.contains("model-A") && !first.messages.contains("model-B"))
            let file = place.appending(path: "v.jsonl")
            #expect(try String(contentsOf: file, encoding: .utf8).split(separator: "\n").count == 3)
            let refused = try BuiltTool.run("compare", "A.jsonl", "B.jsonl", "-o", "v.jsonl", in: place)
            #expect(refused.status == 64 && refused.messages.contains("--resume"), "\(refused)")
            // A run that was killed leaves half a line.
            let handle = try FileHandle(forWritingTo: file)
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(#"{"id": "ha"#.utf8))
            try handle.close()
            let rest = try BuiltTool.run(
                "compare", "A.jsonl", "B.jsonl", "-o", "v.jsonl", "--resume", "--json", input: "ttttttttttttt", in: place)
            #expect(rest.status == 0, "\(rest)")
            let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            #expect(lines.count == 12 && Set(lines).count == 12)
            let object = try #require(try JSONSerialization.jsonObject(with: Data(rest.output.utf8)) as? [String: Any])
            let row = try #require((object["comparisons"] as? [[String: Any]])?.first)
            #expect(row["model"] as? String == "model-B" && row["n_draws"] as? Int == 10 && row["n_total"] as? Int == 11)
            let counted = try BuiltTool.run("compare", "v.jsonl", in: place)
            #expect(counted.status == 0 && counted.output.contains("model-B") && counted.output.contains("skipped 1"), "\(counted)")
            let list = try BuiltTool.run("compare", "--as", "annotations", "v.jsonl", "-o", "v.json", in: place)
            #expect(list.status == 0, "\(list)")
            #expect(
                try BuiltTool.run("compare", "v.json", "--json", in: place).output
                    == BuiltTool.run("compare", "v.jsonl", "--json", in: place).output)
        }
    }

    @Test("answers go to MT-Bench and back, and what cannot be compared is said")
    func forms() async throws {
        try await withTemporaryDirectory { place in
            let questions = (0..<12).map {
                #"{"question_id": \#(81 + $0), "category": "x", "turns": ["Name a thing of kind \#($0).", "And?"]}"#
            }
            let all = files.merging(["q.jsonl": questions.joined(separator: "\n"), "none.jsonl": #"{"text": "t"}"#]) { one, _ in one }
            let written = try BuiltTool.run(
                "compare", "--as", "answers", "--questions", "q.jsonl", "A.jsonl", "-o", "a.jsonl", in: place, files: all)
            #expect(written.status == 0, "\(written)")
            let mixed = try BuiltTool.run(
                "compare", "a.jsonl", "a.jsonl", "--questions", "q.jsonl", "-o", "v.jsonl", input: "t", in: place)
            #expect(mixed.status == 0 && mixed.messages.contains("1 of 12"), "\(mixed)")
            let outputs = try BuiltTool.run("compare", "--as", "outputs", "B.jsonl", in: place)
            #expect(outputs.output.contains(#""generator": "model-B""#), "\(outputs)")
            let none = try BuiltTool.run("compare", "A.jsonl", "none.jsonl", in: place)
            #expect(none.status == 2 && none.messages.contains("none.jsonl: no record in it is an answer"), "\(none)")
        }
    }

    @Test("without a verdict no file is left in the way of the next try, and --force leaves the old one as it is")
    func nothingJudged() async throws {
        try await withTemporaryDirectory { place in
            let file = place.appending(path: "v.jsonl")
            for (name, content) in files { try Data(content.utf8).write(to: place.appending(path: name)) }
            for words in [[], ["--resume"], ["--force"]] {
                let ended = try BuiltTool.run(["compare", "A.jsonl", "B.jsonl", "-o", "v.jsonl"] + words, in: place)
                #expect(ended.status != 0 && ended.messages.contains("no verdict"), "\(ended)")
                #expect(!FileManager.default.fileExists(atPath: file.path), "\(words)")
            }
            #expect(try BuiltTool.run("compare", "A.jsonl", "B.jsonl", "-o", "v.jsonl", input: "aq", in: place).status == 0)
            let old = try Data(contentsOf: file)
            #expect(try BuiltTool.run("compare", "A.jsonl", "B.jsonl", "-o", "v.jsonl", "--force", input: "q", in: place).status != 0)
            #expect(try Data(contentsOf: file) == old)
            #expect(try BuiltTool.run("compare", "A.jsonl", "B.jsonl", "-o", "v.jsonl", "--force", input: "bbq", in: place).status == 0)
            #expect(try String(contentsOf: file, encoding: .utf8).split(separator: "\n").count == 2)
        }
    }

    @Test("a model that cannot say which is better is refused as a judge")
    func weakJudge() async throws {
        let base = try Kitchen.open().folder.appending(path: "base").path
        try await withTemporaryDirectory { place in
            let ended = try BuiltTool.run("compare", "A.jsonl", "B.jsonl", "--judge", base, in: place, files: files)
            #expect(ended.status == 2 && ended.messages.contains("cannot compare"), "\(ended)")
            let kept = try BuiltTool.run("compare", "A.jsonl", "B.jsonl", "--judge", base, "-o", "v.jsonl", in: place)
            #expect(kept.status == 2 && !FileManager.default.fileExists(atPath: place.appending(path: "v.jsonl").path), "\(kept)")
        }
    }

    @Test("of a file of verdicts --limit counts the first, what asks for a place is refused, and few verdicts decide nothing")
    func counting() async throws {
        try await withTemporaryDirectory { place in
            let verdicts = (0..<12).map {
                #"{"id": "\#($0)", "instruction": "i\#($0)", "output_1": "a", "output_2": "b", "generator_1": "A", "generator_2": "B", "preference": 2.0}"#
            }.joined(separator: "\n")
            let few = try BuiltTool.run("compare", "v.jsonl", "--limit", "5", in: place, files: ["v.jsonl": verdicts])
            #expect(few.status == 0 && few.output.contains("5 verdicts decide nothing between B and A"), "\(few)")
            #expect(!few.output.contains("is preferred"))
            let all = try BuiltTool.run("compare", "v.jsonl", in: place)
            #expect(all.output.contains("B is preferred") && all.output.contains("75.7 to 100.0"), "\(all)")
            for words in [["-o", "w.jsonl"], ["--resume"], ["--force"]] {
                let refused = try BuiltTool.run(["compare", "v.jsonl"] + words, in: place)
                #expect(refused.status == 64 && refused.messages.contains("two files of answers"), "\(refused)")
            }
        }
    }

    @Test("a file of verdicts on other models is not gone on in")
    func otherModels() async throws {
        try await withTemporaryDirectory { place in
            let all = files.merging(["C.jsonl": files["B.jsonl", default: ""].replacing("model-B", with: "model-C")]) { one, _ in one }
            #expect(try BuiltTool.run("compare", "A.jsonl", "B.jsonl", "-o", "v.jsonl", input: "aq", in: place, files: all).status == 0)
            let other = try BuiltTool.run("compare", "A.jsonl", "C.jsonl", "-o", "v.jsonl", "--resume", input: "aq", in: place)
            #expect(other.status == 64 && other.messages.contains("are on model-A and model-B"), "\(other)")
        }
    }
}
