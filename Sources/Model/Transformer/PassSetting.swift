import Tensors

/// What every layer of one pass shares: the sequences, the rotary tables, dropout, and the operations bound to them.
struct PassSetting<R: Real> {
    let configuration: TransformerConfiguration
    let compute: Compute
    let rope: RopeTables<R>
    let sequences: PackedSequences
    let dropout: ResidualDropout
    let adapters: Adapters<R>?
    /// The matrices as they are multiplied where they do not change; nil multiplies by the weights.
    var base: FrozenBase<R>?
    /// What all sequences begin with, where that is computed apart; their rows begin behind it.
    var opening: SharedOpening<R>?

    /// x Wᵀ.
    func linear(_ x: Tensor<R>, _ weight: Tensor<R>) -> Tensor<R> {
        let result = Tensor<R>(toOverwrite: [x.rowCount, weight.rowCount])
        compute.linear(x, weight, into: result)
        return result
    }

    /// One segment a sequence, each attending to itself alone; keys and values are those `behindOpening` gives.
    func segments(layer: Int, keys: Tensor<R>, values: Tensor<R>) -> [AttentionSegment<R>] {
        let window = configuration.attention(layer: layer).window
        return zip(sequences.rows, sequences.seenRows).map { rows, seen in
            AttentionSegment(
                rows: rows, keys: keys.rows(seen), values: values.rows(seen), firstPosition: sequences.opening, window: window)
        }
    }

    /// Turns every head by its token's position, in place, or back.
    func rope(_ x: Tensor<R>, layer: Int, inverse: Bool = false) {
        guard let table = rope.table(layer: layer) else { return }
        compute.rope(x, positions: sequences.positions, table: table, inverse: inverse)
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
