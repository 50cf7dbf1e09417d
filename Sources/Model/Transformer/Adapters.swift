import Ground
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
    private let groups: [[Group]]

    /// The matrices A of adapters that take the same input, one below the other in memory, so that one product serves all of them.
    struct Group: Sendable {
        let parts: [ParameterLayout.LayerPart]
        /// Shapes: [parts × rank, in].
        let a: Tensor<R>

        /// Which parts take the same input.
        static var inputs: [[ParameterLayout.LayerPart]] { [[.query, .key, .value], [.output], [.gate, .up], [.down]] }
    }

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
        var groups: [[Group]] = []
        let rank = settings.rank
        for layer in 0..<configuration.layerCount {
            var ofLayer: [ParameterLayout.LayerPart: Pair] = [:]
            var groupsOfLayer: [Group] = []
            for inputs in Group.inputs {
                let parts = inputs.filter { part in settings.targets.contains { $0.part == part } }
                guard let first = parts.first else { continue }
                let group = Group(parts: parts, a: Tensor(toOverwrite: [parts.count * rank, first.shape(configuration)[1]]))
                for (place, part) in parts.enumerated() {
                    let shape = part.shape(configuration)
                    let name = "base_model.model.model.layers.\(layer).\(part.rawValue)"
                    let a = group.a.rows(place * rank..<(place + 1) * rank)
                    a.copy(from: try tensor("\(name).lora_A.weight", [rank, shape[1]]))
                    named[named.count - 1].tensor = a
                    ofLayer[part] = Pair(a: a, b: try tensor("\(name).lora_B.weight", [shape[0], rank]))
                }
                groupsOfLayer.append(group)
            }
            pairs.append(ofLayer)
            groups.append(groupsOfLayer)
        }
        self.configuration = configuration
        self.settings = settings
        self.named = named
        self.pairs = pairs
        self.groups = groups
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

    /// The group that holds adapters of some of these parts, which take the same input.
    func group(_ parts: [ParameterLayout.LayerPart], layer: Int) -> Group? {
        groups[layer].first { $0.parts.contains(where: parts.contains) }
    }
}
