/// The weights of a network: their checkpoint names (Hugging Face's) and shapes, in the one order used everywhere.
public struct ParameterLayout: Sendable, Equatable {
    /// One tensor of the checkpoint.
    public struct Entry: Sendable, Equatable {
        public let name: String
        /// Shapes: matrices [out, in], norms [hiddenSize].
        public let shape: [Int]
        public var count: Int { shape.reduce(1, *) }
    }

    /// The tensors of one layer, in the order in which they stand in the layout.
    enum LayerPart: String, CaseIterable {
        case inputNorm = "input_layernorm"
        case query = "self_attn.q_proj"
        case key = "self_attn.k_proj"
        case value = "self_attn.v_proj"
        case output = "self_attn.o_proj"
        case feedForwardNorm = "post_attention_layernorm"
        case gate = "mlp.gate_proj"
        case up = "mlp.up_proj"
        case down = "mlp.down_proj"

        func shape(_ configuration: TransformerConfiguration) -> [Int] {
            let (hidden, inner) = (configuration.hiddenSize, configuration.intermediateSize)
            return switch self {
            case .inputNorm, .feedForwardNorm: [hidden]
            case .query: [configuration.queryWidth, hidden]
            case .key, .value: [configuration.keyValueWidth, hidden]
            case .output: [hidden, configuration.queryWidth]
            case .gate, .up: [inner, hidden]
            case .down: [hidden, inner]
            }
        }
    }

    static let embedding = "model.embed_tokens.weight"
    static let finalNorm = "model.norm.weight"
    static let head = "lm_head.weight"

    static func name(_ part: LayerPart, layer: Int) -> String { "model.layers.\(layer).\(part.rawValue).weight" }

    /// Embedding, layers from first to last, final norm, then the head where it is not the embedding.
    public let entries: [Entry]

    public init(_ configuration: TransformerConfiguration) {
        let table = [configuration.vocabularySize, configuration.hiddenSize]
        var entries = [Entry(name: Self.embedding, shape: table)]
        for layer in 0..<configuration.layerCount {
            for part in LayerPart.allCases {
                entries.append(Entry(name: Self.name(part, layer: layer), shape: part.shape(configuration)))
            }
        }
        entries.append(Entry(name: Self.finalNorm, shape: [configuration.hiddenSize]))
        if !configuration.tiesEmbeddings { entries.append(Entry(name: Self.head, shape: table)) }
        self.entries = entries
    }
}
