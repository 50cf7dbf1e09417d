import Ground
import LanguageModels
import Records
import TestSupport
import Testing

@testable import Rounds

struct SelfRatingStageTests {
    static func stage(
        answer: @escaping @Sendable (String, String) -> String, masses: @escaping @Sendable (String) -> [Double], leastGap: Double = 0.1
    ) -> SelfRatingStage {
        SelfRatingStage(
            model: ScriptedModel(answer: answer, masses: masses), sampling: Sampling(maxNewTokens: 6), answers: 4, leastGap: leastGap,
            iteration: 1)
    }

    static let prompt: JSONObject = ["id": "p", "instruction": "Why?"]

    /// The reasons of what was dropped, and the preferences.
    static func sorted(_ outcomes: [Outcome]) throws -> (reasons: [String], kept: [Preference]) {
        var (reasons, kept) = ([String](), [Preference]())
        for outcome in outcomes {
            switch outcome {
            case .dropped(_, let rejection), .broken(_, let rejection): reasons.append(rejection.reason)
            case .kept(let records): kept += try records.map { try Preference($0) }
            }
        }
        return (reasons, kept)
    }

    @Test("the best answer is wanted and the worst is not, by the expected points")
    func best() async throws {
        let stage = Self.stage(answer: { _, key in "Answer \(key.suffix(1))." }) { prompt in
            prompt.contains("Answer 2.")
                ? [0, 0, 0, 0, 0.4, 0.4] : prompt.contains("Answer 1.") ? [0.9, 0, 0, 0, 0, 0] : [0, 0, 0, 1, 0, 0]
        }
        let (reasons, kept) = try Self.sorted(try await stage.outcomes(Self.prompt))
        #expect(reasons.isEmpty && kept.count == 1)
        #expect(kept.first?.chosen == "Answer 2." && kept.first?.rejected == "Answer 1.")
        #expect(kept.first?.object["chosen_score"]?.double == 4.5 && kept.first?.object["rejected_score"]?.double == 0)
        #expect(kept.first?.object["scores"]?.array?.count == 4)
    }

    @Test("ties, cut answers, and ratings that are no number are dropped and counted, each for itself")
    func dropped() async throws {
        let tied = Self.stage(answer: { _, key in "Answer \(key.suffix(1))." }) { _ in [0, 0, 1, 0, 0, 0] }
        #expect(try Self.sorted(try await tied.outcomes(Self.prompt)).reasons == ["tied_scores"])
        let cut = Self.stage(answer: { _, key in key.hasSuffix("3") ? "Yes." : "one two three four five six seven" }) { _ in
            [0, 0, 1, 0, 0, 0]
        }
        #expect(
            try Self.sorted(try await cut.outcomes(Self.prompt)).reasons
                == ["answer_unfinished", "answer_unfinished", "answer_unfinished", "fewer_than_two_answers"])
        let silent = Self.stage(answer: { _, _ in "Yes." }) { _ in [0.1, 0.1, 0, 0, 0, 0] }
        #expect(try Self.sorted(try await silent.outcomes(Self.prompt)).reasons.filter { $0 == "answer_unrated" }.count == 4)
    }
}
