import Tensors
import Transformer

/// A network laid out for inference: weights packed once, keys and values kept in caches, products over the tokens of many sequences.
///
/// One step takes a run of tokens of each of many sequences, whole prompts, chunks of prompts and single tokens mixed, without padding.
/// A row's result depends on its own sequence alone, bit for bit, however the steps are cut and whatever else is in them.
public final class InferenceNetwork: Sendable {
    typealias Layer = LayerParts<InferenceMatrix, Tensor<Float>>

    public let configuration: TransformerConfiguration
    public let precision: Precision
    public let compute: Compute
    let embedding: Tensor<Float>
    let layers: [Layer]
    let finalNorm: Tensor<Float>
    let head: InferenceMatrix
    let rope: RopeTables<Float>

    /// Packs a checkpoint tensor by tensor, so that never much more than the packed weights is in memory.
    public convenience init(folder: ModelFolder, precision: Precision = .int8, compute: Compute) throws(ModelError) {
        let needed = Self.memory(for: folder.configuration, precision: precision)
        try AvailableMemory.require(
            needed,
            advice: precision == .int8
                ? "Choose a smaller model, or close other programs." : "Choose int8 precision or a smaller model, or close other programs.")
        let checkpoint = try folder.checkpoint()
        try self.init(configuration: folder.configuration, precision: precision, compute: compute) { (entry) throws(ModelError) in
            try checkpoint.tensor(entry)
        }
    }

    /// Packs weights that are in memory already.
    public convenience init(parameters: Parameters<Float>, precision: Precision = .int8, compute: Compute) {
        let tensors = Dictionary(uniqueKeysWithValues: parameters.named.map { ($0.name, $0.tensor) })
        self.init(configuration: parameters.configuration, precision: precision, compute: compute) { (entry) throws(Never) in
            tensors[entry.name] ?? Tensor(zeros: entry.shape)
        }
    }

    /// A network of random weights, made tensor by tensor: for timing a shape that is not at hand.
    public convenience init(
        random configuration: TransformerConfiguration, precision: Precision = .int8, compute: Compute
    ) throws(ModelError) {
        try AvailableMemory.require(
            Self.memory(for: configuration, precision: precision), advice: "Choose a smaller shape, or close other programs.")
        let weights = RandomWeights(configuration, seed: 0)
        self.init(configuration: configuration, precision: precision, compute: compute) { (entry) throws(Never) in weights.uniform(entry) }
    }

    private init<Failure: Error>(
        configuration: TransformerConfiguration, precision: Precision, compute: Compute,
        tensor: (ParameterLayout.Entry) throws(Failure) -> Tensor<Float>
    ) throws(Failure) {
        let layout = ParameterLayout(configuration)
        func pack(_ entry: ParameterLayout.Entry) throws(Failure) -> InferenceMatrix {
            InferenceMatrix(try tensor(entry), precision: precision, compute: compute)
        }
        // Norms are kept as they are multiplied with, biases as they are.
        func vector(_ entry: ParameterLayout.Entry) throws(Failure) -> Tensor<Float> {
            entry.name.hasSuffix(".bias") ? try tensor(entry) : configuration.form.shifted(try tensor(entry))
        }
        var layers: [Layer] = []
        for entry in layout.layers {
            layers.append(try entry.map(matrix: pack, vector: vector))
        }
        embedding = try tensor(layout.embedding)
        finalNorm = try vector(layout.finalNorm)
        head = InferenceMatrix(
            configuration.tiesEmbeddings ? embedding : try tensor(layout.head), precision: precision, compute: compute)
        self.layers = layers
        self.configuration = configuration
        self.precision = precision
        self.compute = compute
        rope = RopeTables(configuration)
    }

    /// Bytes of weights once loaded: the matrices, and the embedding's rows in float32 as they are read.
    public static func memory(for configuration: TransformerConfiguration, precision: Precision) -> Int {
        let table = configuration.vocabularySize * configuration.hiddenSize
        let packed = configuration.parameterCount - (configuration.tiesEmbeddings ? 0 : table)
        return 4 * table + (precision == .int8 ? 1 : 4) * packed
    }

    /// Bytes of keys and values a token takes.
    public var cacheBytesPerToken: Int { Self.cacheBytesPerToken(for: configuration) }

    /// The same for a network that is not loaded.
    public static func cacheBytesPerToken(for configuration: TransformerConfiguration) -> Int {
        2 * 4 * configuration.layerCount * configuration.keyValueWidth
    }
}
