import Tensors
import Transformer

/// The next tokens of one sequence, and which of them the caller wants the hidden state of.
struct SequenceRun {
    let cache: KVCache
    let tokens: [Int32]
    /// Places in `tokens`, in order and without gaps; empty where only keys and values are wanted.
    let wanted: Range<Int>
}

/// The buffers of steps of up to `tokenLimit` tokens, made once, and the step itself. Belongs to one thread at a time.
final class InferenceStep {
    let network: InferenceNetwork
    let tokenLimit: Int
    private let residual: Tensor<Float>
    private let normed: Tensor<Float>
    private let projected: Tensor<Float>
    private let queries: Tensor<Float>
    private let keys: Tensor<Float>
    private let values: Tensor<Float>
    private let mixed: Tensor<Float>
    private let gate: Tensor<Float>
    private let up: Tensor<Float>
    private let headNormed: Tensor<Float>?
    private let inverseRMS: Tensor<Float>
    /// The left-hand side of int8 products; nil in float32.
    private let rounded: QuantisedRows?
    private let picked: Tensor<Float>
    private let logitRows: Tensor<Float>

    /// Logits that stand in memory at once, in rows.
    static let logitRowLimit = 32

    init(network: InferenceNetwork, tokenLimit: Int) {
        let configuration = network.configuration
        func rows(_ width: Int) -> Tensor<Float> { Tensor(zeros: [tokenLimit, width]) }
        self.network = network
        self.tokenLimit = tokenLimit
        residual = rows(configuration.hiddenSize)
        normed = rows(configuration.hiddenSize)
        projected = rows(configuration.hiddenSize)
        picked = rows(configuration.hiddenSize)
        queries = rows(configuration.queryWidth)
        mixed = rows(configuration.queryWidth)
        keys = rows(configuration.keyValueWidth)
        values = rows(configuration.keyValueWidth)
        gate = rows(configuration.intermediateSize)
        up = rows(configuration.intermediateSize)
        headNormed = configuration.form.normalizesHeads ? rows(max(configuration.queryWidth, configuration.keyValueWidth)) : nil
        inverseRMS = Tensor(zeros: [tokenLimit * configuration.headCount])
        let longest = max(configuration.hiddenSize, configuration.queryWidth, configuration.intermediateSize)
        rounded = network.precision == .int8 ? QuantisedRows(rows: tokenLimit, longest: longest) : nil
        logitRows = Tensor(zeros: [min(tokenLimit, Self.logitRowLimit), configuration.vocabularySize])
    }

    /// Runs the tokens through the network and keeps their keys and values; the caches must have room for them.
    ///
    /// Shapes: result [wanted rows of all runs, hiddenSize], the normed hidden states in the order of the runs; valid until the next step.
    func advance(_ runs: [SequenceRun]) -> Tensor<Float> {
        let (compute, layers) = (network.compute, network.layers)
        let batch = StepLayout(runs)
        precondition(batch.tokens.count <= tokenLimit, "a step of \(batch.tokens.count) tokens is over the limit of \(tokenLimit)")
        var x = residual.rows(0..<batch.tokens.count)
        compute.gatherRows(network.embedding, ids: batch.tokens, into: x)
        if network.configuration.form.scalesEmbeddings { compute.scale(x, by: Float(network.configuration.embeddingScale)) }
        for (index, layer) in layers.enumerated() {
            let isLast = index + 1 == layers.count
            project(input(normed: x, layer.inputNorm), layer, queriesToo: !isLast, rows: batch.tokens.count)
            store(layer, index, runs, batch)
            var rows = batch.all
            if isLast {
                // After the last layer's keys and values, only the rows asked for go on.
                rows = batch.wanted
                let ids = rows.rowsInBatch
                guard !ids.isEmpty else { break }
                let narrow = picked.rows(0..<ids.count)
                compute.gatherRows(x, ids: ids, into: narrow)
                x = narrow
                compute.product(input(normed: x, layer.inputNorm), layer.query, into: queries.rows(0..<ids.count))
            }
            complete(queries.rows(0..<x.rowCount), layer, index, rows.positions)
            attend(x.rowCount, index, runs, rows)
            add(input(mixed.rows(0..<x.rowCount)), layer.output, bias: layer.outputBias, outputNorm: layer.attentionOutputNorm, to: x)
            feedForward(x, layer)
        }
        for run in runs { run.cache.advance(by: run.tokens.count) }
        let count = batch.wanted.positions.count
        return count == 0 ? normed.rows(0..<0) : norm(x, network.finalNorm)
    }

