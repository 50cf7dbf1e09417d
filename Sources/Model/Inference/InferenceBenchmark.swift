import Foundation
import Ground
import LanguageModels
@_exported import struct Tensors.MachinePeaks
import Tensors
import Transformer

/// Times the three kinds of work of inference with prompts of random tokens, which share no beginning: the engine whole, with its
/// queue and its sampling, and nothing of text.
public struct InferenceBenchmark: Sendable {
    public let network: InferenceNetwork
    private let engine: BatchEngine

    public init(network: InferenceNetwork, sequences: Int) {
        self.network = network
        engine = BatchEngine(network: network, options: .standard(sequences: sequences))
    }

    /// A model folder's weights, on threads of their own.
    public init(directory: URL, precision: Precision, threads: Int, sequences: Int, cache: PackedCacheUse) throws {
        let opened = try InferenceNetwork.open(
            ModelFolder(directory: directory), precision: precision, compute: Compute(pool: ThreadPool(threads: threads)), cache: cache)
        self.init(network: opened.network, sequences: sequences)
    }

    /// Random weights of a shape, on threads of their own.
    public init(shape: TransformerConfiguration, precision: Precision, threads: Int, sequences: Int) throws {
        let network = try InferenceNetwork(random: shape, precision: precision, compute: Compute(pool: ThreadPool(threads: threads)))
        self.init(network: network, sequences: sequences)
    }

    /// The processor instructions in use.
    public var instructionSet: String { network.compute.instructionSet.description }

    /// What this machine can do at most with the network's threads.
    public func machinePeaks() async -> MachinePeaks {
        let compute = network.compute
        return await withCheckedContinuation { continuation in
            Thread { continuation.resume(returning: MachinePeaks.measure(on: compute)) }.start()
        }
    }

    /// Operations a second of the layers' products alone, with the rows of a whole step and the weights one after the other as a step reads
    /// them; the best of three times.
    public func productOperations() async -> Double {
        let network = network
        return await withCheckedContinuation { continuation in
            Thread { continuation.resume(returning: network.productOperations(rows: 512)) }.start()
        }
    }

    /// Reads the prompts and gives the log-probabilities of five tokens after each, as a judge does; the first `shared` tokens are the same
    /// in all, as a rubric is. In seconds.
    public func scoring(prompts: Int, tokens: Int, shared: Int = 0) async throws -> Double {
        let seed = Self.newSeed()
        return try await seconds(prompts) { index in
            _ = try await engine.logProbabilities(ofNext: [10, 11, 12, 13, 14], after: prompt(index, tokens, seed, shared: shared))
        }
    }

    /// Continues every prompt by `newTokens` tokens at temperature 0.7 and top-p 0.9; in seconds.
    public func generation(prompts: Int, tokens: Int, newTokens: Int, sampling: Sampling? = nil) async throws -> Double {
        let sampling = sampling ?? Sampling(temperature: 0.7, topP: 0.9, maxNewTokens: newTokens)
        let seed = Self.newSeed()
        return try await seconds(prompts) { index in
            let generation = EngineRequest.Generation(
                prompt: prompt(index, tokens, seed), sampler: TokenSampler(sampling), random: KeyedRandom.indexed(seed: 0, key: "\(index)"),
                maxNewTokens: newTokens, endTokens: [], isComplete: nil)
            _ = try await engine.generate(generation)
        }
    }

    private func seconds(_ count: Int, _ body: @escaping @Sendable (Int) async throws -> Void) async throws -> Double {
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<count { group.addTask { try await body(index) } }
            try await group.waitForAll()
        }
        return (ContinuousClock.now - start) / .seconds(1)
    }

    /// A number that no other call has, so that no prompt of one begins as one of another.
    private static func newSeed() -> UInt64 { UInt64.random(in: 0...UInt64.max) }

    /// Random tokens, the first of them shared by all prompts of one seed.
    private func prompt(_ index: Int, _ count: Int, _ seed: UInt64, shared: Int = 0) -> [Int32] {
        let (own, common) = (KeyedRandom.indexed(seed: seed, key: "\(index)"), KeyedRandom.indexed(seed: seed, key: "shared"))
        let size = Double(network.configuration.vocabularySize)
        return (0..<count).map { Int32(($0 < shared ? common : own).uniform($0) * size) }
    }
}

extension InferenceNetwork {
    /// See `InferenceBenchmark.productOperations`.
    fileprivate func productOperations(rows: Int) -> Double {
        func numbers(_ width: Int) -> ProductInput {
            let values = (0..<rows * width).map { Float($0 * 37 % 255) - 127 }
            let x = Tensor(values, shape: [rows, width])
            guard precision == .int8 else { return .float32(x) }
            let rounded = QuantisedRows(rows: rows, longest: width)
            compute.quantise(x, into: rounded)
            return .int8(rounded)
        }
        func result(_ width: Int) -> Tensor<Float> { Tensor(zeros: [rows, width]) }
        let (hidden, inner) = (configuration.hiddenSize, configuration.intermediateSize)
        let (x, mixed, activated) = (numbers(hidden), numbers(configuration.queryWidth), numbers(inner))
        let (queries, keys, values) = (
            result(configuration.queryWidth), result(configuration.keyValueWidth), result(configuration.keyValueWidth)
        )
        let (gate, up, output) = (result(inner), result(inner), result(hidden))
        let clock = ContinuousClock()
        let best = (0..<3).map { _ in
            clock.measure {
                for layer in layers {
                    compute.product(x, [(layer.query, queries), (layer.key, keys), (layer.value, values)])
                    compute.product(mixed, layer.output, into: output)
                    compute.product(x, [(layer.gate, gate), (layer.up, up)])
                    compute.product(activated, layer.down, into: output)
                }
            }
        }.min()
        return best.map { Double(rows * layerOperations) / ($0 / .seconds(1)) } ?? 0
    }

    /// Multiplications and additions of the layers' products for one token; attention is not among them.
    public var layerOperations: Int {
        2 * layers.reduce(0) { $0 + [$1.query, $1.key, $1.value, $1.output, $1.gate, $1.up, $1.down].reduce(0) { $0 + $1.weights } }
    }

    /// Multiplications and additions for one row of logits.
    public var headOperations: Int { 2 * head.weights }

    /// Bytes of weights that are read for one token alone.
    public var bytesRead: Int { precision.bytes(ofWeights: (layerOperations + headOperations) / 2) }
}
