/// What differs from one family of networks to another; as it stands here it is the plain LLaMA.
public struct NetworkForm: Sendable, Equatable {
    /// Which products of the attention have a bias.
    public enum AttentionBias: Sendable, Equatable {
        case none
        /// Queries, keys and values.
        case inputs
        /// The output too.
        case all
    }

    /// What the gate of the feed-forward network goes through.
    public enum Activation: Sendable, Equatable {
        case silu
        /// GELU by its tanh form.
        case geluTanh
    }

    /// How the attention of one layer sees its sequence.
    public struct Layer: Sendable, Equatable {
        public enum Positions: Sendable, Equatable {
            case rotary
            /// Rotary with `localRopeTheta`, never scaled.
            case localRotary
            case none
        }

        /// How many of the latest tokens are seen, the own one among them; nil for all.
        public var window: Int?
        public var positions: Positions

        public init(window: Int? = nil, positions: Positions = .rotary) {
            self.window = window
            self.positions = positions
        }
    }

    public var attentionBias = AttentionBias.none
    /// Whether each head of queries and keys is normed before its positions are added.
    public var normalizesHeads = false
    /// Whether what attention and feed-forward network give is normed before it is added to the residual stream.
    public var normalizesOutputs = false
    /// What is added to the weights of every norm.
    public var normOffset = 0.0
    public var activation = Activation.silu
    /// Whether embeddings are multiplied by √hiddenSize.
    public var scalesEmbeddings = false
    /// The width whose square root divides the scores of attention; nil for a head's.
    public var scoreWidth: Double?
    /// Scores of attention become cap × tanh(score / cap); nil leaves them.
    public var attentionSoftcap: Double?
    /// The same for the logits.
    public var logitSoftcap: Double?
    /// The base of the layers whose positions are `localRotary`.
    public var localRopeTheta = 10_000.0
    /// One entry a layer, or none where all layers see everything with rotary positions.
    public var layers: [Layer] = []

    public init() {}

    /// The same without layers that say nothing.
    var simplified: NetworkForm {
        var form = self
        if layers.allSatisfy({ $0 == Layer() }) { form.layers = [] }
        return form
    }

    func validate(layerCount: Int, _ require: (Bool, String) throws(ModelError) -> Void) throws(ModelError) {
        try require(layers.isEmpty || layers.count == layerCount, "layer_types has \(layers.count) entries for \(layerCount) layers")
        for layer in layers {
            guard let window = layer.window else { continue }
            try require((1...1 << 24).contains(window), "sliding_window is \(window), not a size from 1 to 16777216")
        }
        for cap in [attentionSoftcap, logitSoftcap, scoreWidth] {
            guard let cap else { continue }
            try require(cap > 0 && cap.isFinite, "a soft cap, or query_pre_attn_scalar, is \(cap), not above 0")
        }
        try require(localRopeTheta > 1 && localRopeTheta.isFinite, "rope_local_base_freq is \(localRopeTheta), not above 1")
    }
}

extension TransformerConfiguration {
    /// How the attention of this layer sees its sequence.
    public func attention(layer: Int) -> NetworkForm.Layer { form.layers.isEmpty ? NetworkForm.Layer() : form.layers[layer] }

    /// What the scores of attention are multiplied by.
    public var attentionScale: Double { 1 / (form.scoreWidth ?? Double(headDimension)).squareRoot() }

    /// What embeddings are multiplied by.
    public var embeddingScale: Double { form.scalesEmbeddings ? Double(hiddenSize).squareRoot() : 1 }
}
