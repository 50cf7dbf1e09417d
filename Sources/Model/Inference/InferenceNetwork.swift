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
    /// The embedding's rows where they lie, in the model's file for one.
    let embedding: RowSource
    let layers: [Layer]
    let finalNorm: Tensor<Float>
    let head: InferenceMatrix
    let rope: RopeTables<Float>

    /// Packs a checkpoint some rows at a time, so that never much more than the packed weights is in memory; what is `ready` by its
    /// checkpoint name is taken as it is.
    public convenience init(
        folder: ModelFolder, precision: Precision = .int8, compute: Compute, ready: [String: PackedInt8Matrix] = [:]
    ) throws(ModelError) {
        // What is ready is in memory already.
        if ready.isEmpty { try Self.requireMemory(for: folder.configuration, precision: precision) }
        let checkpoint = try folder.checkpoint()
        let arena = WeightArena()
        try self.init(
            configuration: folder.configuration, precision: precision, compute: compute,
            matrix: { (entry) throws(ModelError) in
                if let matrix = ready[entry.name] { return .int8(matrix) }
                return InferenceMatrix(try checkpoint.rows(entry), precision: precision, compute: compute, arena: arena)
            }, vector: { (entry) throws(ModelError) in try checkpoint.tensor(entry) },
            rows: { (entry) throws(ModelError) in try checkpoint.rows(entry) })
    }

    /// Packs weights that are in memory already.
    public convenience init(parameters: Parameters<Float>, precision: Precision = .int8, compute: Compute) {
        let tensors = Dictionary(uniqueKeysWithValues: parameters.named.map { ($0.name, $0.tensor) })
        func tensor(_ entry: ParameterLayout.Entry) -> Tensor<Float> { tensors[entry.name] ?? Tensor(zeros: entry.shape) }
        let arena = WeightArena()
        self.init(
            configuration: parameters.configuration, precision: precision, compute: compute,
            matrix: { (entry) throws(Never) in
                InferenceMatrix(RowSource(tensor(entry)), precision: precision, compute: compute, arena: arena)
            }, vector: { (entry) throws(Never) in tensor(entry) }, rows: { (entry) throws(Never) in RowSource(tensor(entry)) })
    }

    /// A network of random weights, made row by row as they are packed: for timing a shape that is not at hand.
    public convenience init(
        random configuration: TransformerConfiguration, precision: Precision = .int8, compute: Compute
    ) throws(ModelError) {
        try AvailableMemory.require(
            Self.memory(for: configuration, precision: precision), advice: "Choose a smaller shape, or close other programs.")
        let weights = RandomWeights(configuration, seed: 0)
        let arena = WeightArena()
        self.init(
            configuration: configuration, precision: precision, compute: compute,
            matrix: { (entry) throws(Never) in
                InferenceMatrix(weights.uniformRows(entry), precision: precision, compute: compute, arena: arena)
            }, vector: { (entry) throws(Never) in weights.uniform(entry) },
            rows: { (entry) throws(Never) in weights.uniformRows(entry) })
    }

    private init<Failure: Error>(
        configuration: TransformerConfiguration, precision: Precision, compute: Compute,
        matrix: (ParameterLayout.Entry) throws(Failure) -> InferenceMatrix,
        vector: (ParameterLayout.Entry) throws(Failure) -> Tensor<Float>,
        rows: (ParameterLayout.Entry) throws(Failure) -> RowSource
    ) throws(Failure) {
        let layout = ParameterLayout(configuration)
        // Norms are kept as they are multiplied with, biases as they are.
        func kept(_ entry: ParameterLayout.Entry) throws(Failure) -> Tensor<Float> {
            entry.name.hasSuffix(".bias") ? try vector(entry) : configuration.form.shifted(try vector(entry))
        }
        var layers: [Layer] = []
        for entry in layout.layers {
            layers.append(try entry.map(matrix: matrix, vector: kept))
        }
        embedding = try rows(layout.embedding)
        finalNorm = try kept(layout.finalNorm)
        head = try matrix(layout.head)
        self.layers = layers
        self.configuration = configuration
        self.precision = precision
        self.compute = compute
        rope = RopeTables(configuration)
    }

    /// Throws where the weights would not fit into the memory that is free.
    static func requireMemory(for configuration: TransformerConfiguration, precision: Precision) throws(ModelError) {
        try AvailableMemory.require(
            memory(for: configuration, precision: precision),
            advice: precision == .int8
                ? "Choose a smaller model, or close other programs." : "Choose int8 precision or a smaller model, or close other programs.")
    }

    /// Bytes of weights once loaded. The embedding's rows are read where they lie; as the head, where it is the same, it counts.
    public static func memory(for configuration: TransformerConfiguration, precision: Precision) -> Int {
        let table = configuration.vocabularySize * configuration.hiddenSize
        let packed = configuration.parameterCount - (configuration.tiesEmbeddings ? 0 : table)
        return precision.bytes(ofWeights: packed)
    }

    /// Bytes of keys and values a token takes.
    public var cacheBytesPerToken: Int { Self.cacheBytesPerToken(for: configuration) }

    /// The same for a network that is not loaded.
    public static func cacheBytesPerToken(for configuration: TransformerConfiguration) -> Int {
        2 * 4 * configuration.layerCount * configuration.keyValueWidth
    }
}
