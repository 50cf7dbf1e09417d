import Foundation
import Ground
import Records
import Testing

@testable import Reports

@Suite struct ScoreAccountTests {
    private func record(_ score: Double, _ ratings: [Rating]) -> JSONObject {
        ["id": "a", "score": .double(score), "ratings": .array(ratings.map { .object($0.object) })]
    }

    private let judged = Rating(
        rubric: "trained", scale: 1...5, probabilities: [("1", 0.25), ("5", 0.75)], mass: 0.9, judge: "J", iteration: 1)

    private func gained(_ share: Double) -> Rating {
        Rating(
            rubric: "mean_gain", scale: 0...1, probabilities: [("match", share), ("other", 1 - share)], mass: 1, judge: "B", iteration: 1,
            gain: 11, gainParts: [("backward", 14), ("forward", 8)], gainScales: [("backward", 8, 3), ("forward", 7, 1)])
    }

    @Test("the gain's score is a sum with the gains, their scales and the log-odds")
    func gain() throws {
        let share = 1 / (1 + exp(-1.5))
        let account = try #require(ScoreAccount(record(1 + 4 * share, [gained(share)])))
        #expect(
            account.terms == [
                "4.270 = 1 + 4 x 0.818",
                "0.818 is the probability at log-odds 1.50 = half of (14.00 nats of backward gain - 8.00) / 3.00 + (8.00 nats of forward gain - 7.00) / 1.00",
            ])
        #expect(account.sentence.hasPrefix("Instruction and output make each other likelier by 11.0 nats, which is likely"))
    }

    @Test("where the backward model alone measured, the gain goes one way")
    func oneWay() throws {
        func rating(_ gain: Double) -> Rating {
            Rating(
                rubric: "backward_gain", scale: 0...1, probabilities: [("match", 0.5), ("other", 0.5)], mass: 1, judge: "B", iteration: 1,
                gain: gain, gainScales: [("backward", 8, 3)])
        }
        let likelier = try #require(ScoreAccount(record(3, [rating(8)])))
        #expect(likelier.sentence.hasPrefix("The output makes the instruction likelier by 8.0 nats, which is likely"))
        let not = try #require(ScoreAccount(record(3, [rating(-1)])))
        #expect(not.sentence.hasPrefix("The output makes the instruction no likelier, "))
    }

    @Test("a judge's score stands in the sum, alone or beside the gain")
    func judge() throws {
        let alone = try #require(ScoreAccount(record(4, [judged])))
        #expect(alone.terms == ["4.000, the judge's expected score, from 1 to 5"] && alone.sentence == "The judge calls the pair good.")
        let both = try #require(ScoreAccount(record(2.5, [judged, gained(0.5)])))
        #expect(both.terms.first == "2.500 = 1 + (4.000 by the judge - 1) x 0.500")
        let additive = Rating(rubric: "own", scale: 0...4, probabilities: [("0", 0.5), ("4", 0.5)], mass: 1, judge: "J", iteration: 1)
        #expect(ScoreAccount(record(3, [additive]))?.terms.first?.hasPrefix("3.000") == true)
    }

    @Test("combined signals are terms of the log-odds, and the strongest on either side are named")
    func combined() throws {
        let share = 1 / (1 + exp(-0.8))
        let rating = Rating(
            rubric: "combined", scale: 0...1, probabilities: [("good", share), ("other", 1 - share)], mass: 1, judge: "B", iteration: 1,
            parts: [("intercept", 0.5), ("instruction_loss", 1.2), ("text_loss", -0.9)])
        let account = try #require(ScoreAccount(record(1 + 4 * share, [gained(0.2), rating])))
        #expect(account.terms.last == "0.690 is the probability at log-odds 0.80 = 0.50 intercept + 1.20 instruction_loss - 0.90 text_loss")
        #expect(account.sentence == "Instruction_loss speaks most for the pair, text_loss most against it.")
    }

    @Test("the last round counts; ratings that do not come to the score are told in words alone, and none without ratings")
    func others() throws {
        var later = judged
        later.iteration = 2
        later.probabilities = [("1", 1), ("5", 0)]
        #expect(ScoreAccount(record(1, [judged, later]))?.terms == ["1.000, the judge's expected score, from 1 to 5"])
        let foreign = try #require(ScoreAccount(record(4.9, [judged])))
        #expect(foreign.terms.isEmpty && foreign.sentence.contains("judge"))
        #expect(ScoreAccount(record(3, [])) == nil && ScoreAccount(["id": "a"]) == nil)
    }
}
