import Tensors

/// The matrices of a layer that take the same input, with their adapters, of which `a` are those A of them, one below the other:
///
///     u = s · dropout(x) Aᵀ,  y = x Wᵀ + b? + u Bᵀ
///     du = s · dy B,  dA += duᵀ dropout(x),  dB += dyᵀ u,  dW += dyᵀ x,  dx += dy W + dropout(du A)
///
/// Shapes: x [tokens, in], W [out, in], A [rank, in], B [out, rank], y [tokens, out], u [tokens, rank].
extension PassSetting {
    typealias Part = ParameterLayout.LayerPart

    /// A matrix and its bias.
    struct LinearPart {
        let part: Part
        let weight: Tensor<R>
        var bias: Tensor<R>?
    }

    /// What matrices of one input give, and what the gradients of their adapters need: u of all of them, side by side.
    struct Projected {
        let results: [Tensor<R>]
        let reduced: Tensor<R>?
    }

    func linear(_ x: Tensor<R>, _ parts: [LinearPart], layer: Int) -> Projected {
        let names = parts.map(\.part)
        let results = parts.map { Tensor<R>(toOverwrite: [x.rowCount, $0.weight.rowCount]) }
        let group = adapters?.group(names, layer: layer)
        let reduced = group.map { Tensor<R>(toOverwrite: [x.rowCount, $0.a.rowCount]) }
        for rows in blocks(x.rowCount) {
            let (x, results) = (x.rows(rows), results.map { $0.rows(rows) })
            if let base {
                base.linear(x, names, layer: layer, into: results, on: compute)
            } else {
                for (part, y) in zip(parts, results) { compute.linear(x, part.weight, into: y) }
            }
            for (part, y) in zip(parts, results) {
                if let bias = part.bias { compute.addBias(bias, to: y) }
            }
            if let adapters, let group, let reduced = reduced?.rows(rows) {
                addAdapters(adapters, group, x, reduced, to: zip(names, results), layer: layer)
            }
        }
        return Projected(results: results, reduced: reduced)
    }

    private func addAdapters(
        _ adapters: Adapters<R>, _ group: Adapters<R>.Group, _ x: Tensor<R>, _ reduced: Tensor<R>,
        to results: Zip2Sequence<[Part], [Tensor<R>]>, layer: Int
    ) {
        for slice in slices(of: group) {
            compute.multiply(
                adapterInput(x, slice, layer), columns: nil, group.a.rows(slice.ranks), rightColumns: nil, rightTransposed: true,
                into: reduced, resultColumns: slice.ranks)
        }
        compute.scale(reduced, by: R(adapters.settings.scale))
        for (part, y) in results {
            guard let pair = adapters.pair(part, layer: layer), let ranks = ranks(of: part, in: group) else { continue }
            compute.multiply(
                reduced, columns: ranks, pair.b, rightColumns: nil, rightTransposed: true, into: y, resultColumns: nil, accumulate: true)
        }
    }

    /// Rows whose results adapters add to while the base's products are still in the cache; all at once where the weights would be laid out
    /// anew for each block, or where the masks of dropout count the rows.
    private func blocks(_ count: Int) -> [Range<Int>] {
        let grain = base == nil || dropout.adapterRate > 0 ? max(1, count) : 256
        return stride(from: 0, to: count, by: grain).map { $0..<min(count, $0 + grain) }
    }

    /// A gradient by what a matrix gave, and where those by its weights and by its bias go.
    struct LinearGradient {
        let part: Part
        let weight: Tensor<R>
        let dy: Tensor<R>
        let gradient: Tensor<R>?
        var biasGradient: Tensor<R>?
    }

    /// Adds the gradients by weights and biases, where they are wanted, or by the adapters; and writes that by x, where it is wanted.
    func linearBackward(
        _ parts: [LinearGradient], _ x: Tensor<R>, reduced: Tensor<R>?, layer: Int, adapterGradients: Adapters<R>?, into dx: Tensor<R>?
    ) {
        for part in parts {
            if let gradient = part.gradient { compute.multiply(part.dy, transposed: true, x, into: gradient, accumulate: true) }
            if let biasGradient = part.biasGradient { compute.biasBackward(dy: part.dy, dBias: biasGradient) }
        }
        let group = adapters?.group(parts.map(\.part), layer: layer)
        var dReduced: Tensor<R>?
        if let adapters, let group, let reduced {
            dReduced = adapterBackward(parts, x, reduced, adapters, group, layer: layer, into: adapterGradients)
        }
        guard let dx else { return }
        for rows in blocks(dx.rowCount) {
            let dx = dx.rows(rows)
            for (index, part) in parts.enumerated() {
                if let base {
                    base.linearBackward(part.dy.rows(rows), part.part, layer: layer, into: dx, accumulate: index > 0, on: compute)
                } else {
                    compute.multiply(part.dy.rows(rows), part.weight, into: dx, accumulate: index > 0)
                }
            }
            guard let group, let dReduced = dReduced?.rows(rows) else { continue }
            for slice in slices(of: group) { addInputGradient(dReduced, group, slice, layer: layer, to: dx) }
        }
    }

