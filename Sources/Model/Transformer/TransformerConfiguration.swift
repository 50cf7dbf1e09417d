/// The shape of a network and the constants of its formulas, as config.json states them.
public struct TransformerConfiguration: Sendable, Equatable {
    public var architecture: Architecture
    public var vocabularySize: Int
    public var hiddenSize: Int
    public var intermediateSize: Int
    public var layerCount: Int
    public var headCount: Int
    public var keyValueHeadCount: Int
    public var headDimension: Int
    /// The most tokens a sequence may have.
    public var contextLength: Int
    public var normEpsilon: Double
    public var ropeTheta: Double
    public var ropeScaling: RopeScaling
    /// Whether the output head is the embedding itself.
    public var tiesEmbeddings: Bool
    public var beginTokenID: Int?
    public var endTokenIDs: [Int]
    public var padTokenID: Int?
    /// The spread of random weights before any training.
    public var initializerRange: Double
    /// What the family has beyond the plain LLaMA.
    public var form: NetworkForm

    /// Describes a network; `headDimension` is `hiddenSize / headCount` where it is left out.
    public init(
        architecture: Architecture = .llama, vocabularySize: Int, hiddenSize: Int, intermediateSize: Int, layerCount: Int, headCount: Int,
        keyValueHeadCount: Int, headDimension: Int? = nil, contextLength: Int, normEpsilon: Double = 1e-5, ropeTheta: Double = 10_000,
        ropeScaling: RopeScaling = .none, tiesEmbeddings: Bool = true, beginTokenID: Int? = nil, endTokenIDs: [Int] = [],
        padTokenID: Int? = nil, initializerRange: Double = 0.02, form: NetworkForm = NetworkForm()
    ) {
        self.architecture = architecture
        self.vocabularySize = vocabularySize
        self.hiddenSize = hiddenSize
        self.intermediateSize = intermediateSize
        self.layerCount = layerCount
        self.headCount = headCount
        self.keyValueHeadCount = keyValueHeadCount
        self.headDimension = headDimension ?? (headCount > 0 ? hiddenSize / headCount : 0)
        self.contextLength = contextLength
        self.normEpsilon = normEpsilon
        self.ropeTheta = ropeTheta
        self.ropeScaling = ropeScaling
        self.tiesEmbeddings = tiesEmbeddings
        self.beginTokenID = beginTokenID
        self.endTokenIDs = endTokenIDs
        self.padTokenID = padTokenID
        self.initializerRange = initializerRange
        self.form = form
    }

    /// The width of all query heads together.
    public var queryWidth: Int { headCount * headDimension }

    /// The width of all key (or value) heads together.
    public var keyValueWidth: Int { keyValueHeadCount * headDimension }

    /// The number of weights.
    public var parameterCount: Int { ParameterLayout(self).entries.reduce(0) { $0 + $1.shape.reduce(1, *) } }

    /// Throws where the numbers cannot describe a network; `path` is the file to blame.
    public func validate(path: String) throws(ModelError) {
        func require(_ condition: Bool, _ reason: String) throws(ModelError) {
            if !condition { throw .malformed(path: path, reason: reason) }
        }
        let sizes = [
            ("vocab_size", vocabularySize), ("hidden_size", hiddenSize), ("intermediate_size", intermediateSize),
            ("num_hidden_layers", layerCount), ("num_attention_heads", headCount), ("num_key_value_heads", keyValueHeadCount),
            ("head_dim", headDimension), ("max_position_embeddings", contextLength),
        ]
        // The limit keeps every product of two sizes, and every sum over the layers, far from overflow.
        for (name, value) in sizes { try require((1...1 << 24).contains(value), "\(name) is \(value), not a size from 1 to 16777216") }
        try require(layerCount <= 1 << 12, "num_hidden_layers is \(layerCount), more than 4096")
        try require(headCount <= 1 << 12 && headDimension <= 1 << 12, "more than 4096 heads, or a head wider than 4096")
        try require(headDimension % 2 == 0, "head_dim is \(headDimension), and rotary positions need an even one")
        try require(
            headCount % keyValueHeadCount == 0,
            "num_attention_heads (\(headCount)) is not a multiple of num_key_value_heads (\(keyValueHeadCount))")
        try require(normEpsilon > 0 && normEpsilon < 1, "rms_norm_eps is \(normEpsilon), not between 0 and 1")
        try require(ropeTheta > 1 && ropeTheta.isFinite, "rope_theta is \(ropeTheta), not above 1")
        for token in endTokenIDs + [beginTokenID, padTokenID].compactMap({ $0 }) {
            try require(token < vocabularySize, "a special token's id \(token) is outside the vocabulary of \(vocabularySize)")
        }
        try form.validate(layerCount: layerCount, require)
        switch ropeScaling {
        case .none: break
        case .linear(let factor): try require(factor >= 1 && factor.isFinite, "the rope factor is \(factor), not at least 1")
        case .llama3(let factor, let low, let high, let original):
            try require(factor >= 1 && factor.isFinite, "the rope factor is \(factor), not at least 1")
            try require(high > low && low > 0 && high.isFinite, "the rope's high_freq_factor must exceed its low_freq_factor, both above 0")
            try require(original > 0, "the rope's original_max_position_embeddings is \(original), not above 0")
        }
    }
}
