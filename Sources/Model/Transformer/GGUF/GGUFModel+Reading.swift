import Containers
import Tensors

/// A network in a GGUF file, as llama.cpp lays it out.
public enum GGUFModel {
    /// The configuration that the metadata and the shapes of the tensors tell.
    public static func configuration(_ file: GGUFFile) throws(ModelError) -> TransformerConfiguration {
        let family = file.metadata["general.architecture"]?.text ?? "missing"
        guard var architecture = GGUFNames.architecture(family) else {
            let known = Set(TransformerConfiguration.Architecture.allCases.map(GGUFNames.family)).sorted()
            throw .unsupported(path: file.path, option: "general.architecture", found: family, supported: known)
        }
        let settings = GGUFSettings(file: file, family: family)
        try settings.refuseStrangers()
        guard let table = file.entry("token_embd.weight")?.shape, table.count == 2 else {
            throw .missingTensor(path: file.path, name: "token_embd.weight")
        }
        let heads = try settings.required("attention.head_count")
        let hidden = try settings.required("embedding_length")
        let layers = try settings.required("block_count")
        guard (1...4096).contains(layers), heads > 0, hidden == table[1] else {
            throw .malformed(path: file.path, reason: "\(layers) layers, \(heads) heads and a width of \(hidden) describe no network")
        }
        let context = try settings.required("context_length")
        if architecture == .llama, let window = try settings.integer("attention.sliding_window"), window > 0, window < context {
            architecture = .mistral
        }
        func special(_ name: String) -> Int? {
            file.metadata["tokenizer.ggml.\(name)_token_id"]?.integer.flatMap { (0..<table[0]).contains($0) ? $0 : nil }
        }
        var ends: [Int] = []
        for id in ["eos", "eot", "eom"].compactMap(special) where !ends.contains(id) { ends.append(id) }
        var configuration = TransformerConfiguration(
            architecture: architecture, vocabularySize: table[0], hiddenSize: hidden,
            intermediateSize: try settings.required("feed_forward_length"), layerCount: layers, headCount: heads,
            keyValueHeadCount: try settings.integer("attention.head_count_kv") ?? heads,
            headDimension: try settings.integer("attention.key_length") ?? hidden / heads, contextLength: context,
            normEpsilon: rounded(settings.double("attention.layer_norm_rms_epsilon") ?? 1e-5),
            ropeTheta: settings.double("rope.freq_base") ?? 10_000,
            tiesEmbeddings: file.entry("output.weight") == nil, beginTokenID: special("bos"), endTokenIDs: ends,
            padTokenID: special("padding"))
        try configuration.validate(path: file.path)
        configuration.form = try form(configuration, settings).simplified
        try refuseOtherHeads(configuration, settings)
        configuration.ropeScaling = try scaling(configuration, settings)
        try configuration.validate(path: file.path)
        try refuseOtherTensors(configuration, file)
        return configuration
    }

    /// All weights, in Hugging Face's layout.
    public static func parameters(_ file: GGUFFile) throws(ModelError) -> Parameters<Float> {
        let weights = try GGUFWeights(file)
        try AvailableMemory.require(
            weights.configuration.parameterCount * 4, advice: "Choose a smaller model, or close other programs.")
        return try Parameters(configuration: weights.configuration) { (entry) throws(ModelError) in
            try weights.rows(entry).tensor(shape: entry.shape)
        }
    }

    /// What single precision made of a short decimal number: 1e-5 is not 9.999999747378752e-06.
    private static func rounded(_ value: Double) -> Double { Double("\(Float(value))") ?? value }

