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

struct PairMatchTests {
    @Test("a match is as likely as not at the middle, and rises with the gain, with one model and with two")
    func match() {
        for forward in [nil, 0.0] {
            let middle = forward == nil ? BackwardGain.middle : 2 * PairMatch.middle
            #expect(PairMatch.Measure(backwardGain: middle, forwardGain: forward).match == 0.5)
            #expect(PairMatch.Measure(backwardGain: 80, forwardGain: forward).match > 0.99)
            #expect(PairMatch.Measure(backwardGain: -40, forwardGain: forward).match < 0.01)
        }
    }

    @Test("the gains of both models are told, and the score counts by their mean")
    func both() async throws {
        let curator = try Curator(judge: judge, backward: backward, forward: forward, options: CurateOptions(keepsAll: true))
        guard case .kept(let objects) = try await curator.rated(pair()), let rated = objects.first else { throw Missing() }
        let measure = PairMatch.Measure(backwardGain: 12, forwardGain: 10)
        #expect(measure.gain == 11)
        #expect(abs((rated["score"]?.double ?? 0) - (1 + 4 * measure.match)) < 1e-6)
        let rating = (rated["ratings"]?.array ?? []).compactMap { $0.object.flatMap(Rating.init) }.last
        #expect(rating?.rubric == "mean_gain")
        #expect(rating?.gain == 11)
        #expect(rating?.gainParts.map(\.gain) == [12, 10])
        #expect(rating?.gainParts.map(\.role) == ["backward", "forward"])
    }

    @Test("a model without the forward role or without likelihoods is refused, with what to do instead")
    func refused() {
        for (model, advice) in [
            (ScriptedModel(roles: [.judge]), "humpback finetune"), (ScriptedModel(givesProbabilities: false), "--forward none"),
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
}
