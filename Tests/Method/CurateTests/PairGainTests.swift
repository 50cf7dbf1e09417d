import Foundation
import LanguageModels
import Records
import TestSupport
import Testing

@testable import Curate

private let judge = ScriptedModel(roles: [.judge], masses: { _ in [0, 0, 0, 0, 1] })
private let backward = ScriptedModel(roles: [.backward], nats: { _, prompt in prompt.contains("sea") ? -0.5 : -4.5 })
private let forward = ScriptedModel(roles: [.forward], nats: { _, prompt in prompt.contains("tide") ? -1 : -3 })

private func pair() throws -> Pair {
    try Pair(["id": "p1-0", "instruction": "What is tide?", "output": "The sea rises and falls.", "origin": "augmented"])
}

struct PairGainTests {
    @Test("a match is as likely as not at the middles of the scales, e times likelier a width above, and of two models the mean counts")
    func match() {
        let (one, other) = (GainScale(middle: 3, width: 2), GainScale(middle: 8, width: 4))
        func match(_ backward: Double, _ forward: Double?) -> Double {
            PairGain.Measure(backwardGain: backward, forwardGain: forward, backwardScale: one, forwardScale: other).probability
        }
        #expect(match(3, nil) == 0.5 && match(3, 8) == 0.5)
        // Two widths above for one, none for the other: one width in the mean.
        #expect(abs(match(5, nil) - 1 / (1 + exp(-1))) < 1e-12 && abs(match(7, 8) - 1 / (1 + exp(-1))) < 1e-12)
        #expect(match(80, nil) > 0.99 && match(-40, -40) < 0.01)
    }

    @Test("a model's own scale is used where its notes give one, and the record says which scale was used")
    func scales() async throws {
        var fitted = backward
        fitted.card.gain = GainScale(middle: 12, width: 1)
        for (model, score, scale) in [(fitted, 3.0, (12.0, 1.0)), (backward, 1 + 4 / (1 + exp(-5.0 / 3)), (7, 3))] {
            let curator = try Curator(judge: judge, backward: model, options: CurateOptions(keepsAll: true))
            guard case .kept(let objects) = try await curator.rated(pair()), let rated = objects.first else { throw Missing() }
            #expect(abs((rated["score"]?.double ?? 0) - score) < 1e-4)
            let used = (rated["ratings"]?.array ?? []).compactMap { $0.object.flatMap(Rating.init) }.last?.gainScales
            #expect(used?.map(\.role) == ["backward"] && used?.map(\.middle) == [scale.0] && used?.map(\.width) == [scale.1])
        }
        let settings = try [fitted, backward].map { try Curator(judge: judge, backward: $0, options: CurateOptions()).settings }
        #expect(settings[0] != settings[1])
    }

    @Test("the gains of both models are told, and the score counts by their mean")
    func both() async throws {
        let curator = try Curator(judge: judge, backward: backward, forward: forward, options: CurateOptions(keepsAll: true))
        guard case .kept(let objects) = try await curator.rated(pair()), let rated = objects.first else { throw Missing() }
        let measure = PairGain.Measure(backwardGain: 12, forwardGain: 10)
        #expect(measure.gain == 11)
        #expect(abs((rated["score"]?.double ?? 0) - (1 + 4 * measure.probability)) < 1e-6)
        let rating = (rated["ratings"]?.array ?? []).compactMap { $0.object.flatMap(Rating.init) }.last
        #expect(rating?.rubric == "mean_gain")
        #expect(rating?.gain == 11)
        #expect(rating?.gainParts.map(\.gain) == [12, 10])
        #expect(rating?.gainParts.map(\.role) == ["backward", "forward"])
    }

    @Test("a model without the forward role or without likelihoods is refused, with what to do instead")
    func refused() {
        for (model, advice) in [
            (ScriptedModel(roles: [.judge]), "humpback finetune"), (ScriptedModel(givesProbabilities: false), "leave `--forward` out"),
        ] {
            let error = #expect(throws: CurateError.self) {
                try Curator(judge: judge, backward: backward, forward: model, options: CurateOptions())
            }
            #expect(error?.description.contains(advice) == true)
        }
    }

    @Test("with or without a forward model the settings differ, so that a run is not resumed with the other")
    func settings() throws {
        let alone = try Curator(judge: judge, backward: backward, options: CurateOptions())
        let both = try Curator(judge: judge, backward: backward, forward: forward, options: CurateOptions())
        #expect(alone.settings != both.settings)
    }

    @Test("without a judge the probability of a match is the score, and a pair is rated once; without a backward model too nobody rates")
    func gainAlone() async throws {
        let curator = try Curator(judge: nil, backward: backward, options: CurateOptions(keepsAll: true))
        guard case .kept(let objects) = try await curator.rated(pair()), let rated = objects.first else { throw Missing() }
        #expect(abs((rated["score"]?.double ?? 0) - (1 + 4 * PairGain.Measure(backwardGain: 12).probability)) < 1e-6)
        #expect(rated["ratings"]?.array?.map { $0.object?["rubric"]?.string } == ["backward_gain"])
        #expect(curator.settings["judge"] == "none")
        #expect(throws: CurateError.self) { try Curator(judge: nil, options: CurateOptions()) }
    }
}
