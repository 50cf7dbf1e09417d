import Tensors

/// Grouped-query self-attention, added to the residual stream:
///
///     n = norm(x),  q = turn(norm?(n Wqᵀ + bq?)),  k = turn(norm?(n Wkᵀ + bk?)),  v = n Wvᵀ + bv?
///     a = softmax(cap?(q kᵀ scale), causal, within each sequence and window?) v
///     y = x + dropout(norm?(a Woᵀ + bo?))
///
/// What bears a question mark is there in some families only; `turn` is the rotation by positions, where the layer has them.
///
/// Behind a shared opening each sequence sees the opening's k and v before its own.
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
        /// All that the sequences see, those of a shared opening among them.
        let keys: Tensor<R>
        let values: Tensor<R>
        let mixed: Tensor<R>
        let logSumExp: Tensor<R>
        let outputNorm: PassSetting<R>.Normed?
        /// What the adapters of the inputs and of the output have in their middle.
        let reducedInput: Tensor<R>?
        let reducedMixed: Tensor<R>?
    }

    private var scale: R { R(setting.configuration.attentionScale) }
    private var softcap: Double { setting.configuration.form.attentionSoftcap ?? 0 }

    func forward(_ x: Tensor<R>) -> (y: Tensor<R>, kept: Kept) {
        let (compute, configuration) = (setting.compute, setting.configuration)
        let tokens = x.shape[0]
        let input = setting.norm(x, weights.inputNorm)
        let projected = setting.linear(
            input.y,
            [
                .init(part: .query, weight: weights.query, bias: weights.queryBias),
                .init(part: .key, weight: weights.key, bias: weights.keyBias),
                .init(part: .value, weight: weights.value, bias: weights.valueBias),
            ], layer: layer)
        func heads(_ place: Int, _ count: Int) -> Tensor<R> {
            projected.results[place].reshaped([tokens, count, configuration.headDimension])
        }
        var queries = heads(0, configuration.headCount)
        var keys = heads(1, configuration.keyValueHeadCount)
        var values = heads(2, configuration.keyValueHeadCount)
        let queryNorm = weights.queryNorm.map { setting.norm(queries, $0) }
        let keyNorm = weights.keyNorm.map { setting.norm(keys, $0) }
        (queries, keys) = (queryNorm?.y ?? queries, keyNorm?.y ?? keys)
        setting.rope(queries, layer: layer)
        setting.rope(keys, layer: layer)
        keys = setting.behindOpening(keys) { $0.layers[layer].attention.keys }
        values = setting.behindOpening(values) { $0.layers[layer].attention.values }
        let mixed = Tensor<R>(toOverwrite: queries.shape)
        let logSumExp = Tensor<R>(toOverwrite: [tokens, configuration.headCount])
        compute.attention(
            queries, segments: setting.segments(layer: layer, keys: keys, values: values), scale: scale, softcap: softcap, into: mixed,
            logSumExp: logSumExp)
        let attended = setting.linear(mixed, [.init(part: .output, weight: weights.output, bias: weights.outputBias)], layer: layer)
        let output = attended.results[0]
        let outputNorm = weights.attentionOutputNorm.map { setting.norm(output, $0) }
        let y = outputNorm?.y ?? output
        setting.drop(y, .attention(layer: layer))
        compute.add(x, to: y)
        let kept = Kept(
            input: input, queryNorm: queryNorm, keyNorm: keyNorm, queries: queries, keys: keys, values: values, mixed: mixed,
            logSumExp: logSumExp, outputNorm: outputNorm, reducedInput: projected.reduced, reducedMixed: attended.reduced)
        return (y, kept)
    }

    /// Turns the gradient by y into the gradient by x, in place, and adds those by the weights:
    ///
    ///     do = normBackward?(dropout(dy)),  da = do Wo,  dWo += doᵀ a,  (dq, dk, dv) = attentionBackward(da)
    ///     dq, dk = normBackward?(turn⁻¹(dq, dk)),  dn = dq Wq + dk Wk + dv Wv,  dWq += dqᵀ n,  dWk += dkᵀ n,  dWv += dvᵀ n
    ///     dx = dy + normBackward(dn),  and a bias's gradient is the sum of its product's over the tokens
    ///
    /// Where nothing below needs the gradient by x, `needsInput` is false, and `gradient` is left as something of no use. `arrived` are
    /// gradients by k and v from elsewhere, which are written over.
    func backward(
        _ gradient: Tensor<R>, _ kept: Kept, into gradients: LayerGradients<R>, arrived: (dKeys: Tensor<R>, dValues: Tensor<R>)? = nil,
        needsInput: Bool = true
    ) {
        let (compute, own) = (setting.compute, gradients.weights)
        var dOutput = setting.dropped(gradient, .attention(layer: layer))
        if let norm = kept.outputNorm, let weight = weights.attentionOutputNorm {
            let dInner = Tensor<R>(zeros: gradient.shape)
            setting.normBackward(dOutput, norm, weight, into: dInner, gradient: own?.attentionOutputNorm)
            dOutput = dInner
        }
        let dMixed = Tensor<R>(toOverwrite: kept.queries.shape)
        setting.linearBackward(
            [.init(part: .output, weight: weights.output, dy: dOutput, gradient: own?.output, biasGradient: own?.outputBias)],
            kept.mixed, reduced: kept.reducedMixed, layer: layer, adapterGradients: gradients.adapters, into: dMixed)

        var dQueries = Tensor<R>(zeros: kept.queries.shape)
        var dKeys = arrived?.dKeys ?? Tensor<R>(zeros: kept.keys.shape)
        var dValues = arrived?.dValues ?? Tensor<R>(zeros: kept.values.shape)
        compute.attentionBackward(
            dOut: dMixed, q: kept.queries, segments: setting.segments(layer: layer, keys: kept.keys, values: kept.values),
            out: kept.mixed, logSumExp: kept.logSumExp, scale: scale, softcap: softcap, dq: dQueries,
            gradients: setting.sequences.seenRows.map { (dKeys.rows($0), dValues.rows($0)) })
        dKeys = setting.ownGradients(dKeys) { $0.layers[layer].dKeys }
        dValues = setting.ownGradients(dValues) { $0.layers[layer].dValues }
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

        let dNormed = needsInput ? Tensor<R>(toOverwrite: gradient.shape) : nil
        setting.linearBackward(
            [
                .init(part: .query, weight: weights.query, dy: dQueries, gradient: own?.query, biasGradient: own?.queryBias),
                .init(part: .key, weight: weights.key, dy: dKeys, gradient: own?.key, biasGradient: own?.keyBias),
                .init(part: .value, weight: weights.value, dy: dValues, gradient: own?.value, biasGradient: own?.valueBias),
            ], kept.input.y, reduced: kept.reducedInput, layer: layer, adapterGradients: gradients.adapters, into: dNormed)
        guard let dNormed else { return }
        setting.normBackward(dNormed, kept.input, weights.inputNorm, into: gradient, gradient: own?.inputNorm)
    }
}
