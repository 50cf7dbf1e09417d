import Tensors

/// Low-rank additions to the matrices of the layers, or their gradients or moments: W' = W + scale · B A.
public final class Adapters<R: Real>: Sendable {
    /// Shapes: a [rank, in], b [out, rank].
    struct Pair: Sendable {
        let a: Tensor<R>
        let b: Tensor<R>
    }

    public let configuration: TransformerConfiguration
    public let settings: AdapterSettings
    /// Every tensor once, layer after layer, with the name that PEFT's files give it.
    public let named: [(name: String, tensor: Tensor<R>)]
    private let pairs: [[ParameterLayout.LayerPart: Pair]]

    /// Makes each tensor by `make`, which gets its name and must give its shape.
    public init<Failure: Error>(
        configuration: TransformerConfiguration, settings: AdapterSettings,
        make: (_ name: String, _ shape: [Int]) throws(Failure) -> Tensor<R>
    ) throws(Failure) {
        var named: [(name: String, tensor: Tensor<R>)] = []
        func tensor(_ name: String, _ shape: [Int]) throws(Failure) -> Tensor<R> {
            let tensor = try make(name, shape)
            precondition(tensor.shape == shape, "\(name) must have the shape \(shape)")
            named.append((name, tensor))
            return tensor
        }
        var pairs: [[ParameterLayout.LayerPart: Pair]] = []
        for layer in 0..<configuration.layerCount {
            var ofLayer: [ParameterLayout.LayerPart: Pair] = [:]
            for target in settings.targets {
                let shape = target.part.shape(configuration)
                let name = "base_model.model.model.layers.\(layer).\(target.part.rawValue)"
                ofLayer[target.part] = Pair(
                    a: try tensor("\(name).lora_A.weight", [settings.rank, shape[1]]),
                    b: try tensor("\(name).lora_B.weight", [shape[0], settings.rank]))
            }
            pairs.append(ofLayer)
        }
        self.configuration = configuration
        self.settings = settings
        self.named = named
        self.pairs = pairs
    }

    /// Zeros, as gradients begin.
    public convenience init(zeros configuration: TransformerConfiguration, settings: AdapterSettings) {
        self.init(configuration: configuration, settings: settings) { Tensor(zeros: $1) }
    }

    /// The start of training, the same for the same seed: A uniform within ±1/√in, B zero, so that nothing is changed yet.
    public convenience init(random configuration: TransformerConfiguration, settings: AdapterSettings, seed: UInt64) {
        var random = SplitMix(seed: seed)
        self.init(configuration: configuration, settings: settings) { name, shape in
            guard name.hasSuffix("lora_A.weight") else { return Tensor(zeros: shape) }
            let bound = 1 / Double(shape[1]).squareRoot()
            return Tensor((0..<shape[0] * shape[1]).map { _ in R((2 * random.uniform() - 1) * bound) }, shape: shape)
        }
    }

    /// The number of weights.
    public var count: Int { named.reduce(0) { $0 + $1.tensor.count } }

    /// Adds the adapters to the weights, which then give what network and adapters gave together.
    public func merge(into parameters: Parameters<R>, on compute: Compute) {
        precondition(parameters.configuration == configuration, "the adapters of another network")
        for (layer, ofLayer) in pairs.enumerated() {
            for (part, pair) in ofLayer {
                guard let weight = parameters[part.name(layer: layer, in: configuration)] else {
                    preconditionFailure("the layout lacks \(part)")
                }
                let addition = Tensor<R>(toOverwrite: weight.shape)
                compute.multiply(pair.b, pair.a, into: addition)
                compute.axpy(R(settings.scale), addition, to: weight)
            }
        }
    }

    /// The pairs by the checkpoint's names of the matrices that they are added to.
    var pairsByName: [String: Pair] {
        var found: [String: Pair] = [:]
        for (layer, ofLayer) in pairs.enumerated() {
            for (part, pair) in ofLayer { found[part.name(layer: layer, in: configuration)] = pair }
        }
        return found
    }

    /// Sets every number to zero.
    public func clear() {
        for (_, tensor) in named { tensor.fill(0) }
    }

    func pair(_ part: ParameterLayout.LayerPart, layer: Int) -> Pair? { pairs[layer][part] }
}
