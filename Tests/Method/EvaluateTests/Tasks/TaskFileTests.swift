import Foundation
import TestSupport
import Testing

@testable import Evaluate

struct TaskFileTests {
    private static let goldens = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Goldens")

    private struct Golden: Decodable {
        let task: String, file: String, shotsFile: String?, shots: Int, prompt: String, choices: [String]?, right: [Int]?
    }

    @Test("prompts and continuations of every known task are the harness's, shots and all")
    func prompts() throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let cases = try decoder.decode([Golden].self, from: Data(contentsOf: Self.goldens.appending(path: "prompts.json")))
        func path(_ name: String) -> String { Self.goldens.appending(path: "questions/\(name)").path }
        let tasks = Dictionary(grouping: cases) { "\($0.task) \($0.shots)" }
        #expect(tasks.count == 8 && cases.count == 18)
        for cases in tasks.values {
            let first = cases[0]
            let told = ["arc", "gsm8k"].contains(first.task) ? nil : TaskFormat(rawValue: first.task)
            let task = try TaskFile(
                [path(first.file)], as: told, shots: first.shots, from: first.shotsFile.map { [path($0)] } ?? [])
            #expect(task.format.rawValue == first.task && task.questions.count == cases.count && task.refusals.isEmpty)
            for (question, golden) in zip(task.questions, cases) {
                #expect(task.prompt(of: question) == golden.prompt)
                guard let choices = golden.choices, let right = golden.right else { continue }
                #expect(question.wanted == .choice(choices, right: right))
            }
        }
    }

    private func reading(_ content: String, as name: String = "t.jsonl", shots: Int = 0) async throws -> TaskFile {
        try await withTemporaryDirectory { place in
            let file = place.appending(path: name)
            try Data(content.utf8).write(to: file)
            return try TaskFile([file.path], shots: shots, from: shots > 0 ? [file.path] : [])
        }
    }

    @Test("MMLU as its authors give it, without a row of names, loses no question")
    func withoutNames() async throws {
        let task = try await reading(
            "Which is wet?,Water,Sand,Air,Salt,A\n\"Which, if any, is dry?\",Rain,Sand,Tea,Sea,B\n", as: "sea_val.csv")
        #expect(task.format == .mmlu && task.questions.count == 2 && task.chance == 0.25)
        #expect(task.questions[1].wanted == .choice(["A", "B", "C", "D"], right: [1]))
        #expect(
            task.prompt(of: task.questions[0]).hasPrefix(
                "The following are multiple choice questions (with answers) about sea.\n\nWhich is wet?"))
    }

    @Test(
        "a table with a row of names is anybody's: its choices are scored as whole texts, and its name is no subject",
        arguments: ["choice0,choice1", "A,B", "choice_a,choice_b"])
    func ownTable(columns: String) async throws {
        let task = try await reading("question,\(columns),answer\nWhich is wet?,Sand,Sea water,1\n", as: "beach.csv")
        #expect(task.format == .choices && task.name == "beach" && task.questions[0].subject == nil)
        #expect(task.questions[0].wanted == .choice(["Sand", "Sea water"], right: [1]))
        #expect(task.prompt(of: task.questions[0]) == "Question: Which is wet?\nAnswer:")
    }

    @Test("a file without a question is an error that says what was found, and a record that is none is counted")
    func nothingThere() async throws {
        for content in ["", #"{"instruction": "i", "output": "o"}"#, #"{"question": "q", "choices": ["x", "y"], "answer": 9}"#] {
            await #expect(throws: TaskError.self) { try await reading(content) }
        }
        let mixed = try await reading(#"{"question": "q", "answer": "a"}"# + "\n" + #"{"question": "q"}"#)
        #expect(mixed.questions.count == 1 && mixed.refusals.map(\.rejection.reason) == ["missing_field"])
    }

    @Test("a question is not its own shot, and too few shots are an error")
    func shots() async throws {
        let lines = (1...3).map { #"{"question": "q\#($0)", "answer": "a\#($0)"}"# }.joined(separator: "\n")
        let task = try await reading(lines, shots: 2)
        #expect(task.prompt(of: task.questions[1]) == "Question: q1\nAnswer: a1\n\nQuestion: q3\nAnswer: a3\n\nQuestion: q2\nAnswer:")
        await #expect(throws: TaskError.self) { try await reading(lines, shots: 3) }
    }
}
