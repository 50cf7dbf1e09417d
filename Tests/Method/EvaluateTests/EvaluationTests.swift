import Foundation
import LanguageModels
import Records
import TestSupport
import Testing

@testable import Evaluate

private let pairs: [Seed] = {
    let topics = [
        ("bees", "hives"), ("bread", "ovens"), ("tides", "moons"), ("chess", "clocks"), ("volcanoes", "ash"), ("budgets", "coins"),
        ("sleep", "beds"), ("pottery", "kilns"), ("swimming", "pools"), ("trains", "rails"), ("moss", "shade"), ("kites", "winds"),
    ]
    return topics.compactMap { topic, other in
        try? Seed([
            "id": .string(topic), "instruction": .string("Which \(topic) need \(other) or \(topic)?"),
            "output": .string("To learn about \(topic), read one good book of \(topic). Then try \(topic) for a week."),
        ])
    }
}()

struct EvaluationTests {
    private func measured(_ models: [(String, ScriptedModel)], role: ModelRole = .forward) async throws -> EvaluationResult {
        let evaluation = try Evaluation(role: role, pairs: pairs)
        var found: [Evaluation.Measurement] = []
        for (name, model) in models { found.append(try await evaluation.measure(model, named: name)) }
        return try EvaluationResult(found, of: evaluation)
    }

    @Test("models stand side by side, with the difference to the first, its interval and a sentence")
    func sideBySide() async throws {
        let better = ScriptedModel(nats: { said, _ in -0.4 - Double(said.utf8.count % 3) / 100 })
        let result = try await measured([("A", ScriptedModel()), ("B", better)])
        #expect(result.measured == 12 && result.rows.count == 2 && result.rows[0].differences.isEmpty)
        let difference = try #require(result.rows[1].differences.first)
        #expect(difference.difference.verdict == .lower)
        #expect(difference.sentence.hasPrefix("B is better than A by 0.0") && difference.sentence.hasSuffix("nats a token."))
        let object = result.object { "pairs.jsonl:\($0 + 1)" }
        #expect(object["loss"]?.double == 0.5 && object["role"]?.string == "forward")
        #expect(object["models"]?.array?.compactMap { $0.object?["model"]?.string } == ["A", "B"])
        #expect(object["differences"]?.array?.first?.object?["interval"]?.array?.count == 2)
    }

    @Test("a pair that one model cannot be measured on is left out for all, and named with the model")
    func commonPairs() async throws {
        let long = try Seed([
            "id": "long", "instruction": .string(String(repeating: "really ", count: 40) + "how?"), "output": "So.",
        ])
        let cut = try Seed([
            "id": "cut", "instruction": "How do I learn about bees?",
            "output": .string(String(repeating: "Read one more book. ", count: 8)),
        ])
        let evaluation = try Evaluation(role: .forward, pairs: [long] + pairs + [cut])
        let wide = try await evaluation.measure(ScriptedModel(), named: "A")
        let narrow = try await evaluation.measure(ScriptedModel(contextLength: 30), named: "B")
        let result = try EvaluationResult([wide, narrow], of: evaluation)
        #expect(result.measured == 12)
        #expect(result.leftOut.map(\.id) == ["long", "cut"] && result.leftOut.allSatisfy { $0.model == "B" })
        #expect(result.leftOut.map(\.rejection.reason) == ["prompt_too_long", "cut_elsewhere"])
        for row in result.rows {
            guard case .loss(let summary) = row.figures else {
                Issue.record("no loss")
                return
            }
            #expect(summary.pairs == 12 && summary.cut == 0)
        }
        // One model alone is measured on what fits it.
        let alone = try EvaluationResult([narrow], of: evaluation)
        #expect(alone.measured == 13 && alone.leftOut.map(\.id) == ["long"])
        let listed = alone.object { "pairs.jsonl:\($0 + 1)" }["left_out"]?.array?.first?.object
        #expect(listed?["place"]?.string == "pairs.jsonl:1" && listed?["reason"]?.string == "prompt_too_long")
    }