    /// The logits [rows, vocabularySize] of at most `logitRowLimit` rows of hidden states; valid until the next call.
    func logits(_ hidden: Tensor<Float>) -> Tensor<Float> {
        let result = logitRows.rows(0..<hidden.rowCount)
        network.compute.product(input(hidden), network.head, into: result)
        if let cap = network.configuration.form.logitSoftcap { network.compute.softcap(result, cap: Float(cap)) }
        return result
    }

    private func norm(_ x: Tensor<Float>, _ weight: Tensor<Float>) -> Tensor<Float> {
        let result = normed.rows(0..<x.rowCount)
        network.compute.rmsNorm(
            x, weight: weight, epsilon: Float(network.configuration.normEpsilon), into: result, inverseRMS: inverseRMS.rows(0..<x.rowCount))
        return result
    }

    // What stands left in products; each call overwrites what the last one gave.

    private func input(_ x: Tensor<Float>) -> ProductInput {
        guard let rounded else { return .float32(x) }
        network.compute.quantise(x, into: rounded)
        return .int8(rounded)
    }

    private func input(normed x: Tensor<Float>, _ weight: Tensor<Float>) -> ProductInput {
        guard let rounded else { return .float32(norm(x, weight)) }
        network.compute.quantiseNormed(x, weight: weight, epsilon: Float(network.configuration.normEpsilon), into: rounded)
        return .int8(rounded)
    }

    private func input(gate: Tensor<Float>, up: Tensor<Float>) -> ProductInput {
        switch (network.configuration.form.activation, rounded) {
        case (.silu, let rounded?):
            network.compute.quantiseSwiGLU(gate: gate, up: up, into: rounded)
            return .int8(rounded)
        case (.geluTanh, let rounded?):
            network.compute.quantiseGeGLU(gate: gate, up: up, into: rounded)
            return .int8(rounded)
        case (.silu, nil): network.compute.swiGLU(gate: gate, up: up, into: gate)
        case (.geluTanh, nil): network.compute.geGLU(gate: gate, up: up, into: gate)
        }
        return input(gate)
    }

    /// Computes the keys and values, and the queries too where they are wanted, of all tokens.
    private func project(_ n: ProductInput, _ layer: InferenceNetwork.Layer, queriesToo: Bool, rows: Int) {
        var products = [(w: layer.key, y: keys.rows(0..<rows)), (w: layer.value, y: values.rows(0..<rows))]
        if queriesToo { products.insert((layer.query, queries.rows(0..<rows)), at: 0) }
        network.compute.product(n, products)
    }

    /// Completes the keys and values and writes them into the caches.
    private func store(_ layer: InferenceNetwork.Layer, _ index: Int, _ runs: [SequenceRun], _ batch: StepLayout) {
        let compute = network.compute
        let (k, v) = (keys.rows(0..<batch.tokens.count), values.rows(0..<batch.tokens.count))
        if let bias = layer.keyBias { compute.addBias(bias, to: k) }
        if let bias = layer.valueBias { compute.addBias(bias, to: v) }
        normHeads(k, layer.keyNorm)
        if let table = network.rope.table(layer: index) { compute.rope(k, positions: batch.all.positions, table: table) }
        let pieces = batch.pieces
        compute.pool.run(pieces.count) { number in
            let piece = pieces[number]
            runs[piece.run].cache.write(
                layer: index, keys: k.rows(piece.rows), values: v.rows(piece.rows), offset: piece.offset)
        }
    }

    /// Adds what queries have beside their product.
    private func complete(_ q: Tensor<Float>, _ layer: InferenceNetwork.Layer, _ index: Int, _ positions: [Int32]) {
        let (compute, configuration) = (network.compute, network.configuration)
        if let bias = layer.queryBias { compute.addBias(bias, to: q) }
        normHeads(q, layer.queryNorm)
        guard let table = network.rope.table(layer: index) else { return }
        compute.rope(
            q.reshaped([q.rowCount, configuration.headCount, configuration.headDimension]), positions: positions, table: table)
    }

