/// Gemma 2 (Gemma Team 2024, arXiv 2408.00118): scaled embeddings, norms before and after each block whose weights count from one, GeGLU,
/// capped scores and logits, every other layer with a sliding window.
enum Gemma2: ArchitectureFamily {
    static let modelType = "gemma2"
    static let tiesEmbeddings = true
    static let headDimension: Int? = 256

    static func form(_ file: ConfigurationFile, path: String) throws(ModelError) -> NetworkForm {
        var form = try gemmaForm(file, path: path)
        form.attentionSoftcap = file.has("attn_logit_softcapping") ? file.attn_logit_softcapping : 50
        form.logitSoftcap = file.has("final_logit_softcapping") ? file.final_logit_softcapping : 30
        form.layers = try file.layers(file.isWindowed(path: path) { $0 % 2 == 0 }, window: 4096, path: path)
        return form
    }

    static func write(_ configuration: TransformerConfiguration, to file: inout ConfigurationFile) {
        writeGemma(configuration, to: &file)
        file.attn_logit_softcapping = configuration.form.attentionSoftcap
    }
}

/// Gemma 3, its text part (Gemma Team 2025, arXiv 2503.19786): as Gemma 2 without caps on scores, with normed heads, and five layers with
/// a window and positions of their own base for each that sees everything.
enum Gemma3: ArchitectureFamily {
    static let modelType = "gemma3_text"
    static let tiesEmbeddings = true
    static let ropeTheta = 1_000_000.0
    static let headDimension: Int? = 256

    /// The architecture of the larger models, whose language model is read without their eyes.
    static let withVision = "Gemma3ForConditionalGeneration"

    /// The language model of a model with vision: its files leave out what is the family's default.
    static func text(_ part: ConfigurationFile, of whole: ConfigurationFile) -> ConfigurationFile {
        var text = part
        text.architectures = [TransformerConfiguration.Architecture.gemma3.rawValue]
        text.vocab_size = part.vocab_size ?? 262_208
        text.hidden_size = part.hidden_size ?? 2304
        text.intermediate_size = part.intermediate_size ?? 9216
        text.num_hidden_layers = part.num_hidden_layers ?? 26
        text.num_attention_heads = part.num_attention_heads ?? 8
        text.num_key_value_heads = part.num_key_value_heads ?? 4
        text.head_dim = part.head_dim ?? 256
        text.max_position_embeddings = part.max_position_embeddings ?? 131_072
        text.bos_token_id = part.bos_token_id ?? whole.bos_token_id
        text.eos_token_id = part.eos_token_id ?? whole.eos_token_id
        text.pad_token_id = part.pad_token_id ?? whole.pad_token_id
        text.quantization_config = whole.quantization_config
        return text
    }

    static func form(_ file: ConfigurationFile, path: String) throws(ModelError) -> NetworkForm {
        var form = try gemmaForm(file, path: path)
        if let cap = file.attn_logit_softcapping {
            throw .unsupported(path: path, option: "attn_logit_softcapping", found: "\(cap)", supported: ["null"])
        }
        form.normalizesHeads = true
        form.logitSoftcap = file.final_logit_softcapping
        let period = max(1, file.sliding_window_pattern ?? 6)
        let layers = try file.layers(file.isWindowed(path: path) { ($0 + 1) % period != 0 }, window: 4096, path: path)
        form.layers = layers.map { NetworkForm.Layer(window: $0.window, positions: $0.window == nil ? .rotary : .localRotary) }
        let local = file.rope_parameters?.sliding_attention
        guard try (local?.scaling(path: path) ?? RopeScaling.none) == RopeScaling.none else {
            throw .unsupported(path: path, option: "the rope_type of sliding_attention", found: "scaled", supported: ["default"])
        }
        form.localRopeTheta = local?.rope_theta ?? file.rope_local_base_freq ?? 10_000
        return form
    }

    static func write(_ configuration: TransformerConfiguration, to file: inout ConfigurationFile) {
        writeGemma(configuration, to: &file)
        file.rope_local_base_freq = configuration.form.localRopeTheta
        let global = file.rope_parameters?.all
        file.rope_parameters = RopeParametersFile(
            full_attention: global, sliding_attention: RopeFile(rope_type: "default", rope_theta: configuration.form.localRopeTheta))
    }
}

private func gemmaForm(_ file: ConfigurationFile, path: String) throws(ModelError) -> NetworkForm {
    try file.requireActivation("gelu_pytorch_tanh", path: path)
    if file.use_bidirectional_attention == true {
        throw .unsupported(path: path, option: "use_bidirectional_attention", found: "true", supported: ["false"])
    }
    var form = NetworkForm()
    if file.attention_bias == true { form.attentionBias = .all }
    form.normalizesOutputs = true
    form.normOffset = 1
    form.activation = .geluTanh
    form.scalesEmbeddings = true
    form.scoreWidth = file.query_pre_attn_scalar ?? 256
    return form
}

private func writeGemma(_ configuration: TransformerConfiguration, to file: inout ConfigurationFile) {
    let form = configuration.form
    file.hidden_activation = "gelu_pytorch_tanh"
    file.attention_bias = form.attentionBias == .all
    file.query_pre_attn_scalar = form.scoreWidth
    file.final_logit_softcapping = form.logitSoftcap
    file.writesNullCaps = true
    file.sliding_window = form.layers.compactMap(\.window).first
    file.writeLayerTypes(configuration)
}
