import LanguageModels
import Records
import TestSupport
import Testing

@testable import Evaluate

private let pairs: [Seed] = ["bees", "bread", "tides", "chess", "kilns", "moss"].enumerated().compactMap { place, topic in
    try? Seed([
        "id": .string(topic), "instruction": .string("What \(place) is \(topic)\(place)?"),
        "output": .string("There is \(topic) here. And more \(topic) there."),
    ])
}

/// Loses half a nat a word where the instruction names what the text is about, and this much more where it does not.
private func listening(_ more: Double, contextLength: Int = 10_000) -> ScriptedModel {
    ScriptedModel(
        contextLength: contextLength,
        nats: { said, asked in
            let topic = String(said.split(separator: " ")[2])
            return asked.contains(topic) ? -0.5 : -0.5 - more
        })
}

struct InstructionGainTests {
    private func measured(_ models: [(String, ScriptedModel)], mismatches: Int) async throws -> EvaluationResult {
        let evaluation = try Evaluation(role: .forward, pairs: pairs, mismatches: mismatches)
        var found: [Evaluation.Measurement] = []
        for (name, model) in models { found.append(try await evaluation.measure(model, named: name)) }
        return try EvaluationResult(found, of: evaluation)
    }

    private func near(_ one: Double?, _ other: Double) -> Bool { one.map { abs($0 - other) < 1e-9 } ?? false }

    @Test("the gain is what a token loses with other pairs' instructions beyond the own, one value a mismatch, and the loss stays")
    func arithmetic() async throws {
        let result = try await measured([("A", listening(0.25))], mismatches: 3)
        #expect(result.rows[0].losses.allSatisfy { $0.gains.count == 3 && near($0.instructionGain, 0.25) && near($0.loss, 0.5) })
        guard case .loss(let summary) = result.rows[0].figures else {
            Issue.record("no loss")
            return
        }
        #expect(near(summary.instructionGain?.mean, 0.25) && summary.listens == 1 && near(summary.loss, 0.5))
        let object = result.object { _ in nil }
        #expect(near(object["instruction_gain"]?.double, 0.25) && object["instruction_gain_interval"]?.array?.count == 2)
        let perPair = try #require(object["models"]?.array?.first?.object?["per_pair"]?.array)
        #expect(perPair.compactMap { $0.object?["id"]?.string } == pairs.map(\.id))
        #expect(perPair.allSatisfy { $0.object?["gains"]?.array?.count == 3 && near($0.object?["instruction_gain"]?.double, 0.25) })
    }

    @Test("a model that listens less than the first has the worse gain, paired, with its interval and a sentence")
    func against() async throws {
        let deaf = ScriptedModel()
        let result = try await measured([("A", listening(0.25)), ("B", deaf)], mismatches: 2)
        let difference = try #require(result.rows[1].differences.first { $0.measure == "instruction_gain" })
        #expect(difference.difference.verdict == .lower && near(difference.difference.mean, -0.25))
        #expect(difference.sentence == "B is worse than A by 0.250 to 0.250 nats a token of instruction gain.")
    }

    @Test("without mismatches nothing but the loss is measured")
    func none() async throws {
        let result = try await measured([("A", listening(0.25)), ("B", ScriptedModel())], mismatches: 0)
        #expect(result.rows[1].differences.map(\.measure) == ["loss"])
        #expect(result.object { _ in nil }["instruction_gain"] == nil)
    }

    @Test("a longer instruction of another pair is compared over the tokens that fit behind both; one that leaves no room does not count")
    func room() async throws {
        let pair = try Seed(["instruction": "What is bees?", "output": "There is bees here. And more bees there."])
        let long = "What is bread, if I may ask it at such length?"
        let none = String(repeating: "What is bread ", count: 20)
        let loss = try await HeldOutLoss(model: listening(0.25, contextLength: 16)).loss(of: pair, strangers: [long, none])
        #expect(loss.tokens == 8 && !loss.isCut && loss.gains.count == 1 && near(loss.gains.first, 0.25))
    }

    @Test("pairs that have no other one to be told from are counted")
    func withoutMismatch() throws {
        let seeds = try ["How do bees find home?", "How do bees find home now?"].map {
            try Seed(["instruction": .string($0), "output": .string("Of \($0)")])
        }
        #expect(try Evaluation(role: .forward, pairs: seeds, mismatches: 1).withoutMismatch == 2)
        #expect(try Evaluation(role: .forward, pairs: seeds).withoutMismatch == 0)
        let others = seeds + [try Seed(["instruction": "Who wrote of two cities?", "output": "Dickens."])]
        #expect(try Evaluation(role: .forward, pairs: others, mismatches: 1).withoutMismatch == 0)
    }
}
