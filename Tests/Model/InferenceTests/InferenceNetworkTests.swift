import Tensors
import Testing
import Transformer

@testable import Inference

@Suite struct InferenceNetworkTests {
    private let network = Toy.network()

    /// Runs sequences in chunks of these lengths and gives the logits of all their rows.
    private func logits(_ sequences: [[Int32]], chunks: [Int], tokenLimit: Int = 200) -> [[Float]] {
        let step = InferenceStep(network: network, tokenLimit: tokenLimit)
        let caches = sequences.map { _ in KVCache(network.configuration) }
        var results = sequences.map { _ in [Float]() }
        var chunk = 0
        while true {
            var runs: [SequenceRun] = []
            var owners: [Int] = []
            for (index, sequence) in sequences.enumerated() where caches[index].count < sequence.count {
                let start = caches[index].count
                let end = min(sequence.count, start + chunks[chunk % chunks.count])
                caches[index].reserve(end, limit: sequence.count)
                runs.append(SequenceRun(cache: caches[index], tokens: Array(sequence[start..<end]), wanted: 0..<end - start))
                owners += Array(repeating: index, count: end - start)
            }
            if runs.isEmpty { return results }
            let hidden = step.advance(runs)
            for (row, owner) in owners.enumerated() { results[owner] += step.logits(hidden.rows(row..<row + 1)).array }
            chunk += 1
        }
    }

    @Test("gives the very bits of the network that is trained")
    func sameAsTraining() {
        let sequences = [40, 1, 17].enumerated().map { Toy.tokens($1, seed: $0) }
        let trained = TransformerNetwork(parameters: Toy.parameters, compute: network.compute)
        let expected = trained.logits(
            tokens: sequences.flatMap { $0 }, sequenceLengths: sequences.map(\.count), rows: Array(0..<58))
        #expect(logits(sequences, chunks: [200]).flatMap { $0 } == expected.array)
    }

    @Test("prompts in chunks of any size, or token by token, give the bits of one step", arguments: [[1], [7], [16, 1, 3], [39], [40]])
    func chunks(chunks: [Int]) {
        let sequences = [40, 9, 23].enumerated().map { Toy.tokens($1, seed: $0) }
        #expect(logits(sequences, chunks: chunks) == logits(sequences, chunks: [200]))
    }

    @Test("only the rows wanted go through the last layer, with the same bits")
    func wantedRows() {
        let tokens = Toy.tokens(30, seed: 4)
        let all = logits([tokens], chunks: [30])[0]
        let step = InferenceStep(network: network, tokenLimit: 30)
        for wanted in [0..<0, 29..<30, 5..<9, 0..<30] {
            let cache = KVCache(network.configuration)
            cache.reserve(30, limit: 30)
            let hidden = step.advance([SequenceRun(cache: cache, tokens: tokens, wanted: wanted)])
            #expect(hidden.rowCount == wanted.count)
            for (index, row) in wanted.enumerated() {
                #expect(step.logits(hidden.rows(index..<index + 1)).array == Array(all[row * 90..<(row + 1) * 90]))
            }
        }
    }

    @Test("a copied prefix gives the bits of a prefix computed anew")
    func prefix() {
        let tokens = Toy.tokens(50, seed: 9)
        let step = InferenceStep(network: network, tokenLimit: 50)
        let source = KVCache(network.configuration)
        source.reserve(40, limit: 40)
        _ = step.advance([SequenceRun(cache: source, tokens: Array(tokens[..<40]), wanted: 0..<0)])
        let copy = KVCache(network.configuration)
        copy.copyPrefix(of: source, count: 33, limit: 50)
        copy.reserve(50, limit: 50)
        let hidden = step.advance([SequenceRun(cache: copy, tokens: Array(tokens[33...]), wanted: 16..<17)])
        #expect(step.logits(hidden).array == Array(logits([tokens], chunks: [50])[0].suffix(90)))
    }

    @Test("weights that do not fit into the memory are refused before any is made")
    func tooLarge() throws {
        let huge = TransformerConfiguration(
            vocabularySize: 100_000, hiddenSize: 65_536, intermediateSize: 65_536, layerCount: 1000, headCount: 64, keyValueHeadCount: 64,
            contextLength: 4096)
        #expect(throws: ModelError.self) { try InferenceNetwork(random: huge, compute: network.compute) }
    }

    @Test("random weights made row by row are those of one shape and seed, evenly spread")
    func randomRows() throws {
        let (one, two) = (
            try InferenceNetwork(random: Toy.configuration, compute: network.compute),
            try InferenceNetwork(
                random: Toy.configuration, compute: Compute(pool: ThreadPool(threads: 1)))
        )
        for (a, b) in zip(one.packedMatrices, two.packedMatrices) {
            #expect(a.matrix.withBytes { [UInt8]($0) } == b.matrix.withBytes { [UInt8]($0) })
        }
        let values = one.packedMatrices[0].matrix.weights().array
        let deviation = (values.reduce(0) { $0 + $1 * $1 } / Float(values.count)).squareRoot()
        #expect(abs(deviation - 0.3) < 0.03)
    }
}
