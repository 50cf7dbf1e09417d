import Tensors

/// The gated feed-forward network, added to the residual stream:
///
///     n = rmsNorm(x),  g = n Wgᵀ,  u = n Wuᵀ,  s = silu(g) ⊙ u,  y = x + dropout(s Wdᵀ)
///
/// Shapes: x, y [tokens, hiddenSize]; g, u, s [tokens, intermediateSize].
struct FeedForwardBlock<R: Real> {
    let weights: Parameters<R>.Layer
    let layer: Int
    let setting: PassSetting<R>

    /// What the backward pass needs of the forward pass; s is computed again from g and u, which is cheaper than keeping it.
    struct Kept {
        let input: Tensor<R>
        let normed: Tensor<R>
        let inverseRMS: Tensor<R>
        let gate: Tensor<R>
        let up: Tensor<R>
    }

    func forward(_ x: Tensor<R>) -> (y: Tensor<R>, kept: Kept) {
        let compute = setting.compute
        let normed = Tensor<R>(toOverwrite: x.shape)
        let inverseRMS = Tensor<R>(toOverwrite: [x.shape[0]])
        compute.rmsNorm(
            x, weight: weights.feedForwardNorm, epsilon: R(setting.configuration.normEpsilon), into: normed, inverseRMS: inverseRMS)
        let gate = setting.linear(normed, weights.gate, .gate, layer: layer)
        let up = setting.linear(normed, weights.up, .up, layer: layer)
        let y = setting.linear(product(gate, up), weights.down, .down, layer: layer)
        setting.drop(y, .feedForward(layer: layer))
        compute.add(x, to: y)
        return (y, Kept(input: x, normed: normed, inverseRMS: inverseRMS, gate: gate, up: up))
    }

    /// Turns the gradient by y into the gradient by x, in place, and adds those by the weights:
    ///
    ///     do = dropout(dy),  ds = do Wd,  dWd += doᵀ s,  (dg, du) = swiGLUBackward(ds)
    ///     dn = dg Wg + du Wu,  dWg += dgᵀ n,  dWu += duᵀ n,  dx = dy + rmsNormBackward(dn)
    func backward(_ gradient: Tensor<R>, _ kept: Kept, into gradients: LayerGradients<R>) {
        let compute = setting.compute
        let dOutput = setting.dropped(gradient, .feedForward(layer: layer))
        let own = gradients.weights
        let dProduct = Tensor<R>(toOverwrite: kept.gate.shape)
        setting.linearBackward(
            dOutput, product(kept.gate, kept.up), weights.down, .down, layer: layer, gradient: own?.down,
            adapterGradients: gradients.adapters, into: dProduct)
        let dGate = Tensor<R>(toOverwrite: kept.gate.shape)
        let dUp = Tensor<R>(toOverwrite: kept.up.shape)
        compute.swiGLUBackward(dy: dProduct, gate: kept.gate, up: kept.up, dGate: dGate, dUp: dUp)
        let dNormed = Tensor<R>(toOverwrite: gradient.shape)
        setting.linearBackward(
            dGate, kept.normed, weights.gate, .gate, layer: layer, gradient: own?.gate, adapterGradients: gradients.adapters, into: dNormed)
        setting.linearBackward(
            dUp, kept.normed, weights.up, .up, layer: layer, gradient: own?.up, adapterGradients: gradients.adapters, into: dNormed,
            accumulate: true)
        compute.rmsNormBackward(
            dy: dNormed, x: kept.input, weight: weights.feedForwardNorm, inverseRMS: kept.inverseRMS, dx: gradient,
            dWeight: own?.feedForwardNorm ?? Tensor(zeros: weights.feedForwardNorm.shape))
    }

    private func product(_ gate: Tensor<R>, _ up: Tensor<R>) -> Tensor<R> {
        let result = Tensor<R>(toOverwrite: gate.shape)
        setting.compute.swiGLU(gate: gate, up: up, into: result)
        return result
    }
}
