/// The weights of a network: their checkpoint names (Hugging Face's) and shapes, in the one order used everywhere.
public struct ParameterLayout: Sendable, Equatable {
    /// One tensor of the checkpoint.
    public struct Entry: Sendable, Equatable {
        public let name: String
        /// Shapes: matrices [out, in], norms [hiddenSize].
        public let shape: [Int]
        public var count: Int { shape.reduce(1, *) }
    }

    /// The tensors of one layer by the names that checkpoints give them.
    enum LayerPart: String {
        case inputNorm = "input_layernorm"
        case query = "self_attn.q_proj"
        case key = "self_attn.k_proj"
        case value = "self_attn.v_proj"
        case output = "self_attn.o_proj"
        case feedForwardNorm = "post_attention_layernorm"
        case gate = "mlp.gate_proj"
        case up = "mlp.up_proj"
        case down = "mlp.down_proj"

        func name(layer: Int) -> String { "model.layers.\(layer).\(rawValue).weight" }

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

    /// The entries of one layer.
    public struct Layer: Sendable, Equatable {
        public let inputNorm: Entry
        public let query: Entry
        public let key: Entry
        public let value: Entry
        public let output: Entry
        public let feedForwardNorm: Entry
        public let gate: Entry
        public let up: Entry
        public let down: Entry

        var all: [Entry] { [inputNorm, query, key, value, output, feedForwardNorm, gate, up, down] }
    }

    public let embedding: Entry
    public let layers: [Layer]
    public let finalNorm: Entry
    /// The output head; the embedding's entry where the configuration ties them.
    public let head: Entry
    /// Embedding, layers from first to last, final norm, then the head where it is not the embedding.
    public let entries: [Entry]

    public init(_ configuration: TransformerConfiguration) {
        let table = [configuration.vocabularySize, configuration.hiddenSize]
        embedding = Entry(name: "model.embed_tokens.weight", shape: table)
        layers = (0..<configuration.layerCount).map { layer in
            func entry(_ part: LayerPart) -> Entry { Entry(name: part.name(layer: layer), shape: part.shape(configuration)) }
            return Layer(
                inputNorm: entry(.inputNorm), query: entry(.query), key: entry(.key), value: entry(.value), output: entry(.output),
                feedForwardNorm: entry(.feedForwardNorm), gate: entry(.gate), up: entry(.up), down: entry(.down))
        }
        finalNorm = Entry(name: "model.norm.weight", shape: [configuration.hiddenSize])
        head = configuration.tiesEmbeddings ? embedding : Entry(name: "lm_head.weight", shape: table)
        entries = [embedding] + layers.flatMap(\.all) + [finalNorm] + (configuration.tiesEmbeddings ? [] : [head])
    }
}
