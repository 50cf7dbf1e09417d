import Foundation
import Ground
import Tensors
import TestSupport
import Testing
import Transformer

@testable import Training

/// Networks of a few thousand weights, data for them, and the goldens.
enum Toy {
    static let configuration = TransformerConfiguration(
        vocabularySize: 48, hiddenSize: 32, intermediateSize: 48, layerCount: 2, headCount: 4, keyValueHeadCount: 2, contextLength: 64,
        tiesEmbeddings: false, initializerRange: 0.08)

    static func network<R: Real>(
        _ type: R.Type, threads: Int = 1, recomputesLayers: Bool = false, precision: TrainingPrecision = .float32,
        configuration: TransformerConfiguration = configuration
    ) -> TransformerNetwork<R> {
        TransformerNetwork(
            parameters: Parameters(random: configuration, seed: 5),
            compute: Compute(pool: ThreadPool(threads: threads), products: precision),
            recomputesLayers: recomputesLayers)
    }

    /// Prompts and completions of differing lengths.
    static func examples(_ count: Int, seed: UInt64 = 1) -> [TrainingExample] {
        (0..<count).map { index in
            let random = KeyedRandom(seed: seed).keyed(UInt64(index))
            func tokens(_ count: Int, _ part: UInt64) -> [Int32] {
                (0..<UInt64(count)).map { Int32(random.keyed(part).keyed($0).bits % 45) + 3 }
            }
            return TrainingExample(prompt: [1] + tokens(3 + index % 5, 0), completion: tokens(2 + index * 3 % 7, 1) + [2])
        }
    }

    static func options(steps: Int, batch: Int = 4, dropout: Double = 0) -> TrainingOptions {
        TrainingOptions(
            steps: steps, batch: batch, schedule: .init(peak: 3e-3, shape: .linear(floor: 0.1), warmupSteps: 2, totalSteps: steps),
            dropout: dropout, seed: 9, heldOutEvery: 5, checkpointEvery: 3)
    }

    static func bytes<R>(_ parameters: Parameters<R>) -> [[R]] { parameters.named.map(\.tensor.array) }

    /// The greatest difference of two lists of weights, relative to the greatest weight of its tensor.
    static func distance<R: Real>(_ a: [[R]], _ b: [[R]]) -> Double {
        zip(a, b).map { a, b in
            let size = a.map { abs(Double($0)) }.max() ?? 0
            return zip(a, b).map { abs(Double($0) - Double($1)) }.max().map { $0 / max(size, 1e-30) } ?? 0
        }.max() ?? 0
    }
}
