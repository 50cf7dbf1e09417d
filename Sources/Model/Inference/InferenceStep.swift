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
            let n = norm(x, layer.inputNorm)
            store(n, layer, index, runs, batch)
            // After the last layer's keys and values, only the rows asked for go on.
            var rows = batch.all
            var queryInput = n
            if isLast {
                rows = batch.wanted
                guard !rows.positions.isEmpty else { break }
                let ids = rows.rowsInBatch
                let (narrowX, narrowN) = (picked.rows(0..<ids.count), projected.rows(0..<ids.count))
                compute.gatherRows(x, ids: ids, into: narrowX)
                compute.gatherRows(n, ids: ids, into: narrowN)
                (x, queryInput) = (narrowX, narrowN)
            }
            attend(x, queryInput, layer, index, runs, rows)
            feedForward(x, layer)
        }
        for run in runs { run.cache.advance(by: run.tokens.count) }
        let count = batch.wanted.positions.count
        return count == 0 ? normed.rows(0..<0) : norm(x, network.finalNorm)
    }

    /// The logits [rows, vocabularySize] of at most `logitRowLimit` rows of hidden states; valid until the next call.
    func logits(_ hidden: Tensor<Float>) -> Tensor<Float> {
        let result = logitRows.rows(0..<hidden.rowCount)
        network.head.apply(to: hidden, into: result, on: network.compute)
        if let cap = network.configuration.form.logitSoftcap { network.compute.softcap(result, cap: Float(cap)) }
        return result
    }

    private func norm(_ x: Tensor<Float>, _ weight: Tensor<Float>) -> Tensor<Float> {
        let result = normed.rows(0..<x.rowCount)
        network.compute.rmsNorm(
            x, weight: weight, epsilon: Float(network.configuration.normEpsilon), into: result, inverseRMS: inverseRMS.rows(0..<x.rowCount))
        return result
    }

    /// Computes the keys and values of all tokens and writes them into the caches.
    private func store(_ n: Tensor<Float>, _ layer: InferenceNetwork.Layer, _ index: Int, _ runs: [SequenceRun], _ batch: StepLayout) {
        let compute = network.compute
        let (k, v) = (keys.rows(0..<n.rowCount), values.rows(0..<n.rowCount))
        layer.key.apply(to: n, into: k, on: compute)
        layer.value.apply(to: n, into: v, on: compute)
        if let bias = layer.keyBias { compute.addBias(bias, to: k) }
        if let bias = layer.valueBias { compute.addBias(bias, to: v) }
        normHeads(k, layer.keyNorm)
        if let table = network.rope.table(layer: index) { compute.rope(k, positions: batch.all.positions, table: table) }
        for (run, part) in zip(runs, batch.all.parts) {
            run.cache.write(layer: index, keys: k.rows(part), values: v.rows(part))
        }
    }

    /// x += attention, for rows whose keys and values are in the caches.
    private func attend(
        _ x: Tensor<Float>, _ n: Tensor<Float>, _ layer: InferenceNetwork.Layer, _ index: Int, _ runs: [SequenceRun],
        _ rows: StepLayout.Rows
    ) {
        let (compute, configuration) = (network.compute, network.configuration)
        let shape = [x.rowCount, configuration.headCount, configuration.headDimension]
        let (q, a) = (queries.rows(0..<x.rowCount).reshaped(shape), mixed.rows(0..<x.rowCount).reshaped(shape))
        layer.query.apply(to: n, into: q, on: compute)
        if let bias = layer.queryBias { compute.addBias(bias, to: q) }
        normHeads(q, layer.queryNorm)
        if let table = network.rope.table(layer: index) { compute.rope(q, positions: rows.positions, table: table) }
        var segments: [AttentionSegment<Float>] = []
        for (run, part) in zip(runs, rows.parts) where !part.isEmpty {
            segments.append(run.cache.segment(layer: index, rows: part, position: Int(rows.positions[part.lowerBound])))
        }
        compute.attention(
            q, segments: segments, scale: Float(configuration.attentionScale), softcap: configuration.form.attentionSoftcap ?? 0, into: a)
        let o = projected.rows(0..<x.rowCount)
        layer.output.apply(to: a, into: o, on: compute)
        if let bias = layer.outputBias { compute.addBias(bias, to: o) }
        compute.add(layer.attentionOutputNorm.map { norm(o, $0) } ?? o, to: x)
    }

    /// x += the gated feed-forward network.
    private func feedForward(_ x: Tensor<Float>, _ layer: InferenceNetwork.Layer) {
        let compute = network.compute
        let n = norm(x, layer.feedForwardNorm)
        let (g, u, o) = (gate.rows(0..<x.rowCount), up.rows(0..<x.rowCount), projected.rows(0..<x.rowCount))
        layer.gate.apply(to: n, into: g, on: compute)
        layer.up.apply(to: n, into: u, on: compute)
        switch network.configuration.form.activation {
        case .silu: compute.swiGLU(gate: g, up: u, into: g)
        case .geluTanh: compute.geGLU(gate: g, up: u, into: g)
        }
        layer.down.apply(to: g, into: o, on: compute)
        compute.add(layer.feedForwardOutputNorm.map { norm(o, $0) } ?? o, to: x)
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

    init(_ runs: [SequenceRun]) {
        for run in runs {
            precondition(run.wanted.upperBound <= run.tokens.count && !run.tokens.isEmpty, "wanted rows are rows of the run")
            let start = tokens.count
            append(0..<run.tokens.count, of: run, start: start, to: &all)
            append(run.wanted, of: run, start: start, to: &wanted)
            tokens += run.tokens
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
