import Ground
import LanguageModels
import Tensors
import Transformer

@testable import Inference

/// A tiny random network that all tests of inference share.
struct Toy {
    static let configuration = TransformerConfiguration(
        vocabularySize: 90, hiddenSize: 24, intermediateSize: 40, layerCount: 3, headCount: 4, keyValueHeadCount: 2, contextLength: 160,
        tiesEmbeddings: true, initializerRange: 0.3)
    static let parameters = Parameters<Float>(random: configuration, seed: 11)

    static func network(threads: Int = 2, precision: Precision = .float32) -> InferenceNetwork {
        InferenceNetwork(parameters: parameters, precision: precision, compute: Compute(pool: ThreadPool(threads: threads)))
    }

    /// Token ids that look random and are the same every time.
    static func tokens(_ count: Int, seed: Int) -> [Int32] {
        (0..<count).map { Int32(($0 * $0 * 31 + $0 * 17 + seed * 53) % 90) }
    }

    static func generation(_ prompt: [Int32], key: String, sampling: Sampling) -> EngineRequest.Generation {
        .init(
            prompt: prompt, sampler: TokenSampler(sampling), random: KeyedRandom.indexed(seed: sampling.seed, key: key),
            maxNewTokens: sampling.maxNewTokens, endTokens: [2], isComplete: nil)
    }
}
