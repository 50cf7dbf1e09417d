import Foundation
import LanguageModels
import Records
import Stages
import TestSupport
import Testing

@testable import Curate

private func pair(_ id: String = "p1-0") throws -> Pair {
    try Pair(["id": .string(id), "instruction": "What is tide?", "output": "The sea rises and falls.", "origin": "augmented"])
}

struct CuratorTests {
    @Test("the score is the expectation over the labels, renormalised, and the mass stands beside it")
    func expectation() async throws {
        let judge = ScriptedModel(roles: [.judge], masses: { _ in [0, 0, 0, 0.2, 0.6] })
        guard case .kept(let objects) = try await Curator(judge: judge, options: CurateOptions()).rated(pair()), let rated = objects.first
        else { throw Missing() }
        #expect(rated["score"]?.double == 4.75)
        #expect(rated["selected"] == true)
        let rating = try #require(rated["ratings"]?.array?.first?.object)
        #expect(rating["mass"]?.double == 0.8)
        #expect(rating["probabilities"]?.object?["5"]?.double == 0.75)
    }

    @Test("a score below the threshold drops the pair with both numbers")
    func low() async throws {
        let judge = ScriptedModel(masses: { _ in [0.5, 0.5, 0, 0, 0] })
        guard case .dropped(_, let rejection) = try await Curator(judge: judge, options: CurateOptions()).rated(pair()) else {
            throw Missing()
        }
        #expect(rejection == Rejection("score_low", value: .double(1.5), threshold: .double(4.5)))
    }

    @Test("with keep-all a low score is written and marked as not selected")
    func keepAll() async throws {
        let judge = ScriptedModel(masses: { _ in [1, 0, 0, 0, 0] })
        guard case .kept(let objects) = try await Curator(judge: judge, options: CurateOptions(keepsAll: true)).rated(pair()) else {
            throw Missing()
        }
        #expect(objects.first?["selected"] == false)
    }

    @Test("a judge that would rather say something else leaves the pair broken, not badly rated")
    func lowMass() async throws {
        let judge = ScriptedModel(masses: { _ in [0.1, 0.1, 0.1, 0.05, 0.1] })
        guard case .broken(_, let rejection) = try await Curator(judge: judge, options: CurateOptions()).rated(pair()) else {
            throw Missing()
        }
        #expect(rejection.reason == "label_mass_low")
        #expect(rejection.value.double == 0.45)
    }

    @Test(
        "a judge that answers in text must say exactly one score from 1 to 5",
        arguments: [
            ("4", 4.0, nil), ("Score: 5", 5.0, nil), ("4.5", 4.5, nil), ("728", nil, "score_out_of_range"),
            ("4 or 5", nil, "score_ambiguous"),
            ("none", nil, "score_unreadable"), ("0", nil, "score_out_of_range"),
        ] as [(String, Double?, String?)])
    func spoken(said: String, score: Double?, reason: String?) async throws {
        let judge = ScriptedModel(givesProbabilities: false, answer: { _, _ in said })
        let outcome = try await Curator(judge: judge, options: CurateOptions(keepsAll: true)).rated(pair())
        switch outcome {
        case .kept(let objects): #expect(objects.first?["score"]?.double == score)
        case .broken(_, let rejection):
            #expect(score == nil)
            #expect(rejection.reason == reason)
        case .dropped: Issue.record("rated, not dropped")
        }
    }

    @Test("a judge that says no score for plain pairs either ends the run at the first pair, with what to do")
    func mute() async throws {
        try await withTemporaryDirectory { folder in
            let file = folder.appending(path: "pairs.jsonl").path
            let lines = (0..<30).map {
                "{\"id\":\"p\($0)\",\"instruction\":\"What is \($0)?\",\"output\":\"A number.\",\"origin\":\"augmented\"}\n"
            }
            try lines.joined().write(toFile: file, atomically: true, encoding: .utf8)
            func options(_ name: String) -> StageOptions {
                StageOptions(inputs: [file], output: folder.appending(path: name).path, maxBroken: 1, quiet: true)
            }
            for judgement in [Judgement.trained, .rubric] {
                let judge = ScriptedModel(masses: { _ in [0.1, 0.1, 0.1, 0, 0] })
                let curator = try Curator(judge: judge, options: CurateOptions(judgement: judgement))
                let error = await #expect(throws: CurateError.self) { try await curator.run(options("mute-\(judgement)")) }
                #expect(error?.description.contains("a probability of 0.3 at most") == true)
                #expect(error?.description.contains("humpback finetune --role judge") == true)
                #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "mute-\(judgement)").path))
            }
            // One that has a score for a plain pair goes on, whatever it leaves unrated.
            let judge = ScriptedModel(masses: { $0.contains("number") ? [0.1, 0.1, 0.1, 0, 0] : [0, 0, 0, 0, 1] })
            let summary = try await Curator(judge: judge, options: CurateOptions()).run(options("now-and-then"))
            #expect(summary.broken == ["label_mass_low": 30])
        }
    }

