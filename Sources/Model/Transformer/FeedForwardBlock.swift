import Tensors

/// The gated feed-forward network, added to the residual stream:
///
///     n = norm(x),  g = n Wgᵀ,  u = n Wuᵀ,  s = act(g) ⊙ u,  y = x + dropout(norm?(s Wdᵀ))
///
/// `act` is SiLU or GELU; the second norm is there in some families only.
///
/// Shapes: x, y [tokens, hiddenSize]; g, u, s [tokens, intermediateSize].
struct FeedForwardBlock<R: Real> {
    let weights: Parameters<R>.Layer
    let layer: Int
    let setting: PassSetting<R>

    /// What the backward pass needs of the forward pass; s is computed again from g and u, which is cheaper than keeping it.
    struct Kept {
        let input: PassSetting<R>.Normed
        let gate: Tensor<R>
        let up: Tensor<R>
        let outputNorm: PassSetting<R>.Normed?
    }

    func forward(_ x: Tensor<R>) -> (y: Tensor<R>, kept: Kept) {
        let input = setting.norm(x, weights.feedForwardNorm)
        let gate = setting.linear(input.y, weights.gate, .gate, layer: layer)
        let up = setting.linear(input.y, weights.up, .up, layer: layer)
        let output = setting.linear(product(gate, up), weights.down, .down, layer: layer)
        let outputNorm = weights.feedForwardOutputNorm.map { setting.norm(output, $0) }
        let y = outputNorm?.y ?? output
        setting.drop(y, .feedForward(layer: layer))
        setting.compute.add(x, to: y)
        return (y, Kept(input: input, gate: gate, up: up, outputNorm: outputNorm))
    }

    /// Turns the gradient by y into the gradient by x, in place, and adds those by the weights:
    ///
    ///     do = normBackward?(dropout(dy)),  ds = do Wd,  dWd += doᵀ s,  (dg, du) = gateBackward(ds)
    ///     dn = dg Wg + du Wu,  dWg += dgᵀ n,  dWu += duᵀ n,  dx = dy + normBackward(dn)
    func backward(_ gradient: Tensor<R>, _ kept: Kept, into gradients: LayerGradients<R>) {
        let (compute, own) = (setting.compute, gradients.weights)
        var dOutput = setting.dropped(gradient, .feedForward(layer: layer))
        if let norm = kept.outputNorm, let weight = weights.feedForwardOutputNorm {
            let dInner = Tensor<R>(zeros: gradient.shape)
            setting.normBackward(dOutput, norm, weight, into: dInner, gradient: own?.feedForwardOutputNorm)
            dOutput = dInner
        }
        let dProduct = Tensor<R>(toOverwrite: kept.gate.shape)
        setting.linearBackward(
            dOutput, product(kept.gate, kept.up), weights.down, .down, layer: layer, gradient: own?.down,
            adapterGradients: gradients.adapters, into: dProduct)
        let dGate = Tensor<R>(toOverwrite: kept.gate.shape)
        let dUp = Tensor<R>(toOverwrite: kept.up.shape)
        switch setting.configuration.form.activation {
        case .silu: compute.swiGLUBackward(dy: dProduct, gate: kept.gate, up: kept.up, dGate: dGate, dUp: dUp)
        case .geluTanh: compute.geGLUBackward(dy: dProduct, gate: kept.gate, up: kept.up, dGate: dGate, dUp: dUp)
        }
        let dNormed = Tensor<R>(toOverwrite: gradient.shape)
        setting.linearBackward(
            dGate, kept.input.y, weights.gate, .gate, layer: layer, gradient: own?.gate, adapterGradients: gradients.adapters,
            into: dNormed)
        setting.linearBackward(
            dUp, kept.input.y, weights.up, .up, layer: layer, gradient: own?.up, adapterGradients: gradients.adapters, into: dNormed,
            accumulate: true)
        setting.normBackward(dNormed, kept.input, weights.feedForwardNorm, into: gradient, gradient: own?.feedForwardNorm)
    }

    private func product(_ gate: Tensor<R>, _ up: Tensor<R>) -> Tensor<R> {
        let result = Tensor<R>(toOverwrite: gate.shape)
        switch setting.configuration.form.activation {
        case .silu: setting.compute.swiGLU(gate: gate, up: up, into: result)
        case .geluTanh: setting.compute.geGLU(gate: gate, up: up, into: result)
        }
        return result
    }
}