    @Test("where models cut text into other tokens the difference is in bits a byte")
    func otherTokens() async throws {
        let evaluation = try Evaluation(role: .forward, pairs: pairs)
        let one = try await evaluation.measure(ScriptedModel(), named: "A")
        guard case .losses(let losses) = one.figures else {
            Issue.record("no losses")
            return
        }
        let finer = losses.map { result in
            result.map { loss in
                var loss = loss
                loss.tokens *= 2
                return loss
            }
        }
        let other = Evaluation.Measurement(name: "B", card: one.card, figures: .losses(finer))
        let difference = try #require(try EvaluationResult([one, other], of: evaluation).rows[1].differences.first)
        #expect(difference.unit == .bitsAByte && difference.difference.mean == 0)
    }

    @Test("a backward model's loss is the instruction's, and its gain tells the own output from another's")
    func backward() async throws {
        let model = ScriptedModel(
            roles: [.backward],
            nats: { said, asked in
                let topic = said.split(separator: " ").last.map { $0.dropLast() } ?? ""
                return asked.contains(topic) ? -0.5 : -2
            })
        let result = try await measured([("B", model)], role: .backward)
        guard case .loss(let summary) = result.rows[0].figures else {
            Issue.record("no loss")
            return
        }
        #expect(summary.loss == 0.5 && summary.tokens == 12 * 6)
        #expect(summary.gain == 9 && summary.found == 1)
    }

    @Test("a judge's AUC is 1 where it scores every true pair above the wrong ones, 0.5 where it knows nothing")
    func judge() async throws {
        let knowing = ScriptedModel(
            roles: [.judge],
            masses: { prompt in
                let topic = pairs.first { prompt.contains("or \($0.id)?") }?.id ?? ""
                return prompt.contains("book of \(topic)") ? [0, 0, 0, 0, 1] : [1, 0, 0, 0, 0]
            })
        let result = try await measured([("J", ScriptedModel(roles: [.judge])), ("K", knowing)], role: .judge)
        guard case .judge(let flat) = result.rows[0].figures, case .judge(let sharp) = result.rows[1].figures else {
            Issue.record("no judges")
            return
        }
        #expect(flat.random?.area == 0.5 && flat.meanRight == 5)
        #expect(sharp.random?.area == 1)
        #expect(result.rows[1].differences.contains { $0.measure == "auc_random" && $0.difference.mean == 0.5 })
    }

    @Test("a judge that says no label is refused before the first pair, with what to do")
    func muteJudge() async throws {
        let mute = ScriptedModel(masses: { _ in [0.01, 0, 0, 0, 0] })
        let error = await #expect(throws: EvaluateError.self) { try await measured([("M", mute)], role: .judge) }
        #expect(error == .saysNoScore(model: "M", mass: 0.01, isTrained: false) && error?.description.contains("--role judge") == true)
    }

    @Test("no pair, none that fits, a wrong role and roles that differ are errors that say what to do")
    func errors() async throws {
        #expect(throws: EvaluateError.noPair) { try Evaluation(role: .forward, pairs: []) }
        let error = await #expect(throws: EvaluateError.self) { try await measured([("A", ScriptedModel(contextLength: 4))]) }
        #expect(error?.description.contains("not one of the 12 pairs could be measured (prompt_too_long 12)") == true)
        await #expect(throws: EvaluateError.wrongRole(model: "J", roles: [.judge], wanted: .forward)) {
            try await measured([("J", ScriptedModel(roles: [.judge]))])
        }
        #expect(throws: EvaluateError.noCommonRole("A", [.forward], "B", [.backward])) {
            try Evaluation.role(nil, of: [("A", [.forward]), ("B", [.backward])])
        }
    }

    @Test("the role is the one asked for, else what all were trained for, else forward")
    func roles() throws {
        #expect(try Evaluation.role(nil, of: [("A", [])]) == .forward)
        #expect(try Evaluation.role(nil, of: [("A", []), ("B", [.backward, .judge])]) == .backward)
        #expect(try Evaluation.role(nil, of: [("A", [.judge]), ("B", [.backward, .judge])]) == .judge)
        #expect(try Evaluation.role(.judge, of: [("A", []), ("B", [.backward, .judge])]) == .judge)
        #expect(throws: EvaluateError.self) { try Evaluation.role(.forward, of: [("B", [.backward])]) }
    }
}
