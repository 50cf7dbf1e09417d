import Tensors

/// The weights of a network, or their gradients, or an optimizer's moments: one tensor for each entry of the layout.
public final class Parameters<R: Real>: Sendable {
    /// The tensors of one layer. Shapes: as the layout's.
    public typealias Layer = LayerParts<Tensor<R>, Tensor<R>>

    public let configuration: TransformerConfiguration
    /// Shapes: [vocabularySize, hiddenSize].
    public let embedding: Tensor<R>
    public let layers: [Layer]
    public let finalNorm: Tensor<R>
    /// The output head [vocabularySize, hiddenSize]; the embedding itself where the configuration ties them.
    public let head: Tensor<R>
    /// Every tensor once, with its checkpoint name, in the layout's order.
    public let named: [(name: String, tensor: Tensor<R>)]

    /// Makes each tensor of the layout by `make`, which must give the entry's shape.
    public init<Failure: Error>(
        configuration: TransformerConfiguration, make: (ParameterLayout.Entry) throws(Failure) -> Tensor<R>
    ) throws(Failure) {
        let layout = ParameterLayout(configuration)
        var named: [(name: String, tensor: Tensor<R>)] = []
        func tensor(_ entry: ParameterLayout.Entry) throws(Failure) -> Tensor<R> {
            let tensor = try make(entry)
            precondition(tensor.shape == entry.shape, "\(entry.name) must have the shape \(entry.shape)")
            named.append((entry.name, tensor))
            return tensor
        }
        embedding = try tensor(layout.embedding)
        var layers: [Layer] = []
        for entry in layout.layers {
            layers.append(try entry.map(matrix: tensor, vector: tensor))
        }
        finalNorm = try tensor(layout.finalNorm)
        head = configuration.tiesEmbeddings ? embedding : try tensor(layout.head)
        self.layers = layers
        self.configuration = configuration
        self.named = named
    }

    /// Zeros, as gradients begin.
    public convenience init(zeros configuration: TransformerConfiguration) {
        self.init(configuration: configuration) { Tensor(zeros: $0.shape) }
    }

    /// Random weights as training begins with them, the same for the same seed.
    public convenience init(random configuration: TransformerConfiguration, seed: UInt64) {
        let weights = RandomWeights(configuration, seed: seed)
        self.init(configuration: configuration) { weights.normal($0) }
    }

    /// Reads the weights of a checkpoint, converted to `R`; every tensor of the layout must be there in its shape.
    public convenience init(reading checkpoint: Checkpoint, configuration: TransformerConfiguration) throws(ModelError) {
        try self.init(configuration: configuration) { (entry) throws(ModelError) in try checkpoint.tensor(entry) }
    }

    /// The number of weights.
    public var count: Int { named.reduce(0) { $0 + $1.tensor.count } }

    /// The tensor of this checkpoint name, or nil.
    public subscript(name: String) -> Tensor<R>? { named.first { $0.name == name }?.tensor }

    /// A copy that shares nothing.
    public func copy() -> Parameters {
        var tensors = named.map(\.tensor).makeIterator()
        return Parameters(configuration: configuration) { tensors.next()?.copy() ?? Tensor(zeros: $0.shape) }
    }

    /// The same numbers in another precision.
    public func converted<Other: Real>(to type: Other.Type) -> Parameters<Other> {
        var tensors = named.map(\.tensor).makeIterator()
        return Parameters<Other>(configuration: configuration) { entry in
            Tensor((tensors.next()?.array ?? []).map { Other($0) }, shape: entry.shape)
        }
    }

    /// Sets every number to zero.
    public func clear() {
        for (_, tensor) in named { tensor.fill(0) }
    }
}
