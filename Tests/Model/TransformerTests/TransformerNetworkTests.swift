import Foundation
import Tensors
import TestSupport
import Testing
import Transformer

@Suite struct TransformerNetworkTests {
    private let compute = Compute(pool: ThreadPool(threads: 2))

    private func network<R: Real>(_ golden: Golden, _ type: R.Type = R.self, recomputes: Bool = false) throws -> TransformerNetwork<R> {
        let parameters: Parameters<R> = try ModelFolder(directory: golden.folder).loadParameters()
        return TransformerNetwork(parameters: parameters, compute: compute, recomputesLayers: recomputes)
    }

    private func targets<R: Real>(_ input: Golden.Input, _ network: TransformerNetwork<R>) -> TransformerNetwork<R>.Targets {
        .init(rows: input.targets.rows, ids: input.targets.ids)
    }

    @Test("gives the logits of transformers", arguments: Golden.all)
    func logits(golden: Golden) throws {
        let input = try golden.input()
        let network: TransformerNetwork<Float> = try network(golden)
        let logits = network.logits(tokens: input.tokens, sequenceLengths: input.lengths, rows: Array(0..<Int32(input.tokens.count)))
        let expected = try golden.expected("logits")
        let distance = zip(logits.array, expected).map { abs($0 - $1) }.max() ?? .infinity
        #expect(logits.count == expected.count)
        #expect(distance < 1e-4, "largest distance \(distance)")
    }

    @Test("gives the losses and every parameter's gradient of transformers", arguments: Golden.all, [false, true])
    func gradients(golden: Golden, recomputes: Bool) throws {
        let input = try golden.input()
        let network: TransformerNetwork<Float> = try network(golden, recomputes: recomputes)
        let targets = targets(input, network)
        let gradients = Parameters<Float>(zeros: network.configuration)
        let losses = network.lossAndGradients(
            tokens: input.tokens, sequenceLengths: input.lengths, targets: targets,
            scales: Array(repeating: 1 / Float(targets.count), count: targets.count), gradients: gradients)
        #expect(relativeDistance(losses, try golden.expected("losses")) < 1e-5)
        let forwardOnly = network.losses(tokens: input.tokens, sequenceLengths: input.lengths, targets: targets)
        #expect(relativeDistance(losses, forwardOnly) < 1e-6)
        for (name, tensor) in gradients.named {
            let distance = relativeDistance(tensor.array, try golden.expected(name))
            #expect(distance < 1e-3, "\(name): \(distance)")
        }
    }

