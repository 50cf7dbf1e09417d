import LanguageModels
import Records
import TestSupport
import Testing

@testable import Curate

/// Points along the axis of the topic that the output names.
private struct Compass: LanguageModel {
    let inner = ScriptedModel(contextLength: 60)
    var card: ModelCard { inner.card }
    func tokenCount(of text: String) async throws -> Int { try await inner.tokenCount(of: text) }
    func tokenCount(of prompt: Prompt) async throws -> Int { try await inner.tokenCount(of: prompt) }
    func complete(_ prompt: Prompt, sampling: Sampling, key: String) async throws -> Completion {
        try await inner.complete(prompt, sampling: sampling, key: key)
    }
    func probabilities(of labels: [Label], after prompt: Prompt) async throws -> [Double] { [] }
    func logLikelihood(of continuation: String, after prompt: Prompt) async throws -> LogLikelihood {
        try await inner.logLikelihood(of: continuation, after: prompt)
    }
    func pooledState(of continuation: String, after prompt: Prompt) async throws -> [Double] {
        ["sea", "bread", "moon"].map { continuation.contains($0) ? 3.0 : 0 }
    }
}

@Suite struct SeedNearnessTests {
    private func seed(_ output: String) throws -> Seed { try Seed(["instruction": "Tell.", "output": .string(output)]) }
    private func pair(_ output: String) throws -> Pair {
        try Pair(["id": "p", "instruction": "Tell.", "output": .string(output), "origin": "augmented"])
    }

    @Test("nearness is the cosine of the nearest seed, whatever the lengths of the states")
    func cosine() async throws {
        let nearness = try await SeedNearness(to: [seed("The sea."), seed("The bread and the moon.")], in: Compass())
        #expect(try await abs(nearness.nearness(of: pair("A sea.")) - 1) < 1e-12)
        #expect(try await abs(nearness.nearness(of: pair("A moon.")) - 0.5.squareRoot()) < 1e-12)
        #expect(try await nearness.nearness(of: pair("Nothing.")) == 0)
    }

    @Test("a model that shows no hidden states is refused with what to do, and so are seeds of which none fits")
    func refusals() async throws {
        let seeds = try [seed("The sea.")]
        let error = await #expect(throws: HiddenStatesUnavailable.self) { try await SeedNearness(to: seeds, in: ScriptedModel()) }
        #expect(error?.description.contains("Take a model that runs here") == true)
        let long = try [seed(String(repeating: "sea ", count: 200))]
        await #expect(throws: CurateError.self) { try await SeedNearness(to: long, in: Compass()) }
    }
}
