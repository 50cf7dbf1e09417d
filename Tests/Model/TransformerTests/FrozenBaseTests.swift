import Foundation
import Tensors
import Testing

@testable import Transformer

@Suite struct FrozenBaseTests {
    private static let configuration = TransformerConfiguration(
        vocabularySize: 90, hiddenSize: 64, intermediateSize: 96, layerCount: 2, headCount: 4, keyValueHeadCount: 2, contextLength: 32,
        tiesEmbeddings: false, initializerRange: 0.1)
    private static let tokens: [Int32] = [1, 5, 9, 3, 22, 7, 1, 2, 4, 17]
    private static let lengths = [6, 4]
    private static let targets = TransformerNetwork<Float>.Targets(rows: [1, 3, 4, 7, 8], ids: [9, 22, 7, 4, 17])

    private let compute = Compute(pool: ThreadPool(threads: 2))
    private let parameters = Parameters<Float>(random: configuration, seed: 4)

    private func numbers(_ shape: [Int], seed: Int) -> Tensor<Float> {
        Tensor((0..<shape.reduce(1, *)).map { Float(($0 * $0 * 7 + $0 * 13 + seed * 29) % 41) / 20 - 1 }, shape: shape)
    }

    private func network(isRounded: Bool, _ parameters: Parameters<Float>) -> TransformerNetwork<Float> {
        let adapters = Adapters<Float>(random: Self.configuration, settings: .init(rank: 3, alpha: 5), seed: 2)
        for (index, (name, tensor)) in adapters.named.enumerated() where name.hasSuffix("lora_B.weight") {
            for i in 0..<tensor.count { tensor[i] = Float(sin(Double(index * 31 + i)) * 0.1) }
        }
        return TransformerNetwork(
            parameters: parameters, adapters: adapters, base: isRounded ? FrozenBase(parameters, on: compute) : nil, compute: compute)
    }

    @Test("products are those of rounded rows and weights, forward, back, and added")
    func products() {
        let base = FrozenBase(parameters, on: compute)
        let (x, weight) = (numbers([5, 64], seed: 1), parameters.layers[1].gate)
        let found = [Tensor<Float>(zeros: [5, 96]), Tensor<Float>(zeros: [5, 96])]
        base.linear(x, [.gate, .up], layer: 1, into: found, on: compute)
        let (expected, rounded) = (Tensor<Float>(zeros: [5, 96]), QuantisedRows(rows: 5, longest: 96))
        compute.quantise(x, into: rounded)
        compute.linear(rounded, PackedInt8Matrix(weight, on: compute), into: expected)
        #expect(found[0].array == expected.array && found[1].array != expected.array)

        let dy = numbers([5, 96], seed: 2)
        let (dx, expectedBack) = (numbers([5, 64], seed: 3), numbers([5, 64], seed: 3))
        base.linearBackward(dy, .gate, layer: 1, into: dx, accumulate: true, on: compute)
        let transposed = Tensor<Float>((0..<96 * 64).map { weight[$0 % 96 * 64 + $0 / 96] }, shape: [64, 96])
        compute.quantise(dy, for: .light, into: rounded)
        compute.linear(rounded, PackedInt8Matrix(transposed, isLight: true, on: compute), into: expectedBack, accumulate: true)
        #expect(dx.array == expectedBack.array)
    }

    @Test("the gradients of adapters pass the rounding straight through: those of the exact base, but for 17 % of their length")
    func straightThrough() {
        func gradients(isRounded: Bool) -> (losses: [Float], adapters: Adapters<Float>) {
            let network = network(isRounded: isRounded, parameters)
            let gradients = Adapters<Float>(zeros: Self.configuration, settings: .init(rank: 3, alpha: 5))
            let losses = network.lossAndGradients(
                tokens: Self.tokens, sequenceLengths: Self.lengths, targets: Self.targets, scales: [0.3, 0.2, 0.5, 0.1, 0.4],
                gradients: .adapters(gradients))
            return (losses, gradients)
        }
        let (exact, rounded) = (gradients(isRounded: false), gradients(isRounded: true))
        #expect(exact.losses != rounded.losses)
        for (one, other) in zip(exact.losses, rounded.losses) { #expect(abs(one - other) < 0.05) }
        for ((name, one), other) in zip(exact.adapters.named, rounded.adapters.named.map(\.tensor)) {
            let length = one.array.reduce(0) { $0 + $1 * $1 }
            let distance = zip(one.array, other.array).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            // 15 % was measured with 7 bits: two layers of one block a row, at random weights, average little out.
            #expect((distance / length).squareRoot() < 0.17, "\(name): \((distance / length).squareRoot())")
        }
    }

    @Test("gives the same bits with one thread, and with layers computed twice")
    func sameBits() {
        func gradients(_ compute: Compute, recomputesLayers: Bool) -> [[Float]] {
            let made = network(isRounded: true, parameters)
            let network = TransformerNetwork(
                parameters: parameters, adapters: made.adapters, base: FrozenBase(parameters, on: compute), compute: compute,
                recomputesLayers: recomputesLayers)
            let gradients = Adapters<Float>(zeros: Self.configuration, settings: .init(rank: 3, alpha: 5))
            let losses = network.lossAndGradients(
                tokens: Self.tokens, sequenceLengths: Self.lengths, targets: Self.targets, scales: [0.3, 0.2, 0.5, 0.1, 0.4],
                gradients: .adapters(gradients))
            return gradients.named.map(\.tensor.array) + [losses]
        }
        let expected = gradients(compute, recomputesLayers: false)
        #expect(gradients(Compute(pool: ThreadPool(threads: 1)), recomputesLayers: false) == expected)
        #expect(gradients(compute, recomputesLayers: true) == expected)
        for set in InstructionSet.available {
            #expect(gradients(Compute(pool: ThreadPool(threads: 2), instructionSet: set), recomputesLayers: false) == expected)
        }
    }

    @Test("says what it takes")
    func memory() {
        let weights = 2 * (2 * 64 * 64 + 2 * 32 * 64 + 3 * 96 * 64) + 90 * 64
        let bytes = Self.configuration.frozenBaseBytes
        #expect(bytes > 2 * weights && bytes < 3 * weights)
    }
}
