extension TransformerConfiguration {
    /// The families of networks that Humpback runs, by the names that config.json's `architectures` gives them.
    public enum Architecture: String, Sendable, CaseIterable {
        case llama = "LlamaForCausalLM"
        case mistral = "MistralForCausalLM"
        case qwen2 = "Qwen2ForCausalLM"
        case qwen3 = "Qwen3ForCausalLM"
        case smolLM3 = "SmolLM3ForCausalLM"
        case gemma2 = "Gemma2ForCausalLM"
        case gemma3 = "Gemma3ForCausalLM"

        /// The family's name in config.json's `model_type`.
        public var modelType: String { family.modelType }

        var family: any ArchitectureFamily.Type {
            switch self {
            case .llama: Llama.self
            case .mistral: Mistral.self
            case .qwen2: Qwen2.self
            case .qwen3: Qwen3.self
            case .smolLM3: SmolLM3.self
            case .gemma2: Gemma2.self
            case .gemma3: Gemma3.self
            }
        }
    }
}

/// How one family's config.json tells the form of its networks.
protocol ArchitectureFamily {
    static var modelType: String { get }
    /// Whether the head is the embedding where the file does not say.
    static var tiesEmbeddings: Bool { get }
    /// The base of rotary positions where the file does not say.
    static var ropeTheta: Double { get }
    /// The width of a head where the file does not say; nil where it follows from the other sizes.
    static var headDimension: Int? { get }

    static func form(_ file: ConfigurationFile, path: String) throws(ModelError) -> NetworkForm
    /// Writes what `form` reads.
    static func write(_ configuration: TransformerConfiguration, to file: inout ConfigurationFile)
}

extension ArchitectureFamily {
    static var tiesEmbeddings: Bool { false }
    static var ropeTheta: Double { 10_000 }
    static var headDimension: Int? { nil }
}
