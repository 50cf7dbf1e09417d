import Foundation
import LanguageModels
import Testing

@testable import Inference

@Suite struct GuidanceTests {
    private static let against = Toy.tokens(40, seed: 77)

    private func generation(_ index: Int, scale: Float, temperature: Double, plausibility: Double = 0.05) -> EngineRequest.Generation {
        var generation = Toy.generation(
            Toy.tokens(12 + 9 * index, seed: index), key: "\(index)",
            sampling: Sampling(temperature: temperature, topP: 0.9, maxNewTokens: 6 + index % 5, seed: 3))
        generation.endTokens = []
        generation.guidance = .init(against: Self.against, scale: scale, leastLogShare: Float(log(plausibility)))
        return generation
    }

    @Test("each token is the likeliest by the formula, over log-probabilities asked for one by one")
    func formula() async throws {
        let engine = BatchEngine(network: Toy.network())
        let generation = generation(2, scale: 1.7, temperature: 0, plausibility: 0.3)
        let guided = try await engine.generate(generation)
        var drawn: [Int32] = []
        var differs = false
        for (token, logProbability) in zip(guided.tokens, guided.logProbabilities) {
            let own = try await engine.logProbabilities(ofNext: Array(0..<90), after: generation.prompt + drawn)
            let other = try await engine.logProbabilities(ofNext: Array(0..<90), after: Self.against + drawn)
            let likeliest = own.max() ?? 0
            let weighed = zip(own, other).map { $0 >= likeliest + log(0.3) ? $1 + 1.7 * ($0 - $1) : -.infinity }
            #expect(weighed[Int(token)] >= (weighed.max() ?? 0) - 1e-4)
            #expect(logProbability == own[Int(token)])
            if own[Int(token)] < likeliest { differs = true }
            drawn.append(token)
        }
        #expect(drawn.count == generation.maxNewTokens && differs)
    }

    @Test("a scale of 1 with every token plausible draws what no guidance draws")
    func one() async throws {
        let engine = BatchEngine(network: Toy.network())
        var generation = generation(3, scale: 1, temperature: 0, plausibility: 0)
        let guided = try await engine.generate(generation)
        generation.guidance = nil
        #expect(try await engine.generate(generation).tokens == guided.tokens)
    }

    @Test("guided answers are the same whatever the batch, the chunks and the threads", arguments: Precision.allCases)
    func independence(precision: Precision) async throws {
        func answers(_ options: BatchEngine.Options, threads: Int) async throws -> [[Int32]] {
            let engine = BatchEngine(network: Toy.network(threads: threads, precision: precision), options: options)
            return try await withThrowingTaskGroup(of: (Int, [Int32]).self) { group in
                for index in 0..<14 {
                    var request = generation(index % 10, scale: 1.5, temperature: 0.8)
                    if index % 4 == 3 { request.guidance = nil }
                    group.addTask { [request] in (index, try await engine.generate(request).tokens) }
                }
                var all = [[Int32]](repeating: [], count: 14)
                for try await (index, tokens) in group { all[index] = tokens }
                return all
            }
        }
        let reference = try await answers(.init(sequences: 1), threads: 1)
        #expect(Set(reference).count > 5)
        let others: [BatchEngine.Options] = [
            .init(), .init(sequences: 2, tokensPerStep: 2), .init(sequences: 7, tokensPerStep: 9, keptPrompts: 0),
            .init(sequences: 32, tokensPerStep: 64, cacheBytes: 60_000),
        ]
        for options in others { #expect(try await answers(options, threads: 2) == reference, "\(options)") }
    }

    @Test("a prompt to draw away from that fills the context is refused")
    func context() async throws {
        let engine = BatchEngine(network: Toy.network())
        var generation = generation(0, scale: 1.5, temperature: 1)
        generation.guidance?.against = Toy.tokens(160, seed: 0)
        await #expect(throws: InferenceError.promptTooLong(tokens: 160, contextLength: 160)) { try await engine.generate(generation) }
    }
}
