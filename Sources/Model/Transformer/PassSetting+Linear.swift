import Tensors

/// The matrices of a layer, with their adapters:
///
///     u = s · dropout(x) Aᵀ,  y = x Wᵀ + b? + u Bᵀ
///     du = s · dy B,  dA += duᵀ dropout(x),  dB += dyᵀ u,  dW += dyᵀ x,  dx += dy W + dropout(du A)
///
/// Shapes: x [tokens, in], W [out, in], A [rank, in], B [out, rank], y [tokens, out].
extension PassSetting {
    func linear(
        _ x: Tensor<R>, _ weight: Tensor<R>, bias: Tensor<R>? = nil, _ part: ParameterLayout.LayerPart, layer: Int
    ) -> Tensor<R> {
        let y = linear(x, weight)
        if let bias { compute.addBias(bias, to: y) }
        guard let adapters, let pair = adapters.pair(part, layer: layer) else { return y }
        let reduced = linear(adapterInput(x, part, layer), pair.a)
        compute.scale(reduced, by: R(adapters.settings.scale))
        compute.linear(reduced, pair.b, into: y, accumulate: true)
        return y
    }

    /// Adds the gradients by the weight and the bias, where `gradient` and `biasGradient` are there, or by the adapter; and writes that by x, or adds it.
    func linearBackward(
        _ dy: Tensor<R>, _ x: Tensor<R>, _ weight: Tensor<R>, _ part: ParameterLayout.LayerPart, layer: Int, gradient: Tensor<R>?,
        biasGradient: Tensor<R>? = nil, adapterGradients: Adapters<R>?, into dx: Tensor<R>, accumulate: Bool = false
    ) {
        if let gradient { compute.multiply(dy, transposed: true, x, into: gradient, accumulate: true) }
        if let biasGradient { compute.biasBackward(dy: dy, dBias: biasGradient) }
        compute.multiply(dy, weight, into: dx, accumulate: accumulate)
        guard let adapters, let pair = adapters.pair(part, layer: layer) else { return }
        let scale = R(adapters.settings.scale)
        let dReduced = Tensor<R>(toOverwrite: [dy.rowCount, adapters.settings.rank])
        compute.multiply(dy, pair.b, into: dReduced)
        compute.scale(dReduced, by: scale)
        if let gradients = adapterGradients?.pair(part, layer: layer) {
            let input = adapterInput(x, part, layer)
            compute.multiply(dReduced, transposed: true, input, into: gradients.a, accumulate: true)
            let reduced = linear(input, pair.a)
            compute.scale(reduced, by: scale)
            compute.multiply(dy, transposed: true, reduced, into: gradients.b, accumulate: true)
        }
        guard dropout.adapterRate > 0 else {
            compute.multiply(dReduced, pair.a, into: dx, accumulate: true)
            return
        }
        let addition = Tensor<R>(toOverwrite: x.shape)
        compute.multiply(dReduced, pair.a, into: addition)
        dropAdapterInput(addition, part, layer)
        compute.add(addition, to: dx)
    }

    private func adapterInput(_ x: Tensor<R>, _ part: ParameterLayout.LayerPart, _ layer: Int) -> Tensor<R> {
        guard dropout.adapterRate > 0 else { return x }
        let copy = x.copy()
        dropAdapterInput(copy, part, layer)
        return copy
    }

    private func dropAdapterInput(_ x: Tensor<R>, _ part: ParameterLayout.LayerPart, _ layer: Int) {
        guard let target = AdapterSettings.Target.allCases.firstIndex(where: { $0.part == part }) else { return }
        compute.dropout(
            x, rate: dropout.adapterRate, key: dropout.key(.adapter(layer: layer, target: target)),
            firstElement: dropout.firstToken * x.rowLength)
    }
}