    @Test("gradients are the central differences of the loss, in Double", arguments: Golden.all)
    func centralDifferences(golden: Golden) throws {
        let input = try golden.input()
        let network: TransformerNetwork<Double> = try network(golden)
        let targets = targets(input, network)
        let scales = targets.rows.indices.map { 0.01 * Double($0 % 5) - 0.013 }  // unequal, some negative
        let dropout = ResidualDropout(rate: 0.1, seed: 5, firstToken: 3)
        func run(_ gradients: Parameters<Double>) -> Double {
            let losses = network.lossAndGradients(
                tokens: input.tokens, sequenceLengths: input.lengths, targets: targets, scales: scales, dropout: dropout,
                gradients: gradients)
            return zip(losses, scales).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let gradients = Parameters<Double>(zeros: network.configuration)
        _ = run(gradients)
        let unused = Parameters<Double>(zeros: network.configuration)
        for ((name, weight), (_, gradient)) in zip(network.parameters.named, gradients.named) {
            let largest = gradient.array.map(abs).max() ?? 0
            for index in stride(from: 0, to: weight.count, by: max(1, weight.count / 5)) {
                let (before, step) = (weight[index], 1e-5)
                weight[index] = before + step
                let above = run(unused)
                weight[index] = before - step
                let below = run(unused)
                weight[index] = before
                let difference = (above - below) / (2 * step)
                // Central differences in Double are good to about 1e-9 here; a wrong formula is off by far more.
                #expect(abs(difference - gradient[index]) < 1e-6 * max(largest, 1e-3), "\(name)[\(index)]")
            }
        }
    }

    @Test("a batch of unequal sequences gives each the bits it has alone", arguments: Golden.all)
    func batchIndependence(golden: Golden) throws {
        let input = try golden.input()
        let network: TransformerNetwork<Float> = try network(golden)
        let all = Array(0..<Int32(input.tokens.count))
        let together = network.logits(tokens: input.tokens, sequenceLengths: input.lengths, rows: all).array
        var start = 0
        for length in input.lengths {
            let alone = network.logits(
                tokens: Array(input.tokens[start..<start + length]), sequenceLengths: [length], rows: Array(0..<Int32(length)))
            let vocabulary = network.configuration.vocabularySize
            #expect(Array(together[start * vocabulary..<(start + length) * vocabulary]) == alone.array)
            start += length
        }
    }

    @Test("one thread, two and three give the same bits, and so does recomputing", arguments: Golden.all)
    func threads(golden: Golden) throws {
        let input = try golden.input()
        let parameters: Parameters<Float> = try ModelFolder(directory: golden.folder).loadParameters()
        let results = [(1, false), (2, false), (3, false), (2, true)].map { threads, recomputes in
            let network = TransformerNetwork(
                parameters: parameters, compute: Compute(pool: ThreadPool(threads: threads)), recomputesLayers: recomputes)
            let gradients = Parameters<Float>(zeros: network.configuration)
            let losses = network.lossAndGradients(
                tokens: input.tokens, sequenceLengths: input.lengths, targets: targets(input, network),
                scales: input.targets.rows.map { 0.1 * Float($0) }, dropout: ResidualDropout(rate: 0.2, seed: 9), gradients: gradients)
            return [losses] + gradients.named.map(\.tensor.array)
        }
        for result in results { #expect(result == results[0]) }
    }

    @Test("passes of one sequence each add up to the gradients of one pass over all, dropout included")
    func accumulation() throws {
        let golden = Golden.all[0]
        let input = try golden.input()
        let network: TransformerNetwork<Float> = try network(golden)
        let scale: Float = 0.05
        let whole = Parameters<Float>(zeros: network.configuration)
        let parts = Parameters<Float>(zeros: network.configuration)
        let targets = targets(input, network)
        network.lossAndGradients(
            tokens: input.tokens, sequenceLengths: input.lengths, targets: targets,
            scales: Array(repeating: scale, count: targets.count), dropout: ResidualDropout(rate: 0.3, seed: 1), gradients: whole)
        var start = 0
        for length in input.lengths {
            let rows = start..<start + length
            let inside = targets.rows.indices.filter { rows.contains(Int(targets.rows[$0])) }
            network.lossAndGradients(
                tokens: Array(input.tokens[rows]), sequenceLengths: [length],
                targets: .init(rows: inside.map { targets.rows[$0] - Int32(start) }, ids: inside.map { targets.ids[$0] }),
                scales: Array(repeating: scale, count: inside.count),
                dropout: ResidualDropout(rate: 0.3, seed: 1, firstToken: start), gradients: parts)
            start += length
        }
        for ((name, one), (_, other)) in zip(whole.named, parts.named) {
            #expect(one.array == other.array, "\(name)")
        }
    }

    @Test("scales may depend on the losses")
    func scalesOfLosses() throws {
        let golden = Golden.all[1]
        let input = try golden.input()
        let network: TransformerNetwork<Double> = try network(golden)
        let targets = targets(input, network)
        let known = network.losses(tokens: input.tokens, sequenceLengths: input.lengths, targets: targets)
        let (one, other) = (Parameters<Double>(zeros: network.configuration), Parameters<Double>(zeros: network.configuration))
        network.lossAndGradients(
            tokens: input.tokens, sequenceLengths: input.lengths, targets: targets, gradients: .weights(one)
        ) { losses in
            #expect(losses == known)
            return losses.map { $0 * $0 }
        }
        network.lossAndGradients(
            tokens: input.tokens, sequenceLengths: input.lengths, targets: targets, scales: known.map { $0 * $0 }, gradients: other)
        #expect(one.named.map(\.tensor.array) == other.named.map(\.tensor.array))
    }

    @Test("a network of two layers learns eight sequences by heart within 200 steps")
    func learns() {
        let configuration = TransformerConfiguration(
            vocabularySize: 40, hiddenSize: 32, intermediateSize: 64, layerCount: 2, headCount: 4, keyValueHeadCount: 2,
            contextLength: 16)
        let network = TransformerNetwork(parameters: Parameters<Float>(random: configuration, seed: 3), compute: compute)
        func token(_ sequence: Int, _ place: Int) -> Int32 { Int32((sequence * 7 + place * place * (sequence + 3)) % 40) }
        var tokens: [Int32] = []
        var rows: [Int32] = []
        var ids: [Int32] = []
        for sequence in 0..<8 {
            for place in 0..<11 {
                if place >= 3 {
                    rows.append(Int32(tokens.count))
                    ids.append(token(sequence, place + 1))
                }
                tokens.append(token(sequence, place))
            }
        }
        let targets = TransformerNetwork<Float>.Targets(rows: rows, ids: ids)
        let gradients = Parameters<Float>(zeros: configuration)
        let (m, v) = (Parameters<Float>(zeros: configuration), Parameters<Float>(zeros: configuration))
        var loss: Float = .infinity
        for step in 1...200 {
            gradients.clear()
            let losses = network.lossAndGradients(
                tokens: tokens, sequenceLengths: Array(repeating: 11, count: 8), targets: targets,
                scales: Array(repeating: 1 / Float(rows.count), count: rows.count), gradients: gradients)
            loss = losses.reduce(0, +) / Float(rows.count)
            for (index, (_, parameter)) in network.parameters.named.enumerated() {
                compute.adamW(
                    parameter: parameter, gradient: gradients.named[index].tensor, m: m.named[index].tensor, v: v.named[index].tensor,
                    learningRate: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, step: step)
            }
        }
        #expect(loss < 0.05, "loss \(loss)")
    }
}
