import Foundation
import TestSupport
import Testing

@testable import Evaluate

struct ImitationTests {
    @Test("an answer's manner is read from its form and its hedges")
    func manner() {
        let listed = AnswerManner("Here is what helps:\n1. Sleep.\n2. Tea.\n\nOverall, rest matters most.")
        #expect(listed.usesList && listed.summarizes && listed.isAuthoritative)
        let chat = AnswerManner("I think it's the tea, not sure tho")
        #expect(!chat.usesList && !chat.summarizes && !chat.isAuthoritative)
        #expect(!AnswerManner("The capital of France is").isAuthoritative && !AnswerManner("Overall, yes.").summarizes)
        #expect(AnswerManner("Three things:\n- one\n- two\n- three").isAuthoritative)
    }

    @Test("vocabulary is shared word for word, and lengths are correlated with an interval")
    func figures() throws {
        #expect(abs(StyleConvergence.overlap(AnswerManner("a b b c").words, AnswerManner("b b d").words) - 4.0 / 7) < 1e-12)
        let correlation = try #require(PairedCorrelation([1, 2, 3, 4, 5], [2, 4, 5, 4, 5]))
        #expect(abs(correlation.value - 0.774_596_669_2) < 1e-9)
        #expect(correlation.interval.lowerBound < 0 && correlation.interval.upperBound > 0.97)
        #expect(PairedCorrelation([1, 1, 1, 1], [1, 2, 3, 4]) == nil && PairedCorrelation([1, 2], [1, 2]) == nil)
    }

    private func answers(_ name: String, _ text: (Int) -> String) throws -> [StoredAnswer] {
        try (0..<40).map { try StoredAnswer(["instruction": .string("i\($0)"), "output": .string(text($0))], questions: [:]) }
    }

    @Test("a model that took over the reference's manner is told from the base, on the instructions that all have")
    func result() throws {
        func long(_ number: Int) -> String { String(repeating: "very ", count: number % 7 + 1) }
        let reference = try answers("R") { $0 % 2 == 0 ? "Do this \(long($0)):\n- one\n- two\n\nOverall, fine." : "It is \(long($0))good." }
        let base = try answers("B") { "i think \($0)" }
        let tuned = try answers("T") { $0 % 2 == 0 ? "Do that \(long($0)):\n- a\n- b\n\nOverall, good." : "It was \(long($0))good." }
        let result = try ImitationResult(
            reference: ("R", reference), models: [("B", base), ("T", Array(tuned.dropLast(2)))])
        #expect(result.instructions == 38 && result.rows[0].moved.isEmpty)
        #expect(result.rows[1].style.figure(.list)?.mean == 1 && result.rows[1].style.figure(.list)?.pairs == 19)
        #expect(result.rows[1].moved.values.allSatisfy { $0.verdict == .higher })
        let correlation = try #require(result.rows[1].style.correlation)
        #expect(correlation.value > 0.9)
        #expect(!result.object.serialized.contains("nan"))
    }

    @Test("style that moved without capability is called imitation, and without a task nothing is said of it")
    func verdicts() {
        let up = PairedDifference([0.5, 0.6, 0.4, 0.5]), down = PairedDifference([-0.5, -0.6, -0.4]), still = PairedDifference([0.1, -0.1])
        #expect(ImitationVerdict(style: [up, up, still], tasks: [still]) == .imitation)
        #expect(ImitationVerdict(style: [up, up, still], tasks: [down, still]) == .imitation)
        #expect(ImitationVerdict(style: [up], tasks: [up, still]) == .both)
        #expect(ImitationVerdict(style: [still, down], tasks: [up]) == .capability)
        #expect(ImitationVerdict(style: [still], tasks: [still]) == .neither)
        #expect(ImitationVerdict(style: [up], tasks: []) == .unknown)
        #expect(ImitationVerdict.imitation.sentence("T", base: "B", reference: "R").contains("no capability"))
    }

    @Test(
        "of the stored answers vicuna speaks most like gpt-4 beside alpaca and davinci-001",
        .enabled(if: SharedData.isPresent, "needs ../shared/data"))
    func stored() throws {
        let folder = try #require(SharedData.directory).appending(path: "alpaca_eval/model_outputs")
        func read(_ name: String) throws -> (name: String, answers: [StoredAnswer]) {
            (name, try StoredAnswer.read(folder.appending(path: "\(name)/model_outputs.json.gz").path))
        }
        let result = try ImitationResult(
            reference: read("gpt4"), models: [read("text_davinci_001"), read("alpaca-7b"), read("vicuna-7b")])
        #expect(result.instructions == 803)
        let vocabulary = result.rows.compactMap { $0.style.figure(.vocabulary)?.mean }
        #expect(vocabulary[2] > vocabulary[1] && vocabulary[2] > vocabulary[0])
        let moved = try #require(result.rows[2].moved[.list])
        #expect(moved.verdict == .higher)
    }
}
