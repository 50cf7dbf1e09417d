import Tensors
import Testing
import Transformer

@Suite struct ResidualDropoutTests {
    private let configuration = TransformerConfiguration(
        vocabularySize: 20, hiddenSize: 16, intermediateSize: 24, layerCount: 1, headCount: 2, keyValueHeadCount: 2, contextLength: 8)

    private func gradient(_ dropout: ResidualDropout) -> [Float] {
        let network = TransformerNetwork(
            parameters: Parameters<Float>(random: configuration, seed: 2), compute: Compute(pool: ThreadPool(threads: 1)))
        let gradients = Parameters<Float>(zeros: configuration)
        network.lossAndGradients(
            tokens: [1, 2, 3, 4], sequenceLengths: [4], targets: .init(rows: [1, 3], ids: [5, 6]), scales: [1, 1], dropout: dropout,
            gradients: gradients)
        return gradients.embedding.array
    }

    @Test("the same seed drops the same, another seed or another first token something else")
    func seeds() {
        let one = gradient(ResidualDropout(rate: 0.5, seed: 1))
        #expect(gradient(ResidualDropout(rate: 0.5, seed: 1)) == one)
        #expect(gradient(ResidualDropout(rate: 0.5, seed: 2)) != one)
        #expect(gradient(ResidualDropout(rate: 0.5, seed: 1, firstToken: 4)) != one)
        #expect(gradient(ResidualDropout(rate: 0, seed: 1)) == gradient(.none))
    }
}
