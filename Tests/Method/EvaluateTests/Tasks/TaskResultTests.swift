import Foundation
import TestSupport
import Testing

@testable import Evaluate

struct TaskResultTests {
    private func task(_ lines: [String]) async throws -> TaskFile {
        try await withTemporaryDirectory { place in
            let file = place.appending(path: "own.jsonl")
            try Data(lines.joined(separator: "\n").utf8).write(to: file)
            return try TaskFile([file.path])
        }
    }

    private func choices(_ count: Int = 8) async throws -> TaskFile {
        try await task(
            (0..<count).map { #"{"id": "q\#($0)", "question": "q\#($0)", "choices": ["no", "yes it is so"], "answer": \#($0 % 2)}"# })
    }

    @Test("a choice is taken by its log-probability whole, a byte and a token")
    func lengths() async throws {
        // Whole -0.6 against -1.2; a byte -0.3 against -0.1; a token -0.6 against -0.3.
        let model = ScriptedModel(nats: { said, _ in said.contains("yes") ? -0.3 : -0.6 })
        let task = try await choices()
        #expect(task.measures == [.accuracy, .accuracyPerByte, .accuracyPerToken] && task.name == "own")
        let result = try TaskResult([try await task.measure(model, named: "M")], of: task)
        let answers = result.rows[0].answers
        #expect(
            answers[0].figures[.accuracy] == 1 && answers[0].figures[.accuracyPerByte] == 0 && answers[0].figures[.accuracyPerToken] == 0)
        #expect(answers[1].figures[.accuracy] == 0 && answers[1].figures[.accuracyPerByte] == 1)
        #expect(abs((answers[0].figures[.trueMass] ?? 0) - exp(-0.6) / (exp(-0.6) + exp(-1.2))) < 1e-12)
        #expect(result.rows[0].figures[.accuracy]?.mean == 0.5 && result.chance == 0.5)
    }

    @Test("models are held against the first over the questions that all were asked, with what each answered")
    func compared() async throws {
        let task = try await choices()
        let knows = ScriptedModel(nats: { said, prompt in
            let isOdd = prompt.contains { "1357".contains($0) }
            return said.contains("yes") == isOdd ? -0.01 : -9
        })
        let one = try await task.measure(ScriptedModel(), named: "base")
        let result = try TaskResult([one, try await task.measure(knows, named: "tuned")], of: task)
        let difference = try #require(result.rows[1].differences[.accuracy])
        #expect(difference.mean == 0.5 && difference.verdict == .higher && result.rows[0].differences.isEmpty)
        #expect(result.sentence(result.rows[1], .accuracy)?.hasPrefix("own: tuned is better than base by 0.0") == true)
        let object = result.object
        let models = (object["models"]?.array ?? []).compactMap { $0.object }
        #expect(models[1]["per_question"]?.array?.count == 8 && models[1]["accuracy"]?.double == 1)
        #expect(models[0]["per_question"]?.array?[0].object?["log_probs"]?.array?.count == 2)
        #expect(!object.serialized.contains("nan"))
    }

    @Test("a question that does not fit one model is left out for all, and nothing left is an error")
    func leftOut() async throws {
        let long = #"{"question": "\#(String(repeating: "word ", count: 50))", "choices": ["no", "yes"], "answer": 0}"#
        let task = try await task([long, #"{"question": "q", "choices": ["no", "yes"], "answer": 0}"#])
        let narrow = ScriptedModel(contextLength: 20)
        let result = try TaskResult(
            [try await task.measure(ScriptedModel(), named: "wide"), try await task.measure(narrow, named: "narrow")], of: task)
        #expect(result.questions.count == 1 && result.leftOut.map(\.model) == ["narrow"] && result.rows[0].answers.count == 1)
        let none = ScriptedModel(contextLength: 2)
        let nothing = try await task.measure(none, named: "none")
        #expect(throws: TaskError.self) { try TaskResult([nothing], of: task) }
    }

    @Test("what a model writes is held against the answers, and GSM8K's by its number")
    func written() async throws {
        let plain = try await task([#"{"question": "q", "answers": ["the Danube", "Donau"]}"#])
        let said = try await plain.measure(ScriptedModel(answer: { _, _ in " Danube" }), named: "M")
        #expect(try said.answers[0].get().figures == [.exactMatch: 1, .f1: 1])
        let gsm = try await task([#"{"question": "q", "answer": "6*3=18\n#### 1,800"}"#])
        #expect(gsm.format == .gsm8k && gsm.measures == [.exactMatch, .strictMatch])
        let right = try await gsm.measure(ScriptedModel(answer: { _, _ in "It is 18, no, $1,800." }), named: "M")
        #expect(try right.answers[0].get().figures == [.exactMatch: 1, .strictMatch: 0])
        let marked = try await gsm.measure(ScriptedModel(answer: { _, _ in "#### 1800\n\n5" }), named: "M")
        #expect(try marked.answers[0].get().figures == [.exactMatch: 0, .strictMatch: 1])
    }

    @Test("a model of a server, which says no log-likelihoods, is refused for choices")
    func remote() async throws {
        let task = try await choices()
        await #expect(throws: EvaluateError.noLikelihoods(model: "R")) {
            try await task.measure(ScriptedModel(givesProbabilities: false), named: "R")
        }
    }
}
