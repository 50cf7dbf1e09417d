/// SmolLM3: LLaMA with some layers that know no positions (Yang et al. 2025, arXiv 2501.18795), every fourth as a rule.
enum SmolLM3: ArchitectureFamily {
    static let modelType = "smollm3"
    static let tiesEmbeddings = true
    static let ropeTheta = 2_000_000.0

    static func form(_ file: ConfigurationFile, path: String) throws(ModelError) -> NetworkForm {
        var form = NetworkForm()
        try file.requireActivation("silu", path: path)
        if file.attention_bias == true { form.attentionBias = .all }
        let interval = max(1, file.no_rope_layer_interval ?? 4)
        let count = try file.layerCount(path: path)
        // A 1 stands for a layer with positions, whatever the key's name says.
        let hasPositions = file.no_rope_layers?.map { $0 != 0 } ?? (0..<count).map { ($0 + 1) % interval != 0 }
        guard hasPositions.count == count else {
            throw .malformed(path: path, reason: "no_rope_layers has \(hasPositions.count) entries for \(count) layers")
        }
        let usesWindow = file.use_sliding_window == true && file.sliding_window != nil
        let isWindowed = usesWindow ? try file.isWindowed(path: path) { !hasPositions[$0] } : hasPositions.map { _ in false }
        form.layers = zip(try file.layers(isWindowed, path: path), hasPositions).map { layer, hasPositions in
            NetworkForm.Layer(window: layer.window, positions: hasPositions ? .rotary : .none)
        }
        return form
    }

    static func write(_ configuration: TransformerConfiguration, to file: inout ConfigurationFile) {
        let layers = (0..<configuration.layerCount).map(configuration.attention)
        file.hidden_act = "silu"
        file.attention_bias = configuration.form.attentionBias == .all
        file.mlp_bias = false
        file.no_rope_layers = layers.map { $0.positions == .none ? 0 : 1 }
        file.sliding_window = layers.compactMap(\.window).first
        file.use_sliding_window = file.sliding_window != nil
        file.writeLayerTypes(configuration)
    }
}