    private static func form(_ configuration: TransformerConfiguration, _ settings: GGUFSettings) throws(ModelError) -> NetworkForm {
        var form = NetworkForm()
        let (layers, file) = (configuration.layerCount, settings.file)
        let window = try settings.integer("attention.sliding_window").flatMap { $0 > 0 ? $0 : nil }
        switch configuration.architecture {
        case .llama, .mistral, .qwen2:
            if file.entry("blk.0.attn_q.bias") != nil {
                form.attentionBias = file.entry("blk.0.attn_output.bias") != nil ? .all : .inputs
            }
            if configuration.architecture == .mistral {
                form.layers = Array(repeating: NetworkForm.Layer(window: window), count: layers)
            }
        case .qwen3: form.normalizesHeads = true
        case .smolLM3:
            form.layers = (0..<layers).map { NetworkForm.Layer(positions: ($0 + 1) % 4 == 0 ? .none : .rotary) }
        case .gemma2, .gemma3:
            form.normalizesOutputs = true
            form.normOffset = 1
            form.activation = .geluTanh
            form.scalesEmbeddings = true
            form.logitSoftcap = cap("final_logit_softcapping", settings)
            // The largest model of each generation divides by the width of all heads' share instead of a head's.
            let isLargest = layers == (configuration.architecture == .gemma2 ? 46 : 62)
            form.scoreWidth = Double(isLargest ? configuration.hiddenSize / configuration.headCount : configuration.headDimension)
            if let scale = settings.double("attention.scale"), scale > 0 { form.scoreWidth = rounded(1 / (scale * scale)) }
            let period = configuration.architecture == .gemma2 ? 2 : 6
            let isWindowed = try pattern(settings, layers: layers, period: period)
            if configuration.architecture == .gemma2 {
                form.attentionSoftcap = cap("attn_logit_softcapping", settings) ?? 50
                form.logitSoftcap = form.logitSoftcap ?? 30
                form.layers = isWindowed.map { NetworkForm.Layer(window: $0 ? window ?? 4096 : nil) }
            } else {
                guard let window else { throw .malformed(path: file.path, reason: "gemma3.attention.sliding_window is missing") }
                form.normalizesHeads = true
                form.localRopeTheta = settings.double("rope.freq_base_swa") ?? 10_000
                form.layers = isWindowed.map {
                    $0 ? NetworkForm.Layer(window: window, positions: .localRotary) : NetworkForm.Layer()
                }
            }
            return form
        }
        if configuration.architecture != .mistral, let window, window < configuration.contextLength {
            throw .unsupported(
                path: file.path, option: "\(settings.family).attention.sliding_window", found: "\(window)",
                supported: ["none, or the whole context"])
        }
        return form
    }

    private static func cap(_ name: String, _ settings: GGUFSettings) -> Double? {
        settings.double(name).flatMap { $0 == 0 ? nil : $0 }
    }

    /// Which layers see a window: each, but for the last of every `period`, or as the file lists them.
    private static func pattern(_ settings: GGUFSettings, layers: Int, period: Int) throws(ModelError) -> [Bool] {
        let key = "\(settings.family).attention.sliding_window_pattern"
        let value = settings.file.metadata[key]
        if let list = value?.array {
            let flags = list.map { $0.bool ?? ($0.integer.map { $0 != 0 } ?? false) }
            guard flags.count >= layers else {
                throw .malformed(path: settings.file.path, reason: "\(key) has \(flags.count) entries for \(layers) layers")
            }
            return Array(flags.prefix(layers))
        }
        let period = value?.integer ?? period
        return (0..<layers).map { period < 1 || ($0 + 1) % period != 0 }
    }

    /// Refuses heads of which only a part is turned by positions, whose values have another width, or whose scores are scaled otherwise.
    private static func refuseOtherHeads(_ configuration: TransformerConfiguration, _ settings: GGUFSettings) throws(ModelError) {
        let (width, family) = (configuration.headDimension, settings.family)
        func refuse(_ name: String, _ found: String, _ supported: String) throws(ModelError) {
            throw .unsupported(path: settings.file.path, option: "\(family).\(name)", found: found, supported: [supported])
        }
        if let turned = try settings.integer("rope.dimension_count"), turned != width {
            try refuse("rope.dimension_count", "\(turned)", "\(width), the width of a head")
        }
        if let values = try settings.integer("attention.value_length"), values != width {
            try refuse("attention.value_length", "\(values)", "\(width), the width of a head's keys")
        }
        if let scale = settings.double("attention.scale"), scale != 0, abs(scale / configuration.form.scoreScale(width) - 1) > 1e-5 {
            try refuse("attention.scale", "\(Float(scale))", "\(Float(configuration.form.scoreScale(width)))")
        }
        if configuration.architecture != .gemma2, cap("attn_logit_softcapping", settings) != nil {
            try refuse("attn_logit_softcapping", "there", "none")
        }
        if !configuration.form.normalizesOutputs, cap("final_logit_softcapping", settings) != nil {
            try refuse("final_logit_softcapping", "there", "none")
        }
        if configuration.architecture != .gemma3, let theta = settings.double("rope.freq_base_swa"), theta != configuration.ropeTheta {
            try refuse("rope.freq_base_swa", "\(theta)", "that of all layers")
        }
    }

