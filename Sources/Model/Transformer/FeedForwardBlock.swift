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
        /// What the adapters of gate and up, and of down, have in their middle.
        let reducedInput: Tensor<R>?
        let reducedProduct: Tensor<R>?
    }

    func forward(_ x: Tensor<R>) -> (y: Tensor<R>, kept: Kept) {
        let input = setting.norm(x, weights.feedForwardNorm)
        let projected = setting.linear(
            input.y, [.init(part: .gate, weight: weights.gate), .init(part: .up, weight: weights.up)], layer: layer)
        let (gate, up) = (projected.results[0], projected.results[1])
        let narrowed = setting.linear(product(gate, up), [.init(part: .down, weight: weights.down)], layer: layer)
        let output = narrowed.results[0]
        let outputNorm = weights.feedForwardOutputNorm.map { setting.norm(output, $0) }
        let y = outputNorm?.y ?? output
        setting.drop(y, .feedForward(layer: layer))
        setting.compute.add(x, to: y)
        let kept = Kept(
            input: input, gate: gate, up: up, outputNorm: outputNorm, reducedInput: projected.reduced, reducedProduct: narrowed.reduced)
        return (y, kept)
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
            [.init(part: .down, weight: weights.down, dy: dOutput, gradient: own?.down)], product(kept.gate, kept.up),
            reduced: kept.reducedProduct, layer: layer, adapterGradients: gradients.adapters, into: dProduct)
        let dGate = Tensor<R>(toOverwrite: kept.gate.shape)
        let dUp = Tensor<R>(toOverwrite: kept.up.shape)
        switch setting.configuration.form.activation {
        case .silu: compute.swiGLUBackward(dy: dProduct, gate: kept.gate, up: kept.up, dGate: dGate, dUp: dUp)
        case .geluTanh: compute.geGLUBackward(dy: dProduct, gate: kept.gate, up: kept.up, dGate: dGate, dUp: dUp)
        }
        let dNormed = Tensor<R>(toOverwrite: gradient.shape)
        setting.linearBackward(
            [
                .init(part: .gate, weight: weights.gate, dy: dGate, gradient: own?.gate),
                .init(part: .up, weight: weights.up, dy: dUp, gradient: own?.up),
            ], kept.input.y, reduced: kept.reducedInput, layer: layer, adapterGradients: gradients.adapters, into: dNormed)
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
