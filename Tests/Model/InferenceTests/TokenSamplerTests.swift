import Foundation
import Ground
import LanguageModels
import Testing

@testable import Inference

@Suite struct TokenSamplerTests {
    private func sample(_ logits: [Float], _ sampling: Sampling, _ uniform: Double) -> Int {
        var scratch = logits
        return logits.withUnsafeBufferPointer { logits in
            scratch.withUnsafeMutableBufferPointer { Int(TokenSampler(sampling).sample(logits, uniform: uniform, scratch: $0)) }
        }
    }

    /// The slow way: sort everything, cut, renormalise, walk in the order of the ids.
    private func oracle(_ logits: [Float], _ sampling: Sampling, _ uniform: Double) -> Int {
        let scaled = logits.map { Double($0) / sampling.temperature }
        let largest = scaled.max() ?? 0
        var ranked = scaled.indices.sorted { scaled[$0] > scaled[$1] || (scaled[$0] == scaled[$1] && $0 < $1) }
        if sampling.topK > 0 { ranked = Array(ranked.prefix(sampling.topK)) }
        let weights = scaled.map { exp($0 - largest) }
        if sampling.topP < 1 {
            let goal = sampling.topP * TokenSampler.slack * ranked.reduce(0) { $0 + weights[$1] }
            var sum = 0.0
            var kept: [Int] = []
            for id in ranked where sum < goal {
                kept.append(id)
                sum += weights[id]
            }
            ranked = kept
        }
        let kept = ranked.sorted()
        var left = uniform * kept.reduce(0) { $0 + weights[$1] }
        for id in kept {
            left -= weights[id]
            if left < 0 { return id }
        }
        return kept.last ?? 0
    }

    @Test("zero temperature takes the likeliest token, of equals the one of lowest id")
    func greedy() {
        #expect(sample([0, 3, 1, 3], .greedy(maxNewTokens: 1), 0.99) == 1)
    }

    @Test("draws what sorting the whole vocabulary would draw")
    func againstSorting() {
        var state: UInt64 = 1
        func random() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) * 0x1p-53
        }
        for trial in 0..<400 {
            let size = [1, 2, 7, 100, 1000][trial % 5]
            let spread = [0.1, 3, 12][trial % 3]
            // Rounding makes equal logits common.
            let logits = (0..<size).map { _ in Float((random() * spread * 4).rounded() / 4) }
            let sampling = Sampling(
                temperature: [0.3, 0.7, 1, 2][trial % 4], topP: [0.9, 0.5, 1, 0.999, 0.01][trial / 4 % 5],
                topK: [0, 0, 1, 5, 40][trial / 7 % 5])
            let uniform = random()
            #expect(sample(logits, sampling, uniform) == oracle(logits, sampling, uniform), "trial \(trial): \(sampling), \(size)")
        }
    }

    @Test("frequencies follow the probabilities")
    func frequencies() {
        let logits: [Float] = [log(0.5), log(0.3), log(0.2)].map { Float($0) }
        var counts = [0, 0, 0]
        let random = KeyedRandom.indexed(seed: 3, key: "record")
        for index in 0..<4000 { counts[sample(logits, Sampling(temperature: 1, topP: 1), random.uniform(index))] += 1 }
        for (count, share) in zip(counts, [0.5, 0.3, 0.2]) { #expect(abs(Double(count) / 4000 - share) < 0.03) }
    }

    @Test("random numbers depend on seed, key and index")
    func random() {
        let one = KeyedRandom.indexed(seed: 1, key: "a")
        #expect(one.uniform(5) == KeyedRandom.indexed(seed: 1, key: "a").uniform(5))
        #expect(one.uniform(5) != one.uniform(6))
        #expect(one.uniform(5) != KeyedRandom.indexed(seed: 2, key: "a").uniform(5))
        #expect(one.uniform(5) != KeyedRandom.indexed(seed: 1, key: "b").uniform(5))
    }
}
