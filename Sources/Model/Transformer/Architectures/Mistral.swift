/// Mistral 7B and its kin: LLaMA with attention that sees a sliding window, where the file names one.
enum Mistral: ArchitectureFamily {
    static let modelType = "mistral"

    static func form(_ file: ConfigurationFile, path: String) throws(ModelError) -> NetworkForm {
        var form = NetworkForm()
        try file.requireActivation("silu", path: path)
        if let window = file.has("sliding_window") ? file.sliding_window : 4096 {
            form.layers = Array(repeating: NetworkForm.Layer(window: window), count: try file.layerCount(path: path))
        }
        return form
    }

    static func write(_ configuration: TransformerConfiguration, to file: inout ConfigurationFile) {
        file.hidden_act = "silu"
        // A file without the key means a window of 4096, so its absence is written as null.
        file.sliding_window = configuration.form.layers.first?.window
        file.writesNullWindow = true
    }
}
