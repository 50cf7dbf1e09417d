/// Qwen 2 and 2.5: LLaMA with biases on queries, keys and values; later layers may see a sliding window.
enum Qwen2: ArchitectureFamily {
    static let modelType = "qwen2"

    static func form(_ file: ConfigurationFile, path: String) throws(ModelError) -> NetworkForm {
        var form = NetworkForm()
        form.attentionBias = .inputs
        form.layers = try qwenLayers(file, path: path)
        return form
    }

    static func write(_ configuration: TransformerConfiguration, to file: inout ConfigurationFile) {
        writeQwenLayers(configuration, to: &file)
    }
}

/// Qwen 3: no biases as a rule, and each head of queries and keys normed.
enum Qwen3: ArchitectureFamily {
    static let modelType = "qwen3"
    static let headDimension: Int? = 128

    static func form(_ file: ConfigurationFile, path: String) throws(ModelError) -> NetworkForm {
        var form = NetworkForm()
        form.normalizesHeads = true
        if file.attention_bias == true { form.attentionBias = .all }
        form.layers = try qwenLayers(file, path: path)
        return form
    }

    static func write(_ configuration: TransformerConfiguration, to file: inout ConfigurationFile) {
        file.attention_bias = configuration.form.attentionBias == .all
        writeQwenLayers(configuration, to: &file)
    }
}

private func qwenLayers(_ file: ConfigurationFile, path: String) throws(ModelError) -> [NetworkForm.Layer] {
    try file.requireActivation("silu", path: path)
    guard file.use_sliding_window == true else { return [] }
    let isWindowed = try file.isWindowed(path: path) { $0 >= file.max_window_layers ?? 28 }
    return try file.layers(isWindowed, path: path)
}

private func writeQwenLayers(_ configuration: TransformerConfiguration, to file: inout ConfigurationFile) {
    let layers = configuration.form.layers
    file.hidden_act = "silu"
    file.sliding_window = layers.compactMap(\.window).first
    file.use_sliding_window = file.sliding_window != nil
    file.max_window_layers = layers.firstIndex { $0.window != nil } ?? configuration.layerCount
    file.writeLayerTypes(configuration)
}
