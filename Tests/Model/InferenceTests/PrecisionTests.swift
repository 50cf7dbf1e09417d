import Foundation
import Tensors
import TestSupport
import Testing
import Transformer

@testable import Inference

@Suite struct PrecisionTests {
    private func logits(_ network: InferenceNetwork, _ tokens: [Int32]) -> [[Float]] {
        let step = InferenceStep(network: network, tokenLimit: tokens.count)
        let cache = KVCache(network.configuration)
        cache.reserve(tokens.count, limit: tokens.count)
        let hidden = step.advance([SequenceRun(cache: cache, tokens: tokens, wanted: 0..<tokens.count)])
        return (0..<tokens.count).map { step.logits(hidden.rows($0..<$0 + 1)).array }
    }

    @Test(
        "what 8 bits cost on real weights: logits, divergence and greedy tokens", .enabled(if: SharedData.isPresent, "needs ../shared/data")
    )
    func costOnRealWeights() throws {
        let place = try #require(SharedData.directory).appending(path: "stories260K/stories260K.bin")
        let parameters = try Llama2CModel.read(place)
        let compute = Compute(pool: ThreadPool(threads: 2))
        // A story that the model itself tells, so that the tokens are such as it knows.
        let exact = InferenceNetwork(parameters: parameters, precision: .float32, compute: compute)
        var tokens: [Int32] = [1, 403, 407, 261, 378]
        let step = InferenceStep(network: exact, tokenLimit: 8)
        let cache = KVCache(exact.configuration)
        cache.reserve(200, limit: 200)
        while tokens.count < 200 {
            let next = Array(tokens[cache.count...])
            let hidden = step.advance([SequenceRun(cache: cache, tokens: next, wanted: next.count - 1..<next.count)])
            let row = step.logits(hidden).array
            tokens.append(Int32(row.indices.max { row[$0] < row[$1] } ?? 0))
        }
        let ours = logits(InferenceNetwork(parameters: parameters, precision: .int8, compute: compute), tokens)
        let theirs = logits(exact, tokens)
        var (difference, divergence, agreements) = (0.0, 0.0, 0)
        for (row, other) in zip(ours, theirs) {
            difference += zip(row, other).reduce(0) { $0 + Double(abs($1.0 - $1.1)) } / Double(row.count)
            let (p, q) = (softmax(other), softmax(row))
            divergence += zip(p, q).reduce(0) { $0 + $1.0 * log($1.0 / $1.1) }
            agreements += row.firstIndex(of: row.max() ?? 0) == other.firstIndex(of: other.max() ?? 0) ? 1 : 0
        }
        let count = Double(tokens.count)
        // The mean logit difference was 0.11 when this was written: a model this small has little to average over.
        #expect(difference / count < 0.2, "mean logit difference \(difference / count)")
        #expect(divergence / count < 0.01, "divergence \(divergence / count) nats a token")
        #expect(Double(agreements) / count > 0.95, "\(agreements) of \(tokens.count) greedy tokens agree")
    }

    private func softmax(_ row: [Float]) -> [Double] {
        let largest = Double(row.max() ?? 0)
        let weights = row.map { exp(Double($0) - largest) }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
    }
}
