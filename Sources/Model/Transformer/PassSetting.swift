import Tensors

/// What every layer of one pass shares: the sequences, the rotary table, dropout, and the operations bound to them.
struct PassSetting<R: Real> {
    let configuration: TransformerConfiguration
    let compute: Compute
    let rope: RopeTable<R>
    let sequences: PackedSequences
    let dropout: ResidualDropout
    let adapters: Adapters<R>?

    var attentionScale: R { 1 / R(configuration.headDimension).squareRoot() }

    /// x Wᵀ.
    func linear(_ x: Tensor<R>, _ weight: Tensor<R>) -> Tensor<R> {
        let result = Tensor<R>(toOverwrite: [x.rowCount, weight.rowCount])
        compute.linear(x, weight, into: result)
        return result
    }

    /// One segment a sequence, each attending to itself alone.
    func segments(keys: Tensor<R>, values: Tensor<R>) -> [AttentionSegment<R>] {
        sequences.rows.map { AttentionSegment(rows: $0, keys: keys.rows($0), values: values.rows($0), firstPosition: 0) }
    }

    /// Applies the mask of this place; its own gradient as well.
    func drop(_ x: Tensor<R>, _ site: ResidualDropout.Site) {
        guard dropout.rate > 0 else { return }
        compute.dropout(x, rate: dropout.rate, key: dropout.key(site), firstElement: dropout.firstToken * x.rowLength)
    }

    /// The masked copy of a gradient, or the gradient itself where nothing is dropped; not to be written to.
    func dropped(_ gradient: Tensor<R>, _ site: ResidualDropout.Site) -> Tensor<R> {
        guard dropout.rate > 0 else { return gradient }
        let copy = gradient.copy()
        drop(copy, site)
        return copy
    }
}

extension TransformerConfiguration {
    /// The cosines and sines of every position of the context.
    public func ropeTable<R: Real>(_ type: R.Type = R.self) -> RopeTable<R> {
        RopeTable(
            headDim: headDimension, frequencies: ropeScaling.frequencies(headDimension: headDimension, theta: ropeTheta),
            positions: contextLength)
    }
}
