import Tensors

/// The tokens that all sequences of an optimiser step begin with, computed once for all of them: a system prompt and the first words of a
/// turn are a ninth of what instruction tuning reads.
///
/// The sequences look at its keys and values as at their own, so that their losses are the same bits as without it. What their gradients
/// leave at its keys and values adds up here, sequence after sequence, and goes down through its own layers once, at the end of the step:
/// a sum whose order does not depend on how the step is cut into passes.
///
/// Memory: what a pass of its few tokens keeps, and its keys and values once for each sequence of a pass.
public final class SharedOpening<R: Real>: Sendable {
    /// One layer's pass over the opening, and the gradients by its keys and values.
    ///
    /// Shapes: dKeys, dValues [tokens, keyValueHeads, headDim].
    struct Layer: Sendable {
        let attention: AttentionBlock<R>.Kept
        let feedForward: FeedForwardBlock<R>.Kept
        let dKeys: Tensor<R>
        let dValues: Tensor<R>

        init(_ attention: AttentionBlock<R>.Kept, _ feedForward: FeedForwardBlock<R>.Kept) {
            self.attention = attention
            self.feedForward = feedForward
            dKeys = Tensor(zeros: attention.keys.shape)
            dValues = Tensor(zeros: attention.values.shape)
        }
    }

    /// The tokens, which are no part of the sequences that follow.
    public let tokens: [Int32]
    let layers: [Layer]

    init(tokens: [Int32], layers: [Layer]) {
        self.tokens = tokens
        self.layers = layers
    }
}

extension TransformerNetwork {
    /// Reads the tokens that sequences begin with, without dropout.
    public func opening(_ tokens: [Int32]) -> SharedOpening<R> {
        let setting = setting(tokens, [tokens.count], .none)
        var x = embedded(tokens, setting)
        let layers = (0..<configuration.layerCount).map { layer in
            let (attention, feedForward) = blocks(layer, setting)
            let (middle, keptAttention) = attention.forward(x)
            let (y, keptFeedForward) = feedForward.forward(middle)
            x = y
            return SharedOpening<R>.Layer(keptAttention, keptFeedForward)
        }
        return SharedOpening(tokens: tokens, layers: layers)
    }

    /// Adds the gradients of all sequences that the opening began, once no other pass with it follows.
    public func addGradients(of opening: SharedOpening<R>, to gradients: Gradients<R>) {
        let setting = setting(opening.tokens, [opening.tokens.count], .none)
        // No loss is taken at its own rows: all that reaches them comes by their keys and values.
        let gradient = Tensor<R>(zeros: [opening.tokens.count, configuration.hiddenSize])
        for (layer, kept) in opening.layers.enumerated().reversed() {
            let (attention, feedForward) = blocks(layer, setting)
            feedForward.backward(gradient, kept.feedForward, into: gradients.layer(layer))
            attention.backward(
                gradient, kept.attention, into: gradients.layer(layer), arrived: (kept.dKeys, kept.dValues),
                needsInput: layer > 0 || gradients.weights != nil)
        }
        addEmbeddingGradient(gradient, ids: opening.tokens, setting, to: gradients)
    }
}

extension PassSetting {
    /// Keys or values of each sequence behind those of the opening, where there is one.
    ///
    /// Shapes: own [tokens, keyValueHeads, headDim], opening's [its tokens, keyValueHeads, headDim].
    func behindOpening(_ own: Tensor<R>, _ openings: (SharedOpening<R>) -> Tensor<R>) -> Tensor<R> {
        guard let opening else { return own }
        let first = openings(opening)
        let all = Tensor<R>(toOverwrite: [own.rowCount + sequences.rows.count * first.rowCount] + own.shape.dropFirst())
        for (rows, seen) in zip(sequences.rows, sequences.seenRows) {
            let border = seen.lowerBound + first.rowCount
            all.rows(seen.lowerBound..<border).copy(from: first)
            all.rows(border..<seen.upperBound).copy(from: own.rows(rows))
        }
        return all
    }

    /// The gradients by the sequences' own keys or values; those by the opening's are added to its own.
    func ownGradients(_ all: Tensor<R>, _ openings: (SharedOpening<R>) -> Tensor<R>) -> Tensor<R> {
        guard let opening else { return all }
        let first = openings(opening)
        let own = Tensor<R>(toOverwrite: [sequences.tokenCount] + all.shape.dropFirst())
        for (rows, seen) in zip(sequences.rows, sequences.seenRows) {
            let border = seen.lowerBound + first.rowCount
            compute.add(all.rows(seen.lowerBound..<border), to: first)
            own.rows(rows).copy(from: all.rows(border..<seen.upperBound))
        }
        return own
    }
}
