import Tensors

/// Grouped-query self-attention, added to the residual stream:
///
///     n = norm(x),  q = turn(norm?(n Wqᵀ + bq?)),  k = turn(norm?(n Wkᵀ + bk?)),  v = n Wvᵀ + bv?
///     a = softmax(cap?(q kᵀ scale), causal, within each sequence and window?) v
///     y = x + dropout(norm?(a Woᵀ + bo?))
///
/// What bears a question mark is there in some families only; `turn` is the rotation by positions, where the layer has them.
///
/// Shapes: x, y [tokens, hiddenSize]; q, a [tokens, heads, headDim]; k, v [tokens, keyValueHeads, headDim].
struct AttentionBlock<R: Real> {
    let weights: Parameters<R>.Layer
    let layer: Int
    let setting: PassSetting<R>

    /// What the backward pass needs of the forward pass.
    struct Kept {
        let input: PassSetting<R>.Normed
        let queryNorm: PassSetting<R>.Normed?
        let keyNorm: PassSetting<R>.Normed?
        let queries: Tensor<R>
        let keys: Tensor<R>
        let values: Tensor<R>
        let mixed: Tensor<R>
        let logSumExp: Tensor<R>
        let outputNorm: PassSetting<R>.Normed?
    }

    private var scale: R { R(setting.configuration.attentionScale) }
    private var softcap: Double { setting.configuration.form.attentionSoftcap ?? 0 }

    func forward(_ x: Tensor<R>) -> (y: Tensor<R>, kept: Kept) {
        let (compute, configuration) = (setting.compute, setting.configuration)
        let tokens = x.shape[0]
        let input = setting.norm(x, weights.inputNorm)
        func heads(_ weight: Tensor<R>, _ bias: Tensor<R>?, _ part: ParameterLayout.LayerPart, _ count: Int) -> Tensor<R> {
            setting.linear(input.y, weight, bias: bias, part, layer: layer).reshaped([tokens, count, configuration.headDimension])
        }
        var queries = heads(weights.query, weights.queryBias, .query, configuration.headCount)
        var keys = heads(weights.key, weights.keyBias, .key, configuration.keyValueHeadCount)
        let values = heads(weights.value, weights.valueBias, .value, configuration.keyValueHeadCount)
        let queryNorm = weights.queryNorm.map { setting.norm(queries, $0) }
        let keyNorm = weights.keyNorm.map { setting.norm(keys, $0) }
        (queries, keys) = (queryNorm?.y ?? queries, keyNorm?.y ?? keys)
        setting.rope(queries, layer: layer)
        setting.rope(keys, layer: layer)
        let mixed = Tensor<R>(toOverwrite: queries.shape)
        let logSumExp = Tensor<R>(toOverwrite: [tokens, configuration.headCount])
        compute.attention(
            queries, segments: setting.segments(layer: layer, keys: keys, values: values), scale: scale, softcap: softcap, into: mixed,
            logSumExp: logSumExp)
        let output = setting.linear(mixed, weights.output, bias: weights.outputBias, .output, layer: layer)
        let outputNorm = weights.attentionOutputNorm.map { setting.norm(output, $0) }
        let y = outputNorm?.y ?? output
        setting.drop(y, .attention(layer: layer))
        compute.add(x, to: y)
        let kept = Kept(
            input: input, queryNorm: queryNorm, keyNorm: keyNorm, queries: queries, keys: keys, values: values, mixed: mixed,
            logSumExp: logSumExp, outputNorm: outputNorm)
        return (y, kept)
    }

    /// Turns the gradient by y into the gradient by x, in place, and adds those by the weights:
    ///
    ///     do = normBackward?(dropout(dy)),  da = do Wo,  dWo += doᵀ a,  (dq, dk, dv) = attentionBackward(da)
    ///     dq, dk = normBackward?(turn⁻¹(dq, dk)),  dn = dq Wq + dk Wk + dv Wv,  dWq += dqᵀ n,  dWk += dkᵀ n,  dWv += dvᵀ n
    ///     dx = dy + normBackward(dn),  and a bias's gradient is the sum of its product's over the tokens
    func backward(_ gradient: Tensor<R>, _ kept: Kept, into gradients: LayerGradients<R>) {
        let (compute, own) = (setting.compute, gradients.weights)
        var dOutput = setting.dropped(gradient, .attention(layer: layer))
        if let norm = kept.outputNorm, let weight = weights.attentionOutputNorm {
            let dInner = Tensor<R>(zeros: gradient.shape)
            setting.normBackward(dOutput, norm, weight, into: dInner, gradient: own?.attentionOutputNorm)
            dOutput = dInner
        }
        let dMixed = Tensor<R>(toOverwrite: kept.queries.shape)
        setting.linearBackward(
            dOutput, kept.mixed, weights.output, .output, layer: layer, gradient: own?.output, biasGradient: own?.outputBias,
            adapterGradients: gradients.adapters, into: dMixed)

        var dQueries = Tensor<R>(zeros: kept.queries.shape)
        var dKeys = Tensor<R>(zeros: kept.keys.shape)
        let dValues = Tensor<R>(zeros: kept.values.shape)
        compute.attentionBackward(
            dOut: dMixed, q: kept.queries, segments: setting.segments(layer: layer, keys: kept.keys, values: kept.values),
            out: kept.mixed, logSumExp: kept.logSumExp, scale: scale, softcap: softcap, dq: dQueries,
            gradients: setting.sequences.rows.map { (dKeys.rows($0), dValues.rows($0)) })
        setting.rope(dQueries, layer: layer, inverse: true)
        setting.rope(dKeys, layer: layer, inverse: true)
        func throughNorm(_ dHeads: Tensor<R>, _ norm: PassSetting<R>.Normed?, _ weight: Tensor<R>?, _ dWeight: Tensor<R>?) -> Tensor<R> {
            guard let norm, let weight else { return dHeads }
            let dInner = Tensor<R>(zeros: dHeads.shape)
            setting.normBackward(dHeads, norm, weight, into: dInner, gradient: dWeight)
            return dInner
        }
        dQueries = throughNorm(dQueries, kept.queryNorm, weights.queryNorm, own?.queryNorm)
        dKeys = throughNorm(dKeys, kept.keyNorm, weights.keyNorm, own?.keyNorm)

        let dNormed = Tensor<R>(toOverwrite: gradient.shape)
        func back(_ dPart: Tensor<R>, _ weight: Tensor<R>, _ part: ParameterLayout.LayerPart, _ dWeight: Tensor<R>?, _ dBias: Tensor<R>?) {
            setting.linearBackward(
                dPart, kept.input.y, weight, part, layer: layer, gradient: dWeight, biasGradient: dBias,
                adapterGradients: gradients.adapters, into: dNormed, accumulate: part != .query)
        }
        back(dQueries, weights.query, .query, own?.query, own?.queryBias)
        back(dKeys, weights.key, .key, own?.key, own?.keyBias)
        back(dValues, weights.value, .value, own?.value, own?.valueBias)
        setting.normBackward(dNormed, kept.input, weights.inputNorm, into: gradient, gradient: own?.inputNorm)
    }
}
