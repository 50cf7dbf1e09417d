import TestSupport
import Testing

@testable import LanguageModels

struct JudgeTrialTests {
    private func verdict(_ model: ScriptedModel) async throws -> JudgeTrial.Finding {
        try await JudgeTrial(Judge(model, by: .trained)).verdict()
    }

    @Test("a judge that gives a label for one plain pair can judge")
    func canJudge() async throws {
        #expect(try await verdict(ScriptedModel()) == .canJudge)
        let model = ScriptedModel(masses: { $0.contains("glacier") ? [0.2, 0.2, 0.1, 0.1, 0.1] : [0, 0, 0, 0, 0.1] })
        #expect(try await verdict(model) == .canJudge)
    }

    @Test("one that gives the labels less than half for every pair cannot, and the most that it gave is told")
    func cannot() async throws {
        let model = ScriptedModel(masses: { $0.contains("egg") ? [0.1, 0.1, 0, 0, 0] : [0.01, 0, 0, 0, 0] })
        #expect(try await verdict(model) == .saysNoLabel(mass: 0.2))
        #expect(JudgeTrial.advice(model: "M", mass: 0.2, isTrained: false).contains("humpback finetune --role judge"))
    }

    @Test("a judge that answers in text and says no digit cannot")
    func spoken() async throws {
        #expect(try await verdict(ScriptedModel(givesProbabilities: false, answer: { _, _ in "Fine." })) == .saysNoLabel(mass: nil))
    }

    @Test("a judge that is cut before every score cannot, and that is what is said")
    func cut() async throws {
        let model = ScriptedModel(givesProbabilities: false, answer: { _, _ in "Well, let me think about all 3 of the points that" })
        #expect(try await verdict(model) == .isCut)
        #expect(JudgeTrial.adviceOfCuts(model: "M").contains("cut before a score"))
    }

    @Test("a context too short for the pairs says nothing of the labels")
    func shortContext() async throws {
        #expect(try await verdict(ScriptedModel(contextLength: 3)) == .canJudge)
    }

    @Test("the model is asked once, however often the finding is")
    func once() async throws {
        let trial = JudgeTrial(Judge(ScriptedModel(masses: { _ in [0, 0, 0, 0, 0] }), by: .trained))
        #expect(try await trial.verdict() == .saysNoLabel(mass: 0))
        #expect(try await trial.verdict() == .saysNoLabel(mass: 0))
    }
}
