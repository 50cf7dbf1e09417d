/// LLaMA 1 to 3.x, TinyLlama, SmolLM 1 and 2: RMSNorm, rotary positions, grouped-query attention, SwiGLU.
enum Llama: ArchitectureFamily {
    static let modelType = "llama"

    static func form(_ file: ConfigurationFile, path: String) throws(ModelError) -> NetworkForm {
        var form = NetworkForm()
        try file.requireActivation("silu", path: path)
        if file.attention_bias == true { form.attentionBias = .all }
        return form
    }

    static func write(_ configuration: TransformerConfiguration, to file: inout ConfigurationFile) {
        file.hidden_act = "silu"
        file.attention_bias = configuration.form.attentionBias == .all
        file.mlp_bias = false
    }
}
