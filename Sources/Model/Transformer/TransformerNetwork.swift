import Tensors

/// A decoder-only transformer of the LLaMA kind, in any of its families: forward, loss, and the hand-written gradient of all of it.
///
/// Sequences lie end to end without padding, and none sees another. Every element of every result is one chain of operations in a fixed
/// order, so that neither threads nor neighbours in the batch change a bit of it.
public struct TransformerNetwork<R: Real>: Sendable {
    public let parameters: Parameters<R>
    /// Low-rank additions to the weights; nil has none.
    public let adapters: Adapters<R>?
    /// The matrices as they are multiplied, where only the adapters are trained; nil multiplies by the weights as they are.
    public let base: FrozenBase<R>?
    public let compute: Compute
    /// Whether `lossAndGradients` keeps only the input of each layer and computes the rest a second time: a third more work, and about
    /// a tenth of the memory. The results are the same, bit for bit.
    public let recomputesLayers: Bool
    private let rope: RopeTables<R>

    public var configuration: TransformerConfiguration { parameters.configuration }

    public init(
        parameters: Parameters<R>, adapters: Adapters<R>? = nil, base: FrozenBase<R>? = nil, compute: Compute,
        recomputesLayers: Bool = false
    ) {
        let configuration = parameters.configuration
        precondition(adapters.map { $0.configuration == configuration } ?? true, "the adapters of another network")
        precondition(base == nil || adapters != nil, "a base is frozen only where adapters are trained")
        self.base = base
        self.parameters = parameters
        self.adapters = adapters
        self.compute = compute
        self.recomputesLayers = recomputesLayers
        rope = RopeTables(configuration)
    }

    /// The rows of a pass at which a token is predicted, and the tokens there.
    public struct Targets: Sendable, Equatable {
        /// Rows of the packed tokens; the token at row i predicts the target of row i.
        public var rows: [Int32]
        /// The tokens to predict.
        public var ids: [Int32]

        public init(rows: [Int32], ids: [Int32]) {
            precondition(rows.count == ids.count, "one target a row")
            self.rows = rows
            self.ids = ids
        }

        public var count: Int { rows.count }
    }

    /// The losses of the targets, in nats, and the gradient of Σ scale × loss, added to `gradients`.
    ///
    /// - Parameters:
    ///   - tokens: the sequences end to end, `sequenceLengths` long.
    ///   - scales: the weight of each target's loss; any number, negative ones too.
    ///   - opening: what stands before each sequence; `addGradients(of:to:)` adds what is owed to it once all passes are done.
    @discardableResult
    public func lossAndGradients(
        tokens: [Int32], sequenceLengths: [Int], targets: Targets, scales: [R], dropout: ResidualDropout = .none,
        opening: SharedOpening<R>? = nil, gradients: Gradients<R>
    ) -> [R] {
        precondition(scales.count == targets.count, "one scale a target")
        precondition(opening == nil || dropout.rate == 0 && dropout.adapterRate == 0, "dropout masks each sequence's opening for itself")
        return lossAndGradients(
            tokens: tokens, targets: targets, setting: setting(tokens, sequenceLengths, dropout, opening), gradients: gradients,
            needsLosses: false
        ) { _ in scales }
    }

    /// The same for losses whose weights depend on the losses themselves, as those of preferences do: `scales` gets the losses of all
    /// targets and gives their weights. The head is computed twice.
    @discardableResult
    public func lossAndGradients(
        tokens: [Int32], sequenceLengths: [Int], targets: Targets, dropout: ResidualDropout = .none, gradients: Gradients<R>,
        scales: ([R]) -> [R]
    ) -> [R] {
        lossAndGradients(
            tokens: tokens, targets: targets, setting: setting(tokens, sequenceLengths, dropout), gradients: gradients, needsLosses: true,
            scales: scales)
    }

    /// The same with the gradients of all weights.
    @discardableResult
    public func lossAndGradients(
        tokens: [Int32], sequenceLengths: [Int], targets: Targets, scales: [R], dropout: ResidualDropout = .none,
        gradients: Parameters<R>
    ) -> [R] {
        lossAndGradients(
            tokens: tokens, sequenceLengths: sequenceLengths, targets: targets, scales: scales, dropout: dropout,
            gradients: .weights(gradients))
    }

    /// The log-probability, in nats, of each target.
    public func logProbabilities(
        tokens: [Int32], sequenceLengths: [Int], targets: Targets, opening: SharedOpening<R>? = nil
    ) -> [R] {
        guard targets.count > 0 else { return [] }
        let setting = setting(tokens, sequenceLengths, .none, opening)
        return LossHead(parameters: parameters, setting: setting)
            .logProbabilities(hidden(tokens, setting), rows: targets.rows, ids: targets.ids)
    }

    /// The loss of each target, in nats, without gradients or dropout.
    public func losses(tokens: [Int32], sequenceLengths: [Int], targets: Targets, opening: SharedOpening<R>? = nil) -> [R] {
        logProbabilities(tokens: tokens, sequenceLengths: sequenceLengths, targets: targets, opening: opening).map { -$0 }
    }

