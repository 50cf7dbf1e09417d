import Foundation
import Tensors
import Testing
import Transformer

/// A step with an opening computed apart, beside the same step with every sequence read whole.
@Suite struct SharedOpeningTests {
    private static let opening: [Int32] = [1, 5, 9, 3, 2]
    private static let sequences: [[Int32]] = [[22, 7, 11, 4], [8], [22, 17, 6]]
    /// The last token of each sequence's row and the one before; the second sequence has a single row.
    private static let targets: [[(row: Int, id: Int32)]] = [[(2, 4), (3, 12)], [(0, 3)], [(1, 6), (2, 21)]]
    private static let scales = [0.3, -0.2, 0.5, 0.1, 0.4]

    /// Plain; with biases, normed heads and outputs, windows shorter and longer than the opening, capped scores and tied embeddings.
    static let configurations: [TransformerConfiguration] = {
        let plain = TransformerConfiguration(
            vocabularySize: 24, hiddenSize: 16, intermediateSize: 20, layerCount: 3, headCount: 4, keyValueHeadCount: 2, contextLength: 9,
            tiesEmbeddings: false, initializerRange: 0.3)
        var other = plain
        other.tiesEmbeddings = true
        other.form.attentionBias = .inputs
        other.form.normalizesHeads = true
        other.form.normalizesOutputs = true
        other.form.attentionSoftcap = 20
        other.form.layers = [.init(window: 3, positions: .localRotary), .init(window: 6), .init(positions: .none)]
        return [plain, other]
    }()

    /// The passes of a step: each a list of the sequences' numbers.
    private func step<R: Real>(
        _ network: TransformerNetwork<R>, apart: Bool, passes: [[Int]], gradients: Gradients<R>
    ) -> [R] {
        let opening = apart ? network.opening(Self.opening) : nil
        var losses: [R] = []
        for pass in passes {
            let own = pass.map { (apart ? [] : Self.opening) + Self.sequences[$0] }
            var targets = TransformerNetwork<R>.Targets(rows: [], ids: [])
            var scales: [R] = []
            var start = 0
            for (place, number) in pass.enumerated() {
                let first = Self.targets[..<number].reduce(0) { $0 + $1.count }
                for (index, target) in Self.targets[number].enumerated() {
                    targets.rows.append(Int32(start + target.row + (apart ? 0 : Self.opening.count)))
                    targets.ids.append(target.id)
                    scales.append(R(Self.scales[first + index]))
                }
                start += own[place].count
            }
            losses += network.lossAndGradients(
                tokens: Array(own.joined()), sequenceLengths: own.map(\.count), targets: targets, scales: scales, opening: opening,
                gradients: gradients)
        }
        if let opening { network.addGradients(of: opening, to: gradients) }
        gradients.settle(on: network.compute)
        return losses
    }

    private func gradients<R: Real>(
        _ type: R.Type, _ configuration: TransformerConfiguration, apart: Bool, passes: [[Int]] = [[0, 1, 2]], recomputes: Bool = false,
        threads: Int = 1
    ) -> (losses: [R], gradients: [(name: String, numbers: [R])]) {
        let network = TransformerNetwork<R>(
            parameters: Parameters(random: configuration, seed: 3), compute: Compute(pool: ThreadPool(threads: threads)),
            recomputesLayers: recomputes)
        let zeros = Parameters<R>(zeros: configuration)
        let losses = step(network, apart: apart, passes: passes, gradients: .weights(zeros, pending: PendingEmbedding()))
        return (losses, zeros.named.map { ($0.name, $0.tensor.array) })
    }

    @Test("gives the gradients of sequences that are read whole, in Double, and their losses to the bit", arguments: configurations)
    func same(configuration: TransformerConfiguration) {
        let (whole, apart) = (gradients(Double.self, configuration, apart: false), gradients(Double.self, configuration, apart: true))
        #expect(whole.losses == apart.losses)
        for (one, other) in zip(whole.gradients, apart.gradients) {
            let distance = zip(one.numbers, other.numbers).map { abs($0 - $1) }.max() ?? 0
            #expect(distance < 1e-12, "\(one.name): \(distance)")
            #expect(one.numbers.contains { $0 != 0 }, "\(one.name)")
        }
    }

    @Test("adapters too, whose gradients alone are wanted")
    func adapters() {
        func gradients(apart: Bool) -> [[Double]] {
            let configuration = Self.configurations[0]
            let settings = AdapterSettings(rank: 2, alpha: 4)
            let adapters = Adapters<Double>(random: configuration, settings: settings, seed: 2)
            for (index, (name, tensor)) in adapters.named.enumerated() where name.hasSuffix("lora_B.weight") {
                for i in 0..<tensor.count { tensor[i] = sin(Double(index * 31 + i)) * 0.1 }
            }
            let network = TransformerNetwork(
                parameters: Parameters<Double>(random: configuration, seed: 3), adapters: adapters,
                compute: Compute(pool: ThreadPool(threads: 1)))
            let zeros = Adapters<Double>(zeros: configuration, settings: settings)
            _ = step(network, apart: apart, passes: [[0, 1, 2]], gradients: .adapters(zeros))
            return zeros.named.map(\.tensor.array)
        }
        for (one, other) in zip(gradients(apart: false), gradients(apart: true)) {
            #expect(zip(one, other).allSatisfy { abs($0 - $1) < 1e-12 } && one.contains { $0 != 0 })
        }
    }

    @Test(
        "gives the same bits however the step is cut into passes, with layers computed twice, and with two threads",
        arguments: configurations)
    func cuts(configuration: TransformerConfiguration) {
        let expected = gradients(Float.self, configuration, apart: true)
        for (passes, recomputes, threads) in [([[0], [1], [2]], false, 1), ([[0, 1], [2]], true, 1), ([[0, 1, 2]], false, 2)] {
            let found = gradients(Float.self, configuration, apart: true, passes: passes, recomputes: recomputes, threads: threads)
            #expect(found.losses == expected.losses)
            for (one, other) in zip(found.gradients, expected.gradients) { #expect(one.numbers == other.numbers, "\(one.name) \(passes)") }
        }
    }
}
