import LanguageModels
import Records
import TestSupport
import Testing

@testable import Rounds

struct OpponentStageTests {
    static func stage(_ answer: @escaping @Sendable (String, String) -> String, tokens: Int = 5) -> OpponentStage {
        OpponentStage(
            model: ScriptedModel(contextLength: 50, answer: answer), sampling: Sampling(temperature: 1, topP: 1, maxNewTokens: tokens),
            iteration: 2)
    }

    static let seed: JSONObject = ["id": "s1", "system": "Be kind.", "instruction": "Why?", "output": "Because it is so."]

    @Test("the person's answer is wanted, the model's own is not, and the key names the iteration")
    func preference() async throws {
        let outcome = try await Self.stage { question, key in "\(question) \(key)" }.outcome(Self.seed)
        guard case .kept(let records) = outcome, let record = records.first else {
            Issue.record("\(outcome)")
            return
        }
        let preference = try Preference(record)
        #expect(preference.chosen == "Because it is so." && preference.rejected == "Why? s1 spin 2")
        #expect(preference.prompt == [ChatMessage(.system, "Be kind."), ChatMessage(.user, "Why?")])
        #expect(record["origin"]?.string == "selfplay" && record["iteration"]?.integer == 2)
    }

    @Test("an answer that is cut off, empty, or the person's own is dropped with its reason")
    func dropped() async throws {
        func reason(_ answer: String, seed: JSONObject = Self.seed) async throws -> String {
            let outcome = try await Self.stage({ _, _ in answer }).outcome(seed)
            guard case .dropped(_, let rejection) = outcome else { return "kept" }
            return rejection.reason
        }
        #expect(try await reason("one two three four five six") == "answer_unfinished")
        #expect(try await reason("  ") == "answer_empty")
        #expect(try await reason("Because it is so.") == "same_answers")
        var long = Self.seed
        long["instruction"] = .string(String(repeating: "word ", count: 60))
        #expect(try await reason("Yes.", seed: long) == "prompt_too_long")
    }
}