    /// The logits [rows, vocabularySize] at the given rows.
    public func logits(tokens: [Int32], sequenceLengths: [Int], rows: [Int32]) -> Tensor<R> {
        let setting = setting(tokens, sequenceLengths, .none)
        return LossHead(parameters: parameters, setting: setting).logits(hidden(tokens, setting), rows: rows)
    }

    // MARK: - Passes

    private enum KeptLayer {
        case input(Tensor<R>)
        case all(AttentionBlock<R>.Kept, FeedForwardBlock<R>.Kept)
    }

    private func lossAndGradients(
        tokens: [Int32], targets: Targets, setting: PassSetting<R>, gradients: Gradients<R>, needsLosses: Bool, scales: ([R]) -> [R]
    ) -> [R] {
        guard targets.count > 0 else { return [] }
        var kept: [KeptLayer] = []
        var x = embedded(tokens, setting)
        for layer in 0..<configuration.layerCount {
            let (attention, feedForward) = blocks(layer, setting)
            let (middle, keptAttention) = attention.forward(x)
            let (y, keptFeedForward) = feedForward.forward(middle)
            kept.append(recomputesLayers ? .input(x) : .all(keptAttention, keptFeedForward))
            x = y
        }
        let head = LossHead(parameters: parameters, setting: setting)
        let weights = scales(needsLosses ? head.logProbabilities(x, rows: targets.rows, ids: targets.ids).map { -$0 } : [])
        precondition(weights.count == targets.count, "one scale a target")
        let (losses, gradient) = head.lossesAndGradient(x, rows: targets.rows, ids: targets.ids, scales: weights, into: gradients.weights)
        for layer in (0..<configuration.layerCount).reversed() {
            let (attention, feedForward) = blocks(layer, setting)
            let keptAttention: AttentionBlock<R>.Kept
            let keptFeedForward: FeedForwardBlock<R>.Kept
            switch kept.removeLast() {
            case .all(let first, let second): (keptAttention, keptFeedForward) = (first, second)
            case .input(let input):
                let (middle, first) = attention.forward(input)
                (keptAttention, keptFeedForward) = (first, feedForward.forward(middle).kept)
            }
            feedForward.backward(gradient, keptFeedForward, into: gradients.layer(layer))
            // The embedding below the first layer is frozen where adapters are trained.
            attention.backward(
                gradient, keptAttention, into: gradients.layer(layer), needsInput: layer > 0 || gradients.weights != nil)
        }
        addEmbeddingGradient(gradient, ids: tokens, setting, to: gradients)
        return losses
    }

    /// Adds the gradient by the embedding of the tokens, where it is wanted; `gradient` is written over.
    func addEmbeddingGradient(_ gradient: Tensor<R>, ids: [Int32], _ setting: PassSetting<R>, to gradients: Gradients<R>) {
        guard gradients.weights != nil else { return }
        setting.drop(gradient, .embedding)
        scaleEmbedding(gradient)
        gradients.addEmbedding(gradient, ids: ids, on: compute)
    }

    /// The residual stream [tokens, hiddenSize] after the last layer, nothing kept.
    private func hidden(_ tokens: [Int32], _ setting: PassSetting<R>) -> Tensor<R> {
        (0..<configuration.layerCount).reduce(embedded(tokens, setting)) { x, layer in
            let (attention, feedForward) = blocks(layer, setting)
            return feedForward.forward(attention.forward(x).y).y
        }
    }

    func embedded(_ tokens: [Int32], _ setting: PassSetting<R>) -> Tensor<R> {
        let x = Tensor<R>(toOverwrite: [tokens.count, configuration.hiddenSize])
        compute.gatherRows(parameters.embedding, ids: tokens, into: x)
        scaleEmbedding(x)
        setting.drop(x, .embedding)
        return x
    }

    /// Its own gradient as well.
    private func scaleEmbedding(_ x: Tensor<R>) {
        guard configuration.form.scalesEmbeddings else { return }
        compute.scale(x, by: R(configuration.embeddingScale))
    }

    func blocks(_ layer: Int, _ setting: PassSetting<R>) -> (AttentionBlock<R>, FeedForwardBlock<R>) {
        let weights = parameters.layers[layer]
        return (
            AttentionBlock(weights: weights, layer: layer, setting: setting),
            FeedForwardBlock(weights: weights, layer: layer, setting: setting)
        )
    }

    func setting(
        _ tokens: [Int32], _ sequenceLengths: [Int], _ dropout: ResidualDropout, _ opening: SharedOpening<R>? = nil
    ) -> PassSetting<R> {
        let sequences = PackedSequences(
            lengths: sequenceLengths, contextLength: configuration.contextLength, opening: opening?.tokens.count ?? 0)
        precondition(sequences.tokenCount == tokens.count, "the lengths of the sequences add up to the tokens")
        return PassSetting(
            configuration: configuration, compute: compute, rope: rope, sequences: sequences, dropout: dropout, adapters: adapters,
            base: base, opening: opening)
    }
}
