import Records
import TestSupport
import Testing

@testable import LanguageModels

struct JudgeTests {
    private let german = "Der Damm hält das Wasser und ist aus Beton."

    @Test("the score is the expectation over the labels, on the scale of 1 to 5 whatever the rubric's own is")
    func expectation() async throws {
        let judge = Judge(ScriptedModel(masses: { _ in [0, 0, 0, 0, 0.4, 0.4] }), by: Rubrics(Rubric.named("additive-en")))
        let expected = try await judge.score(of: "A wall.", to: "What is a dam?")
        #expect(expected.score == 4.6 && expected.scale == 0...5 && expected.mass == 0.8)
    }

    @Test("a model of the role judge is asked as it was trained, any other by the five-point rubric in the output's language")
    func rubrics() async throws {
        #expect(Judge(ScriptedModel(roles: [.judge])).rubric(of: german, language: nil).name == "trained")
        #expect(Judge(ScriptedModel()).rubric(of: german, language: nil).name == "five-point-de")
        #expect(Judge(ScriptedModel()).rubric(of: german, language: "en").name == "five-point-en")
        #expect(Judge(ScriptedModel()).rubric(of: "A wall.", language: nil).name == "five-point-en")
        let asked = Judge(ScriptedModel(masses: { $0.hasPrefix("ANFRAGE") ? [0, 0, 0, 1, 0] : [1, 0, 0, 0, 0] }))
        #expect(try await asked.score(of: german, to: "Was ist ein Damm?").score == 4)
    }

    @Test("a rubric with reasons is read from text, though the model shows probabilities")
    func reasons() async throws {
        var rubric = Rubric.named("five-point-en")[0]
        rubric.givesReasons = true
        let model = ScriptedModel(
            answer: { prompt, _ in prompt.contains("Give your reasons") ? "It names 1 cause of 2.\nScore: 3" : "" },
            masses: { _ in [0, 0, 0, 0, 1] })
        #expect(try await Judge(model, by: Rubrics([rubric])).score(of: "A wall.", to: "What?").score == 3)
    }

    @Test("a score between two labels counts for both, and keeps its value")
    func fraction() async throws {
        let judge = Judge(ScriptedModel(givesProbabilities: false, answer: { _, _ in "4.5" }))
        let expected = try await judge.score(of: "A wall.", to: "What is a dam?")
        #expect(expected.score == 4.5 && expected.probabilities == [0, 0, 0, 0.5, 0.5])
    }

    @Test("several samples are averaged, each under a key of its own; those without a score lower the mass")
    func samples() async throws {
        let answers = ["p judgement 0": "5", "p judgement 1": "3", "p judgement 2": "no idea", "p judgement 3": "Score: 4"]
        let judge = Judge(ScriptedModel(answer: { _, key in answers[key] ?? "1" }), by: .fivePoint, samples: 4)
        let expected = try await judge.score(of: "A wall.", to: "What is a dam?", key: "p")
        #expect(expected.score == 4 && expected.mass == 0.75)
    }

    @Test("where most samples give no score the pair has none, and where none does the first one's reason is told")
    func unreadable() async throws {
        func rejection(_ answer: @escaping @Sendable (String) -> String) async -> Rejection? {
            let judge = Judge(ScriptedModel(answer: { _, key in answer(key) }), by: .fivePoint, samples: 3)
            return await #expect(throws: Rejection.self) { try await judge.score(of: "A wall.", to: "What?", key: "p") }
        }
        #expect(await rejection { $0.hasSuffix("2") ? "4" : "four" }?.reason == "label_mass_low")
        #expect(await rejection { _ in "3-4" }?.reason == "score_ambiguous")
    }
}
