import Tensors

/// Grouped-query self-attention with rotary positions, added to the residual stream:
///
///     n = rmsNorm(x),  q = rope(n Wqᵀ),  k = rope(n Wkᵀ),  v = n Wvᵀ
///     a = softmax(q kᵀ / √headDim, causal, within each sequence) v
///     y = x + dropout(a Woᵀ)
///
/// Shapes: x, y [tokens, hiddenSize]; q, a [tokens, heads, headDim]; k, v [tokens, keyValueHeads, headDim].
struct AttentionBlock<R: Real> {
    let weights: Parameters<R>.Layer
    let layer: Int
    let setting: PassSetting<R>

    /// What the backward pass needs of the forward pass.
    struct Kept {
        let input: Tensor<R>
        let normed: Tensor<R>
        let inverseRMS: Tensor<R>
        let queries: Tensor<R>
        let keys: Tensor<R>
        let values: Tensor<R>
        let mixed: Tensor<R>
        let logSumExp: Tensor<R>
    }

    func forward(_ x: Tensor<R>) -> (y: Tensor<R>, kept: Kept) {
        let (compute, configuration) = (setting.compute, setting.configuration)
        let tokens = x.shape[0]
        let normed = Tensor<R>(toOverwrite: x.shape)
        let inverseRMS = Tensor<R>(toOverwrite: [tokens])
        compute.rmsNorm(x, weight: weights.inputNorm, epsilon: R(configuration.normEpsilon), into: normed, inverseRMS: inverseRMS)
        let queries = setting.linear(normed, weights.query, .query, layer: layer).reshaped([
            tokens, configuration.headCount, configuration.headDimension,
        ])
        let keys = setting.linear(normed, weights.key, .key, layer: layer)
            .reshaped([tokens, configuration.keyValueHeadCount, configuration.headDimension])
        let values = setting.linear(normed, weights.value, .value, layer: layer).reshaped(keys.shape)
        compute.rope(queries, positions: setting.sequences.positions, table: setting.rope)
        compute.rope(keys, positions: setting.sequences.positions, table: setting.rope)
        let mixed = Tensor<R>(toOverwrite: queries.shape)
        let logSumExp = Tensor<R>(toOverwrite: [tokens, configuration.headCount])
        compute.attention(
            queries, segments: setting.segments(keys: keys, values: values), scale: setting.attentionScale, into: mixed,
            logSumExp: logSumExp)
        let y = setting.linear(mixed, weights.output, .output, layer: layer)
        setting.drop(y, .attention(layer: layer))
        compute.add(x, to: y)
        let kept = Kept(
            input: x, normed: normed, inverseRMS: inverseRMS, queries: queries, keys: keys, values: values, mixed: mixed,
            logSumExp: logSumExp)
        return (y, kept)
    }

    /// Turns the gradient by y into the gradient by x, in place, and adds those by the weights:
    ///
    ///     do = dropout(dy),  da = do Wo,  dWo += doᵀ a,  (dq, dk, dv) = attentionBackward(da),  dq, dk = rope⁻¹
    ///     dn = dq Wq + dk Wk + dv Wv,  dWq += dqᵀ n,  dWk += dkᵀ n,  dWv += dvᵀ n,  dx = dy + rmsNormBackward(dn)
    func backward(_ gradient: Tensor<R>, _ kept: Kept, into gradients: LayerGradients<R>) {
        let compute = setting.compute
        let dOutput = setting.dropped(gradient, .attention(layer: layer))
        let dMixed = Tensor<R>(toOverwrite: kept.queries.shape)
        setting.linearBackward(
            dOutput, kept.mixed, weights.output, .output, layer: layer, gradient: gradients.weights?.output,
            adapterGradients: gradients.adapters, into: dMixed)

        let dQueries = Tensor<R>(zeros: kept.queries.shape)
        let dKeys = Tensor<R>(zeros: kept.keys.shape)
        let dValues = Tensor<R>(zeros: kept.values.shape)
        compute.attentionBackward(
            dOut: dMixed, q: kept.queries, segments: setting.segments(keys: kept.keys, values: kept.values), out: kept.mixed,
            logSumExp: kept.logSumExp, scale: setting.attentionScale, dq: dQueries,
            gradients: setting.sequences.rows.map { (dKeys.rows($0), dValues.rows($0)) })
        compute.rope(dQueries, positions: setting.sequences.positions, table: setting.rope, inverse: true)
        compute.rope(dKeys, positions: setting.sequences.positions, table: setting.rope, inverse: true)

        let dNormed = Tensor<R>(toOverwrite: gradient.shape)
        let own = gradients.weights
        let parts: [(Tensor<R>, Tensor<R>, Tensor<R>?, ParameterLayout.LayerPart)] = [
            (dQueries, weights.query, own?.query, .query), (dKeys, weights.key, own?.key, .key),
            (dValues, weights.value, own?.value, .value),
        ]
        for (index, (dPart, weight, dWeight, part)) in parts.enumerated() {
            setting.linearBackward(
                dPart, kept.normed, weight, part, layer: layer, gradient: dWeight, adapterGradients: gradients.adapters, into: dNormed,
                accumulate: index > 0)
        }
        compute.rmsNormBackward(
            dy: dNormed, x: kept.input, weight: weights.inputNorm, inverseRMS: kept.inverseRMS, dx: gradient,
            dWeight: own?.inputNorm ?? Tensor(zeros: weights.inputNorm.shape))
    }
}
