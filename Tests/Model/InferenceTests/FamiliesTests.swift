import Foundation
import Ground
import LanguageModels
import Tensors
import Testing
import Transformer

@testable import Inference

/// Tiny models of every family that transformers saved; see Goldens/make_goldens.py of the tests of Transformer.
@Suite struct FamiliesTests {
    private struct Input: Decodable {
        let lengths: [Int]
        let tokens: [Int32]
        let next: [Int32]
        let greedy: [Int32]
    }

    private static let names = ["llama_bias", "mistral", "qwen2", "qwen3", "smollm3", "gemma2", "gemma3"]
    private static let goldens = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "TransformerTests/Goldens")

    private func input(_ name: String) throws -> Input {
        try JSONDecoder().decode(Input.self, from: Data(contentsOf: Self.goldens.appending(path: "\(name).input.json")))
    }

    private func engine(_ name: String, tokensPerStep: Int) throws -> BatchEngine {
        let folder = try ModelFolder(directory: Self.goldens.appending(path: name))
        let network = try InferenceNetwork(folder: folder, precision: .float32, compute: Compute(pool: ThreadPool(threads: 2)))
        return BatchEngine(network: network, options: BatchEngine.Options(sequences: 4, tokensPerStep: tokensPerStep))
    }

    @Test("continues with the 64 greedy tokens of transformers, whole prompts and chunks of five alike", arguments: names, [5, 512])
    func greedy(name: String, tokensPerStep: Int) async throws {
        let input = try input(name)
        let generation = EngineRequest.Generation(
            prompt: Array(input.tokens[..<input.lengths[0]]), sampler: TokenSampler(Sampling(temperature: 0)),
            random: KeyedRandom.indexed(seed: 0, key: ""), maxNewTokens: 64, endTokens: [], isComplete: nil)
        let answer = try await engine(name, tokensPerStep: tokensPerStep).generate(generation)
        #expect(input.greedy.count == 64)
        #expect(answer.tokens == input.greedy)
    }

    @Test("scores a batch of unequal lengths as the network for training does", arguments: names)
    func scores(name: String) async throws {
        let input = try input(name)
        let parameters: Parameters<Float> = try ModelFolder(directory: Self.goldens.appending(path: name)).loadParameters()
        let network = TransformerNetwork(parameters: parameters, compute: Compute(pool: ThreadPool(threads: 2)))
        let rows = Array(0..<Int32(input.tokens.count))
        let expected = network.logProbabilities(
            tokens: input.tokens, sequenceLengths: input.lengths, targets: .init(rows: rows, ids: input.next))
        let engine = try engine(name, tokensPerStep: 16)
        var start = 0
        for length in input.lengths {
            let found = try await engine.logProbabilities(
                of: Array(input.next[start..<start + length]), after: [input.tokens[start]])
            let wanted = expected[start..<start + length]
            #expect(zip(found, wanted).allSatisfy { abs($0 - Double($1)) < 1e-5 })
            start += length
        }
    }
}