    private static func scaling(_ configuration: TransformerConfiguration, _ settings: GGUFSettings) throws(ModelError) -> RopeScaling {
        let file = settings.file
        // As llama.cpp reads it: the older key where the newer is missing, 0 for no scaling, linear where no kind is named.
        let factor = settings.double("rope.scaling.factor") ?? settings.double("rope.scale_linear") ?? 0
        let kind = settings.text("rope.scaling.type") ?? "linear"
        guard ["none", "linear", ""].contains(kind) else {
            throw .unsupported(
                path: file.path, option: "\(settings.family).rope.scaling.type", found: kind,
                supported: ["none", "linear", "Llama 3's factors"])
        }
        let isScaled = kind != "none" && factor != 0 && factor != 1
        guard let entry = file.entry(GGUFNames.ropeFactors) else {
            return isScaled ? .linear(factor: rounded(factor)) : .none
        }
        // The file has the factor of every pair; of the numbers behind them only the strongest factor can be told.
        let factors = try GGUFWeights.tensor(file, entry, shape: [configuration.headDimension / 2]).array
        if factors.allSatisfy({ $0 == 1 }) { return isScaled ? .linear(factor: rounded(factor)) : .none }
        let scaling = RopeScaling.llama3(
            factor: rounded(Double(factors.max() ?? 1)), lowFrequencyFactor: 1, highFrequencyFactor: 4,
            originalContextLength: try settings.integer("rope.scaling.original_context_length") ?? 8192)
        guard !isScaled, zip(factors, ropeFactors(configuration, scaling)).allSatisfy({ abs($0 - $1) < 1e-3 * $1 }) else {
            throw .unsupported(path: file.path, option: GGUFNames.ropeFactors, found: "another scheme", supported: ["that of Llama 3"])
        }
        return scaling
    }

    /// What the angles of each pair are divided by.
    package static func ropeFactors(_ configuration: TransformerConfiguration, _ scaling: RopeScaling) -> [Float] {
        let (dimension, theta) = (configuration.headDimension, configuration.ropeTheta)
        let plain = RopeScaling.none.frequencies(headDimension: dimension, theta: theta)
        return zip(plain, scaling.frequencies(headDimension: dimension, theta: theta)).map { Float($0 / $1) }
    }

    /// Refuses tensors that the network has no place for: it would compute something else without them.
    private static func refuseOtherTensors(_ configuration: TransformerConfiguration, _ file: GGUFFile) throws(ModelError) {
        var known: Set = [GGUFNames.ropeFactors]
        for entry in ParameterLayout(configuration).entries { known.insert(GGUFNames.tensor(entry.name, in: configuration)) }
        let vision = ["v.", "mm."]
        for entry in file.entries where !known.contains(entry.name) && !vision.contains(where: entry.name.hasPrefix) {
            throw .unsupported(
                path: file.path, option: "the tensor \(entry.name)", found: "there",
                supported: ["the tensors of \(configuration.architecture.rawValue) alone. Download another model, or its plain form"])
        }
    }
}

extension NetworkForm {
    /// What the scores of heads of this width are multiplied by.
    fileprivate func scoreScale(_ width: Int) -> Double { 1 / (scoreWidth ?? Double(width)).squareRoot() }
}