    /// What attention gives for so many rows, whose queries are complete and whose keys and values are in the caches.
    private func attend(_ count: Int, _ index: Int, _ runs: [SequenceRun], _ rows: StepLayout.Rows) {
        let configuration = network.configuration
        let shape = [count, configuration.headCount, configuration.headDimension]
        let (q, a) = (queries.rows(0..<count).reshaped(shape), mixed.rows(0..<count).reshaped(shape))
        var segments: [AttentionSegment<Float>] = []
        for (run, part) in zip(runs, rows.parts) where !part.isEmpty {
            segments.append(run.cache.segment(layer: index, rows: part, position: Int(rows.positions[part.lowerBound])))
        }
        network.compute.attention(
            q, segments: segments, scale: Float(configuration.attentionScale), softcap: configuration.form.attentionSoftcap ?? 0, into: a)
    }

    /// x += the gated feed-forward network.
    private func feedForward(_ x: Tensor<Float>, _ layer: InferenceNetwork.Layer) {
        let compute = network.compute
        let n = input(normed: x, layer.feedForwardNorm)
        let (g, u) = (gate.rows(0..<x.rowCount), up.rows(0..<x.rowCount))
        compute.product(n, [(layer.gate, g), (layer.up, u)])
        add(input(gate: g, up: u), layer.down, bias: nil, outputNorm: layer.feedForwardOutputNorm, to: x)
    }

    /// x += the product, with a bias and a norm of its own where the layer has them.
    private func add(
        _ input: ProductInput, _ w: InferenceMatrix, bias: Tensor<Float>?, outputNorm: Tensor<Float>?, to x: Tensor<Float>
    ) {
        let compute = network.compute
        // In float32 the product is made apart, as training makes it, so that the bits are the same.
        if bias == nil, outputNorm == nil, case (.int8(let rows), .int8(let matrix)) = (input, w) {
            return compute.linear(rows, matrix, into: x, accumulate: true)
        }
        let o = projected.rows(0..<x.rowCount)
        compute.product(input, w, into: o)
        if let bias { compute.addBias(bias, to: o) }
        compute.add(outputNorm.map { norm(o, $0) } ?? o, to: x)
    }

    /// Norms every head in place, where the layer does.
    private func normHeads(_ heads: Tensor<Float>, _ weight: Tensor<Float>?) {
        guard let weight, let headNormed else { return }
        let count = heads.count / weight.count
        let result = headNormed.reshaped([headNormed.count]).rows(0..<heads.count).reshaped([count, weight.count])
        network.compute.rmsNorm(
            heads.reshaped([count, weight.count]), weight: weight, epsilon: Float(network.configuration.normEpsilon), into: result,
            inverseRMS: inverseRMS.rows(0..<count))
        heads.copy(from: result)
    }
}

/// Where the rows of the runs lie in a step, all of them and those wanted.
struct StepLayout {
    struct Rows {
        /// Each run's rows, end to end.
        var parts: [Range<Int>] = []
        /// Each row's position in its sequence.
        var positions: [Int32] = []
        /// Each row's place among all rows of the step.
        var rowsInBatch: [Int32] = []
    }

    private(set) var tokens: [Int32] = []
    private(set) var all = Rows()
    private(set) var wanted = Rows()
    /// The rows cut into short pieces of one run each, and how far behind the run's first row each begins.
    private(set) var pieces: [(run: Int, rows: Range<Int>, offset: Int)] = []

    init(_ runs: [SequenceRun]) {
        for (number, run) in runs.enumerated() {
            precondition(run.wanted.upperBound <= run.tokens.count && !run.tokens.isEmpty, "wanted rows are rows of the run")
            let start = tokens.count
            append(0..<run.tokens.count, of: run, start: start, to: &all)
            append(run.wanted, of: run, start: start, to: &wanted)
            tokens += run.tokens
            for offset in stride(from: 0, to: run.tokens.count, by: 32) {
                pieces.append((number, start + offset..<min(tokens.count, start + offset + 32), offset))
            }
        }
    }

    private func append(_ places: Range<Int>, of run: SequenceRun, start: Int, to rows: inout Rows) {
        let first = rows.positions.count
        rows.parts.append(first..<first + places.count)
        for place in places {
            rows.positions.append(Int32(run.cache.count + place))
            rows.rowsInBatch.append(Int32(start + place))
        }
    }
}
