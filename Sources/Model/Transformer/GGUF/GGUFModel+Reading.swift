import Tensors

/// A network in a GGUF file, as llama.cpp lays it out.
public enum GGUFModel {
    /// The configuration that the metadata and the shapes of the tensors tell.
    public static func configuration(_ file: GGUFFile) throws(ModelError) -> TransformerConfiguration {
        let family = file.metadata["general.architecture"]?.text ?? "missing"
        guard let architecture = GGUFNames.architecture(family) else {
            let known = Set(TransformerConfiguration.Architecture.allCases.map(GGUFNames.family)).sorted()
            throw .unsupported(path: file.path, option: "general.architecture", found: family, supported: known)
        }
        let keys = Keys(file: file, family: family)
        guard let table = file.entry("token_embd.weight")?.shape, table.count == 2 else {
            throw .missingTensor(path: file.path, name: "token_embd.weight")
        }
        let heads = try keys.required("attention.head_count")
        let hidden = try keys.required("embedding_length")
        let layers = try keys.required("block_count")
        guard (1...4096).contains(layers), heads > 0, hidden == table[1] else {
            throw .malformed(path: file.path, reason: "\(layers) layers, \(heads) heads and a width of \(hidden) describe no network")
        }
        func special(_ name: String) -> Int? {
            keys.file.metadata["tokenizer.ggml.\(name)_token_id"]?.integer.flatMap { (0..<table[0]).contains($0) ? $0 : nil }
        }
        var configuration = TransformerConfiguration(
            architecture: architecture, vocabularySize: table[0], hiddenSize: hidden,
            intermediateSize: try keys.required("feed_forward_length"), layerCount: layers, headCount: heads,
            keyValueHeadCount: try keys.integer("attention.head_count_kv") ?? heads,
            headDimension: try keys.integer("attention.key_length") ?? hidden / heads, contextLength: try keys.required("context_length"),
            normEpsilon: rounded(keys.double("attention.layer_norm_rms_epsilon") ?? 1e-5),
            ropeTheta: keys.double("rope.freq_base") ?? architecture.family.ropeTheta,
            tiesEmbeddings: file.entry("output.weight") == nil, beginTokenID: special("bos"),
            endTokenIDs: [special("eos")].compactMap { $0 }, padTokenID: special("padding"))
        configuration.form = try form(configuration, keys)
        try configuration.validate(path: file.path)
        configuration.ropeScaling = try scaling(configuration, keys)
        try configuration.validate(path: file.path)
        return configuration
    }

    /// All weights, in Hugging Face's layout.
    public static func parameters(_ file: GGUFFile) throws(ModelError) -> Parameters<Float> {
        let configuration = try configuration(file)
        try AvailableMemory.require(
            configuration.parameterCount * 4,
            advice: "The weights are converted in float32; choose a smaller model, or close other programs.")
        return try Parameters(configuration: configuration) { (entry) throws(ModelError) in
            let tensor = try file.tensor(GGUFNames.tensor(entry.name, in: configuration), shape: entry.shape)
            return GGUFTensorLayout(configuration).ours(tensor, entry.name)
        }
    }

    /// What single precision made of a short decimal number: 1e-5 is not 9.999999747378752e-06.
    private static func rounded(_ value: Double) -> Double { Double("\(Float(value))") ?? value }

    private static func form(_ configuration: TransformerConfiguration, _ keys: Keys) throws(ModelError) -> NetworkForm {
        var form = NetworkForm()
        let (layers, file) = (configuration.layerCount, keys.file)
        let window = try keys.integer("attention.sliding_window")
        switch configuration.architecture {
        case .llama, .mistral, .qwen2:
            if file.entry("blk.0.attn_q.bias") != nil {
                form.attentionBias = file.entry("blk.0.attn_output.bias") != nil ? .all : .inputs
            }
        case .qwen3: form.normalizesHeads = true
        case .smolLM3:
            form.layers = (0..<layers).map { NetworkForm.Layer(positions: ($0 + 1) % 4 == 0 ? .none : .rotary) }
        case .gemma2, .gemma3:
            form.normalizesOutputs = true
            form.normOffset = 1
            form.activation = .geluTanh
            form.scalesEmbeddings = true
            form.logitSoftcap = keys.double("final_logit_softcapping")
            // The largest model of each generation divides by the width of all heads' share instead of a head's.
            let isLargest = layers == (configuration.architecture == .gemma2 ? 46 : 62)
            form.scoreWidth = Double(isLargest ? configuration.hiddenSize / configuration.headCount : configuration.headDimension)
            if configuration.architecture == .gemma2 {
                form.attentionSoftcap = keys.double("attn_logit_softcapping") ?? 50
                form.logitSoftcap = form.logitSoftcap ?? 30
                form.layers = (0..<layers).map { NetworkForm.Layer(window: $0 % 2 == 0 ? window ?? 4096 : nil) }
            } else {
                form.normalizesHeads = true
                form.localRopeTheta = keys.double("rope.freq_base_swa") ?? 10_000
                form.layers = (0..<layers).map {
                    ($0 + 1) % 6 == 0 ? NetworkForm.Layer() : NetworkForm.Layer(window: window ?? 1024, positions: .localRotary)
                }
            }
        }
        return form
    }

