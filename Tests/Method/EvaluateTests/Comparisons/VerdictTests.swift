import Foundation
import Records
import TestSupport
import Testing

@testable import Evaluate

struct VerdictTests {
    private func answers(_ model: String, _ outputs: [String]) throws -> [StoredAnswer] {
        try outputs.enumerated().map {
            try StoredAnswer(
                ["instruction": .string("What is \($0)?"), "output": .string($1), "generator": .string(model)], questions: [:])
        }
    }

    @Test("pairs come in an order of their own, and about half of them are turned")
    func order() throws {
        let (a, b) = (try answers("A", (0..<200).map { "a\($0)" }), try answers("B", (0..<200).map { "b\($0)" }))
        let pairs = try AnswerPair.all(a, b)
        #expect(pairs.count == 200 && pairs.map(\.instruction) != a.map(\.instruction))
        #expect((80...120).contains(pairs.count(where: \.isTurned)))
        #expect(try AnswerPair.all(a.reversed(), b) == pairs)
        #expect(throws: ComparisonError.self) {
            try AnswerPair.all(a, [StoredAnswer(["instruction": "x", "output": "y"], questions: [:])])
        }
    }

    @Test("a verdict is written as AlpacaEval's annotation and read again")
    func annotation() throws {
        let pair = try AnswerPair.all(answers("A", ["x"]), answers("B", ["y"]))[0]
        let verdict = Verdict(pair, preference: 1.5, annotator: "J", names: ["A", "B"], orders: [1, 2])
        #expect(try Verdict(verdict.object) == verdict)
        #expect(verdict.object.keys.contains("output_1") && verdict.object["generator_2"]?.string == "B")
        #expect(try Verdict(["preference": 0, "instruction": "i"]).preference == 1.5)
        #expect(try Verdict(["preference": .null, "instruction": "i"]).preference == nil)
        #expect(throws: Rejection.self) { try Verdict(["preference": 3]) }
    }

    @Test("MT-Bench's judgements are read and written: what the two orders do not agree on is a tie")
    func judgements() throws {
        func read(_ one: String, _ two: String) throws -> Double? {
            try Verdict([
                "question_id": 81, "model_1": "A", "model_2": "B", "g1_winner": .string(one), "g2_winner": .string(two),
                "judge": ["gpt-4", "pair-v2"],
            ]).preference
        }
        #expect(try read("model_2", "model_2") == 2 && read("model_1", "model_1") == 1 && read("model_1", "model_2") == 1.5)
        #expect(try read("error", "model_1") == nil)
        let pair = try AnswerPair.all(answers("A", ["x"]), answers("B", ["y"]))[0]
        let written = Verdict(pair, preference: 2, annotator: "J", names: ["A", "B"], orders: [2, 2]).judgement(question: "81")
        #expect(written["g1_winner"]?.string == "model_2" && written["question_id"]?.integer == 81)
        #expect(try Verdict(written).preference == 2)
    }

    @Test("a judge is asked in both orders, and counts where it says the same")
    func judge() async throws {
        let pair = try AnswerPair.all(answers("A", ["bad"]), answers("B", ["good"]))[0]
        func verdict(_ masses: @escaping @Sendable (String) -> [Double]) async throws -> Verdict {
            try await PairwiseJudge(ScriptedModel(masses: masses)).verdict(on: pair, names: ["A", "B"])
        }
        let fair = try await verdict { $0.contains("ANSWER A\ngood") ? [0.9, 0.05, 0.05] : [0.1, 0.8, 0.1] }
        #expect(fair.preference == 2 && fair.orders == [2, 2])
        let first = try await verdict { _ in [0.8, 0.1, 0.1] }
        #expect(first.preference == 1.5 && first.orders == [1, 2])
        await #expect(throws: Rejection.self) { try await verdict { _ in [0.1, 0.1, 0.1] } }
        let speaks = ScriptedModel(givesProbabilities: false, answer: { prompt, _ in prompt.contains("ANSWER A\ngood") ? "A." : "B" })
        #expect(try await PairwiseJudge(speaks).verdict(on: pair, names: ["A", "B"]).preference == 2)
        let rambles = ScriptedModel(givesProbabilities: false, answer: { _, _ in "A or B" })
        await #expect(throws: Rejection.self) { try await PairwiseJudge(rambles).verdict(on: pair, names: ["A", "B"]) }
    }

    @Test("verdicts of several models are counted apart")
    func result() throws {
        let (a, b, c) = (try answers("A", ["x", "y"]), try answers("B", ["u", "v"]), try answers("C", ["s", "t"]))
        var verdicts = try AnswerPair.all(a, b).map { Verdict($0, preference: 2, annotator: "person", names: ["A", "B"]) }
        verdicts += try AnswerPair.all(a, c).map {
            Verdict($0, preference: nil, annotator: "person", names: ["A", "C"], reason: "skipped")
        }
        let result = ComparisonResult(verdicts)
        #expect(result.rows.map(\.model) == ["B"] && result.withoutPreference == ["A and C"] && result.rows[0].winRate.rate == 100)
        #expect(result.rows[0].lengthControlled == nil && !result.object.serialized.contains("nan"))
    }
}
