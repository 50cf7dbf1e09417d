import Ground
import LanguageModels
import Records
import Synchronization
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

    @Test("a model that learned source tags is asked under them, any other under the seed's own system prompt alone")
    func turns() async throws {
        func asked(_ roles: [ModelRole]) async throws -> [ChatMessage] {
            let model = RecordingModel(card: ScriptedModel(roles: roles).card)
            _ = try await SelfAnswer(to: "Why?", system: "Be kind.", of: model, sampling: Sampling(temperature: 1, topP: 1), key: "k")
            return model.turns
        }
        #expect(try await asked([.forward]) == RolePrompts.forward("Why?", system: "Be kind."))
        #expect(try await asked([]) == [ChatMessage(.system, "Be kind."), ChatMessage(.user, "Why?")])
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

/// A model that says "Yes." and remembers the turns it was asked in.
private final class RecordingModel: LanguageModel {
    let card: ModelCard
    private let asked = Mutex<[ChatMessage]>([])

    init(card: ModelCard) { self.card = card }

    var turns: [ChatMessage] { asked.withLock { $0 } }

    func tokenCount(of text: String) async throws -> Int { 1 }
    func tokenCount(of prompt: Prompt) async throws -> Int { 1 }

    func complete(_ prompt: Prompt, sampling: Sampling, key: String) async throws -> Completion {
        if case .chat(let turns) = prompt { asked.withLock { $0 = turns } }
        return Completion(text: "Yes.", end: .stop, tokenCount: 1, meanLogProbability: nil)
    }

    func probabilities(of labels: [Label], after prompt: Prompt) async throws -> [Double] { throw Rejection("not_asked") }
    func logLikelihood(of continuation: String, after prompt: Prompt) async throws -> LogLikelihood { throw Rejection("not_asked") }
}