    private static func scaling(_ configuration: TransformerConfiguration, _ keys: Keys) throws(ModelError) -> RopeScaling {
        let kind = keys.file.metadata["\(keys.family).rope.scaling.type"]?.text ?? "none"
        switch kind {
        case "none": break
        case "linear": return .linear(factor: keys.double("rope.scaling.factor") ?? 1)
        default:
            throw .unsupported(path: keys.file.path, option: "rope.scaling.type", found: kind, supported: ["none", "linear"])
        }
        guard keys.file.entry(GGUFNames.ropeFactors) != nil else { return .none }
        // The file has the factor of every pair; of the numbers behind them only the strongest factor can be told.
        let factors = try keys.file.tensor(GGUFNames.ropeFactors, shape: [configuration.headDimension / 2]).array
        let scaling = RopeScaling.llama3(
            factor: rounded(Double(factors.max() ?? 1)), lowFrequencyFactor: 1, highFrequencyFactor: 4,
            originalContextLength: try keys.integer("rope.scaling.original_context_length") ?? 8192)
        guard zip(factors, ropeFactors(configuration, scaling)).allSatisfy({ abs($0 - $1) < 1e-3 * $1 }) else {
            throw .unsupported(path: keys.file.path, option: GGUFNames.ropeFactors, found: "another scheme", supported: ["that of Llama 3"])
        }
        return scaling
    }

    /// What the angles of each pair are divided by.
    static func ropeFactors(_ configuration: TransformerConfiguration, _ scaling: RopeScaling) -> [Float] {
        let (dimension, theta) = (configuration.headDimension, configuration.ropeTheta)
        let plain = RopeScaling.none.frequencies(headDimension: dimension, theta: theta)
        return zip(plain, scaling.frequencies(headDimension: dimension, theta: theta)).map { Float($0 / $1) }
    }

    /// The metadata of a family.
    private struct Keys {
        let file: GGUFFile
        let family: String

        /// A number, or of one for each layer the number that all layers share.
        func integer(_ name: String) throws(ModelError) -> Int? {
            guard let value = file.metadata["\(family).\(name)"] else { return nil }
            if let integer = value.integer { return integer }
            let values = (value.array ?? []).map(\.integer)
            guard let first = values.first, let first, values.allSatisfy({ $0 == first }) else {
                throw .unsupported(path: file.path, option: "\(family).\(name)", found: "different layers", supported: ["equal layers"])
            }
            return first
        }

        func required(_ name: String) throws(ModelError) -> Int {
            guard let value = try integer(name) else { throw .malformed(path: file.path, reason: "\(family).\(name) is missing") }
            return value
        }

        func double(_ name: String) -> Double? { file.metadata["\(family).\(name)"]?.double }
    }
}

/// Where llama.cpp's numbers differ from Hugging Face's: the rows of queries and keys, and norms that count from one.
struct GGUFTensorLayout {
    private let configuration: TransformerConfiguration

    init(_ configuration: TransformerConfiguration) { self.configuration = configuration }

    /// A tensor of the file as Hugging Face has it.
    func ours(_ tensor: Tensor<Float>, _ name: String) -> Tensor<Float> { moved(tensor, name, toHalves: true) }

    /// The other way round.
    func theirs(_ tensor: Tensor<Float>, _ name: String) -> Tensor<Float> { moved(tensor, name, toHalves: false) }

    private func moved(_ tensor: Tensor<Float>, _ name: String, toHalves: Bool) -> Tensor<Float> {
        if name.contains("q_proj") || name.contains("k_proj"), GGUFNames.hasNeighbours(configuration.architecture) {
            let rows = RotaryRows.reordered(
                tensor.array, rowLength: tensor.rowLength, headDimension: configuration.headDimension, toHalves: toHalves)
            return Tensor(rows, shape: tensor.shape)
        }
        if name.hasSuffix("norm.weight"), configuration.form.normOffset != 0 {
            let offset = Float(configuration.form.normOffset) * (toHalves ? -1 : 1)
            return Tensor(tensor.array.map { $0 + offset }, shape: tensor.shape)
        }
        return tensor
    }
}
