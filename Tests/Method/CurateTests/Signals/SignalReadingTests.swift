import Foundation
import Ground
import LanguageModels
import Records
import TestSupport
import Testing

@testable import Curate

private func pair(_ output: String = "The sea rises and falls.") throws -> Pair {
    try Pair(["id": "p1-0", "passage_id": "p1", "instruction": "What is tide?", "output": .string(output), "origin": "augmented"])
}

private func near(_ one: Double?, _ other: Double) -> Bool { one.map { abs($0 - other) < 1e-9 } ?? false }

@Suite struct SignalReadingTests {
    private let backward = ScriptedModel(
        roles: [.backward], nats: { said, prompt in said.contains("sea") ? -3 : prompt.contains("sea") ? -0.5 : -4.5 })
    private let forward = ScriptedModel(roles: [.forward], nats: { _, prompt in prompt.contains("tide") ? -1 : -3 })
    private let base = ScriptedModel(nats: { _, prompt in prompt.contains("tide") ? -2 : -2.5 })

    private var reading: SignalReading {
        SignalReading(wanted: Set(Signal.allCases), backward: backward, forward: forward, base: base)
    }

    @Test("gains and losses are what the models' likelihoods come to")
    func values() async throws {
        let found = try await reading.values(of: pair(), judged: 3.5)
        #expect(near(found[.backwardGain], 12) && near(found[.forwardGain], 10) && near(found[.meanGain], 11))
        #expect(near(found[.backwardGainAWord], 4) && near(found[.forwardGainAWord], 10.0 / 3) && near(found[.instructionLoss], 0.5))
        #expect(near(found[.forwardLoss], 1) && near(found[.baseLoss], 2) && near(found[.aloneLoss], 2.5) && near(found[.difficulty], 0.8))
        #expect(near(found[.textLoss], 3) && found[.length] == 5 && found[.judge] == 3.5 && found[.unfinishedEnd] == 0)
        #expect(found[.nearness] == nil)
    }

    @Test("what was measured for the score is not asked for again, and gives the same")
    func measured() async throws {
        let match = PairGain(backward: backward, forward: forward)
        let measure = try await match.measure(pair())
        var known = reading
        (known.backward, known.forward) = (nil, nil)
        var own = try await reading.values(of: pair())
        own[.textLoss] = nil
        #expect(try await known.values(of: pair(), measure: measure) == own.filter { $0.key != .length || known.counter != nil })
    }

    @Test("only what is wanted is given, and a text that fits no context has no likelihoods but keeps its text's signals")
    func wanted() async throws {
        var few = reading
        few.wanted = [.textLoss, .standsAlone]
        #expect(Set(try await few.values(of: pair()).keys) == [.textLoss, .standsAlone])
        let narrow = SignalReading(wanted: Set(Signal.allCases), backward: ScriptedModel(contextLength: 10))
        let long = try await narrow.values(of: pair(String(repeating: "word ", count: 40) + "end."))
        #expect(long[.backwardGain] == nil && long[.textLoss] == nil && long[.standsAlone] == 1)
    }

    @Test("the record has them by name in one order, and a rating by the same models with them is another run")
    func record() async throws {
        let plain = try Curator(judge: nil, backward: backward, options: CurateOptions(keepsAll: true))
        let curator = try Curator(judge: nil, backward: backward, signals: reading, options: CurateOptions(keepsAll: true))
        guard case .kept(let objects) = try await curator.rated(pair()), let rated = objects.first,
            case .kept(let plainly) = try await plain.rated(pair())
        else { throw Missing() }
        let names = try #require(rated["signals"]?.object?.keys)
        #expect(names == Signal.allCases.map(\.rawValue).filter(names.contains) && names.first == "backward_gain")
        #expect(rated["score"] == plainly.first?["score"] && plainly.first?["signals"] == nil)
        #expect(curator.settings != plain.settings)
    }

    @Test("a combination in the model's notes makes the score, and the record tells what each signal added")
    func combination() async throws {
        var fitted = backward
        fitted.card.combination = SignalCombination(
            intercept: 0.5,
            terms: [
                .init(signal: "backward_gain", weight: 2, mean: 10, scale: 4),
                .init(signal: "unfinished_end", weight: -1, mean: 0.5, scale: 0.5),
            ])
        let curator = try Curator(judge: nil, backward: fitted, options: CurateOptions(keepsAll: true, combinesSignals: true))
        guard case .kept(let objects) = try await curator.rated(pair()), let rated = objects.first else { throw Missing() }
        #expect(near(rated["score"]?.double, ExpectedScore.rounded(1 + 4 / (1 + exp(-2.5)))))
        let ratings = (rated["ratings"]?.array ?? []).compactMap { $0.object.flatMap(Rating.init) }
        let rating = try #require(ratings.last)
        #expect(rating.rubric == "combined" && rating.parts.map(\.signal) == ["intercept", "backward_gain", "unfinished_end"])
        #expect(rating.parts.map(\.logOdds) == [0.5, 1, 1])
        #expect(Set(rated["signals"]?.object?.keys ?? []) == ["backward_gain", "unfinished_end"])
    }

    @Test("with a forward model the combination that was fitted with one makes the score, and another than the fit's is told of")
    func combinationWithForward() async throws {
        var fitted = backward
        fitted.card.combination = SignalCombination(intercept: 0, terms: [], fittedTo: SignalCombination.ownSamples)
        fitted.card.combinationWithForward = SignalCombination(
            intercept: 0, terms: [.init(signal: "forward_loss", weight: -1, mean: 0, scale: 1)], fittedTo: SignalCombination.ownSamples,
            forward: "0")
        let options = CurateOptions(keepsAll: true, combinesSignals: true)
        let forward = ScriptedModel(roles: [.forward], nats: { _, _ in -1.5 })
        let curator = try Curator(judge: nil, backward: fitted, forward: forward, options: options)
        guard case .kept(let objects) = try await curator.rated(pair()), let rated = objects.first else { throw Missing() }
        #expect(near(rated["score"]?.double, ExpectedScore.rounded(1 + 4 / (1 + exp(1.5)))))
        #expect(curator.noticeOfCombination == nil)
        var stranger = forward
        stranger.card.fingerprint = "other"
        let other = try Curator(judge: nil, backward: fitted, forward: stranger, options: options)
        #expect(other.noticeOfCombination?.contains("another forward model") == true)
        #expect(try Curator(judge: nil, backward: fitted, options: options).noticeOfCombination == nil)
        fitted.card.combination = nil
        let missing = #expect(throws: CurateError.self) { try Curator(judge: nil, backward: fitted, options: options) }
        #expect(missing?.description.contains("--forward") == true)
        fitted.card.combination = SignalCombination(intercept: 0, terms: [])
        let old = try Curator(judge: nil, backward: fitted, options: options)
        #expect(old.noticeOfCombination?.contains("mismatched and spoilt") == true)
    }

    @Test("a model without a fitted combination, or with one of a signal that is not measured here, is refused")
    func noCombination() {
        let options = CurateOptions(combinesSignals: true)
        let none = #expect(throws: CurateError.self) { try Curator(judge: nil, backward: backward, options: options) }
        #expect(none?.description.contains("finetune --role backward") == true)
        for name in ["charm", "nearness"] {
            var other = backward
            other.card.combination = SignalCombination(intercept: 0, terms: [.init(signal: name, weight: 1, mean: 0, scale: 1)])
            let unknown = #expect(throws: CurateError.self) { try Curator(judge: nil, backward: other, options: options) }
            #expect(unknown?.description.contains(name) == true)
        }
    }
}
