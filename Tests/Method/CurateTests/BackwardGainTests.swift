import LanguageModels
import Records
import TestSupport
import Testing

@testable import Curate

/// Says a word of a request at -0.5 where the text holds "sea" and at -4.5 elsewhere: three words gain twelve nats.
private let backward = ScriptedModel(roles: [.backward], nats: { _, prompt in prompt.contains("sea") ? -0.5 : -4.5 })

private func pair(_ output: String) throws -> Pair {
    try Pair(["id": "p1-0", "instruction": "What is tide?", "output": .string(output), "origin": "augmented"])
}

struct BackwardGainTests {
    @Test("the gain is what the text adds to the request's log-probability over texts that say nothing")
    func gain() async throws {
        let gain = BackwardGain(backward: backward)
        #expect(try await gain.gain(of: "What is tide?", from: "The sea rises and falls.") == 12)
        #expect(try await gain.gain(of: "What is tide?", from: "Bread rises and falls.") == 0)
    }

    @Test("the part of the score above 1 counts by the probability of a match, and both judgements are kept", arguments: [true, false])
    func score(fits: Bool) async throws {
        let judge = ScriptedModel(roles: [.judge], masses: { _ in [0, 0, 0, 0, 1] })
        let curator = try Curator(judge: judge, backward: backward, options: CurateOptions(keepsAll: true))
        guard case .kept(let objects) = try await curator.rated(pair(fits ? "The sea rises." : "Bread rises.")), let rated = objects.first
        else { throw Missing() }
        let match = PairGain.Measure(backwardGain: fits ? 12 : 0).probability
        #expect(abs((rated["score"]?.double ?? 0) - (1 + 4 * match)) < 1e-6)
        let ratings = (rated["ratings"]?.array ?? []).compactMap(\.object)
        #expect(ratings.map { $0["rubric"]?.string } == ["trained", "backward_gain"])
        #expect(ratings.last?["gain"]?.double == (fits ? 12 : 0))
        #expect(ratings.last.flatMap(Rating.init)?.gain == (fits ? 12 : 0))
    }

    @Test("a model without the backward role or without likelihoods is refused, with what to do instead")
    func refused() {
        let judge = ScriptedModel(roles: [.judge])
        for (model, advice) in [
            (ScriptedModel(roles: [.forward]), "--role backward"), (ScriptedModel(givesProbabilities: false), "--backward none"),
        ] {
            let error = #expect(throws: CurateError.self) { try Curator(judge: judge, backward: model, options: CurateOptions()) }
            #expect(error?.description.contains(advice) == true)
        }
    }

    @Test("other models make other settings, so that a run is not resumed with them")
    func settings() throws {
        let judge = ScriptedModel(roles: [.judge])
        let alone = try Curator(judge: judge, options: CurateOptions())
        let matched = try Curator(judge: judge, backward: backward, options: CurateOptions())
        #expect(alone.settings != matched.settings)
    }
}