    @Test("without a judge the score is one and four times the probability that the pair belongs together, and the gain is its only rating")
    func gainAlone() async throws {
        let backward = ScriptedModel(roles: [.backward], nats: { _, prompt in prompt.contains("sea") ? -0.5 : -4.5 })
        let curator = try Curator(judge: nil, backward: backward, options: CurateOptions(keepsAll: true))
        guard case .kept(let objects) = try await curator.rated(pair()), let rated = objects.first else { throw Missing() }
        let match = PairGain.Measure(backwardGain: 12).probability
        #expect(abs((rated["score"]?.double ?? 0) - (1 + 4 * match)) < 1e-6)
        #expect(rated["ratings"]?.array?.compactMap { $0.object?["rubric"]?.string } == ["backward_gain"])
        // A run with a judge is another run.
        let judge = ScriptedModel(roles: [.judge], masses: { _ in [1, 0, 0, 0, 0] })
        let judged = try Curator(judge: judge, backward: backward, options: CurateOptions(keepsAll: true))
        #expect(judged.settings != curator.settings)
    }

    @Test("with neither judge nor backward model there is nobody to rate, and the error names the command", arguments: Judgement.allCases)
    func nobody(judgement: Judgement) {
        let error = #expect(throws: CurateError.self) { try Curator(judge: nil, options: CurateOptions(judgement: judgement)) }
        #expect(error?.description.contains("--role backward") == true)
    }

    @Test("where no pair has the least score, what the scores are and what to do is said; where one has, nothing")
    func nothingKept() async throws {
        try await withTemporaryDirectory { folder in
            let judge = ScriptedModel(masses: { prompt in prompt.contains("best") ? [0, 0, 0, 1, 0] : [0, 1, 0, 0, 0] })
            let lines = (0..<20).map { index in
                "{\"id\":\"p\(index)\",\"instruction\":\"\(index == 7 ? "best" : "poor") one?\",\"output\":\"answer\",\"origin\":\"augmented\"}\n"
            }
            let file = folder.appending(path: "pairs.jsonl").path
            try lines.joined().write(toFile: file, atomically: true, encoding: .utf8)
            func advice(_ least: Double) async throws -> String? {
                let output = folder.appending(path: "least-\(least)").path
                return try await Curator(judge: judge, options: CurateOptions(minimumScore: least)).run(
                    StageOptions(inputs: [file], output: output, quiet: true)
                ).advice
            }
            let said = try await advice(4.5)
            #expect(said?.contains("no pair has the score 4.5") == true)
            #expect(said?.contains("Of 20 pairs the best has 4.00; a tenth has 2.00 or more") == true)
            #expect(said?.contains("--top-fraction") == true)
            #expect(try await advice(4) == nil)
        }
    }

    @Test("a second judgement is added to the first")
    func secondJudgement() async throws {
        let judge = ScriptedModel(masses: { _ in [0, 0, 0, 0, 1] })
        guard case .kept(let once) = try await Curator(judge: judge, options: CurateOptions()).rated(pair()), let first = once.first,
            case .kept(let twice) = try await Curator(judge: judge, options: CurateOptions(iteration: 2)).rated(Pair(first))
        else { throw Missing() }
        #expect(twice.first?["ratings"]?.array?.compactMap { $0.object?["iteration"]?.integer } == [1, 2])
    }

    @Test("a backward model is refused as a judge, and the error names the command")
    func wrongRole() {
        let error = #expect(throws: CurateError.self) { try Curator(judge: ScriptedModel(roles: [.backward]), options: CurateOptions()) }
        #expect(error?.description.contains("--role judge") == true)
    }

    @Test("the top fraction takes the best by rank, whatever their order, and the counts add up")
    func topFraction() async throws {
        try await withTemporaryDirectory { folder in
            let judge = ScriptedModel(masses: { prompt in prompt.contains("good") ? [0, 0, 0, 0, 1] : [0, 0.5, 0.5, 0, 0] })
            let lines = (0..<20).map { index in
                "{\"id\":\"p\(index)\",\"instruction\":\"\(index % 5 == 0 ? "good" : "poor") one?\",\"output\":\"answer\",\"origin\":\"augmented\"}"
            }
            let file = folder.appending(path: "pairs.jsonl").path
            try (lines.joined(separator: "\n") + "\n").write(toFile: file, atomically: true, encoding: .utf8)
            let output = folder.appending(path: "curated.jsonl").path
            let rejects = folder.appending(path: "rejects.jsonl").path
            let summary = try await Curator(judge: judge, options: CurateOptions()).run(
                StageOptions(inputs: [file], output: output, rejects: rejects, quiet: true), choice: PairChoice(budget: .fraction(0.2)))
            #expect(summary.kept == 4)
            #expect(summary.dropped == ["below_top_fraction": 16])
            let kept = try RecordSource.readAll([output]).compactMap { $0.object["id"]?.string }
            #expect(kept == ["p0", "p5", "p10", "p15"])
            #expect(try RecordSource.readAll([rejects]).count == 16)
        }
    }
}

struct Missing: Error {}