    /// Adds the gradients of the adapters, and gives du.
    private func adapterBackward(
        _ parts: [LinearGradient], _ x: Tensor<R>, _ reduced: Tensor<R>, _ adapters: Adapters<R>, _ group: Adapters<R>.Group, layer: Int,
        into gradients: Adapters<R>?
    ) -> Tensor<R> {
        let dReduced = Tensor<R>(toOverwrite: reduced.shape)
        for part in parts {
            guard let pair = adapters.pair(part.part, layer: layer), let ranks = ranks(of: part.part, in: group) else { continue }
            compute.multiply(part.dy, columns: nil, pair.b, rightColumns: nil, into: dReduced, resultColumns: ranks)
            if let gradient = gradients?.pair(part.part, layer: layer)?.b {
                compute.multiply(
                    part.dy, columns: nil, transposed: true, reduced, rightColumns: ranks, into: gradient, resultColumns: nil,
                    accumulate: true)
            }
        }
        compute.scale(dReduced, by: R(adapters.settings.scale))
        guard let gradient = gradients?.group(group.parts, layer: layer)?.a else { return dReduced }
        for slice in slices(of: group) {
            compute.multiply(
                dReduced, columns: slice.ranks, transposed: true, adapterInput(x, slice, layer), rightColumns: nil,
                into: gradient.rows(slice.ranks), resultColumns: nil, accumulate: true)
        }
        return dReduced
    }

    private func addInputGradient(_ dReduced: Tensor<R>, _ group: Adapters<R>.Group, _ slice: Slice, layer: Int, to dx: Tensor<R>) {
        let a = group.a.rows(slice.ranks)
        guard dropout.adapterRate > 0 else {
            compute.multiply(dReduced, columns: slice.ranks, a, rightColumns: nil, into: dx, resultColumns: nil, accumulate: true)
            return
        }
        let addition = Tensor<R>(toOverwrite: [dx.rowCount, dx.rowLength])
        compute.multiply(dReduced, columns: slice.ranks, a, rightColumns: nil, into: addition, resultColumns: nil)
        drop(addition, slice, layer)
        compute.add(addition, to: dx)
    }

    /// Some of a group's parts that take the very same numbers, and their rows of the group's A.
    private struct Slice {
        let parts: [Part]
        let ranks: Range<Int>
    }

    /// The whole group, or each of its parts where every one has a mask of its own.
    private func slices(of group: Adapters<R>.Group) -> [Slice] {
        guard dropout.adapterRate > 0 else { return [Slice(parts: group.parts, ranks: 0..<group.a.rowCount)] }
        return group.parts.compactMap { part in ranks(of: part, in: group).map { Slice(parts: [part], ranks: $0) } }
    }

    private func ranks(of part: Part, in group: Adapters<R>.Group) -> Range<Int>? {
        guard let place = group.parts.firstIndex(of: part) else { return nil }
        let rank = group.a.rowCount / group.parts.count
        return place * rank..<(place + 1) * rank
    }

    private func adapterInput(_ x: Tensor<R>, _ slice: Slice, _ layer: Int) -> Tensor<R> {
        guard dropout.adapterRate > 0 else { return x }
        let copy = x.copy()
        drop(copy, slice, layer)
        return copy
    }

    private func drop(_ x: Tensor<R>, _ slice: Slice, _ layer: Int) {
        guard let target = AdapterSettings.Target.allCases.firstIndex(where: { slice.parts.contains($0.part) }) else { return }
        compute.dropout(
            x, rate: dropout.adapterRate, key: dropout.key(.adapter(layer: layer, target: target)),
            firstElement: dropout.firstToken * x.rowLength)
    }
}
