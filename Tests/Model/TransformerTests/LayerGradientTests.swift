import Tensors
import Testing

@testable import Transformer

/// Each layer alone: the gradients by its input and by its weights against central differences in Double.
@Suite struct LayerGradientTests {
    private static let configuration = TransformerConfiguration(
        vocabularySize: 14, hiddenSize: 12, intermediateSize: 10, layerCount: 1, headCount: 4, keyValueHeadCount: 2, headDimension: 6,
        contextLength: 16, tiesEmbeddings: false, initializerRange: 0.5)
    private let parameters = Parameters<Double>(random: configuration, seed: 4)
    private let gradients = Parameters<Double>(zeros: configuration)
    private let x = numbers([9, 12], seed: 1)
    private let dy = numbers([9, 12], seed: 2)
    private let setting = PassSetting<Double>(
        configuration: configuration, compute: Compute(pool: ThreadPool(threads: 1)), rope: RopeTables(configuration),
        sequences: PackedSequences(lengths: [5, 1, 3], contextLength: 16), dropout: ResidualDropout(rate: 0.2, seed: 6), adapters: nil)

    private static func numbers(_ shape: [Int], seed: Int) -> Tensor<Double> {
        Tensor((0..<shape.reduce(1, *)).map { Double(($0 * $0 * 7 + $0 * 13 + seed * 29) % 41) / 20 - 1 }, shape: shape)
    }

    private func dot(_ a: Tensor<Double>, _ b: Tensor<Double>) -> Double { zip(a.array, b.array).reduce(0) { $0 + $1.0 * $1.1 } }

    /// Compares a gradient with the central differences of `value` by every number of a tensor.
    private func check(_ name: String, _ tensor: Tensor<Double>, _ gradient: Tensor<Double>, _ value: () -> Double) {
        for index in 0..<tensor.count {
            let (before, step) = (tensor[index], 1e-6)
            tensor[index] = before + step
            let above = value()
            tensor[index] = before - step
            let below = value()
            tensor[index] = before
            // Second-order differences at this step are good to about 1e-9 where the numbers are about 1.
            #expect(abs((above - below) / (2 * step) - gradient[index]) < 1e-7, "\(name)[\(index)]")
        }
    }

    @Test("attention: by its input, its norm and its four matrices")
    func attention() {
        let block = AttentionBlock(weights: parameters.layers[0], layer: 0, setting: setting)
        let value: () -> Double = { self.dot(block.forward(self.x).y, self.dy) }
        let dx = dy.copy()
        block.backward(dx, block.forward(x).kept, into: LayerGradients(weights: gradients.layers[0], adapters: nil))
        check("x", x, dx, value)
        let (weights, found) = (parameters.layers[0], gradients.layers[0])
        check("norm", weights.inputNorm, found.inputNorm, value)
        check("query", weights.query, found.query, value)
        check("key", weights.key, found.key, value)
        check("value", weights.value, found.value, value)
        check("output", weights.output, found.output, value)
    }

    @Test("feed-forward: by its input, its norm and its three matrices")
    func feedForward() {
        let block = FeedForwardBlock(weights: parameters.layers[0], layer: 0, setting: setting)
        let value: () -> Double = { self.dot(block.forward(self.x).y, self.dy) }
        let dx = dy.copy()
        block.backward(dx, block.forward(x).kept, into: LayerGradients(weights: gradients.layers[0], adapters: nil))
        check("x", x, dx, value)
        let (weights, found) = (parameters.layers[0], gradients.layers[0])
        check("norm", weights.feedForwardNorm, found.feedForwardNorm, value)
        check("gate", weights.gate, found.gate, value)
        check("up", weights.up, found.up, value)
        check("down", weights.down, found.down, value)
    }

    @Test("head: by its input, the final norm and the head, at some rows with weights of their own")
    func head() {
        let head = LossHead(parameters: parameters, setting: setting)
        let (rows, ids, scales): ([Int32], [Int32], [Double]) = ([0, 3, 4, 8], [5, 0, 13, 5], [1, -0.5, 2, 0.25])
        let value: () -> Double = {
            let values = head.logProbabilities(self.x, rows: rows, ids: ids)
            return zip(values, scales).reduce(0) { $0 - $1.0 * $1.1 }
        }
        let dx = head.lossesAndGradient(x, rows: rows, ids: ids, scales: scales, into: gradients).dx
        check("x", x, dx, value)
        check("norm", parameters.finalNorm, gradients.finalNorm, value)
        check("head", parameters.head, gradients.head, value)
    }
}
