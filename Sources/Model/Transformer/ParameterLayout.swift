/// The weights of a network: their checkpoint names (Hugging Face's) and shapes, in the one order used everywhere.
public struct ParameterLayout: Sendable, Equatable {
    /// One tensor of the checkpoint.
    public struct Entry: Sendable, Equatable {
        public let name: String
        /// Shapes: matrices [out, in], norms [hiddenSize] or [headDimension], biases [out].
        public let shape: [Int]
        public var count: Int { shape.reduce(1, *) }
    }

    /// The tensors of one layer by the names that checkpoints give them.
    package enum LayerPart: String {
        case inputNorm = "input_layernorm"
        case query = "self_attn.q_proj"
        case key = "self_attn.k_proj"
        case value = "self_attn.v_proj"
        case output = "self_attn.o_proj"
        case queryNorm = "self_attn.q_norm"
        case keyNorm = "self_attn.k_norm"
        case attentionOutputNorm = "post_attention_layernorm"
        case feedForwardNorm = "pre_feedforward_layernorm"
        case gate = "mlp.gate_proj"
        case up = "mlp.up_proj"
        case down = "mlp.down_proj"
        case feedForwardOutputNorm = "post_feedforward_layernorm"

        package func name(layer: Int, in configuration: TransformerConfiguration, of suffix: String = "weight") -> String {
            // Families that do not norm the attention's output give that norm's name to the next one.
            let isOldName = self == .feedForwardNorm && !configuration.form.normalizesOutputs
            return "model.layers.\(layer).\(isOldName ? LayerPart.attentionOutputNorm.rawValue : rawValue).\(suffix)"
        }

        package func shape(_ configuration: TransformerConfiguration) -> [Int] {
            let (hidden, inner) = (configuration.hiddenSize, configuration.intermediateSize)
            return switch self {
            case .inputNorm, .attentionOutputNorm, .feedForwardNorm, .feedForwardOutputNorm: [hidden]
            case .queryNorm, .keyNorm: [configuration.headDimension]
            case .query: [configuration.queryWidth, hidden]
            case .key, .value: [configuration.keyValueWidth, hidden]
            case .output: [hidden, configuration.queryWidth]
            case .gate, .up: [inner, hidden]
            case .down: [hidden, inner]
            }
        }
    }

    /// The entries of one layer.
    public typealias Layer = LayerParts<Entry, Entry>

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
        layers = (0..<configuration.layerCount).map { Self.layer($0, configuration) }
        finalNorm = Entry(name: "model.norm.weight", shape: [configuration.hiddenSize])
        head = configuration.tiesEmbeddings ? embedding : Entry(name: "lm_head.weight", shape: table)
        var entries = [embedding]
        for layer in layers {
            func append(_ entry: Entry) { entries.append(entry) }
            _ = layer.map(matrix: append, vector: append)
        }
        self.entries = entries + [finalNorm] + (configuration.tiesEmbeddings ? [] : [head])
    }

    private static func layer(_ layer: Int, _ configuration: TransformerConfiguration) -> Layer {
        let form = configuration.form
        func entry(_ part: LayerPart) -> Entry { Entry(name: part.name(layer: layer, in: configuration), shape: part.shape(configuration)) }
        func norm(_ part: LayerPart, if isThere: Bool) -> Entry? { isThere ? entry(part) : nil }
        func bias(_ part: LayerPart, if isThere: Bool) -> Entry? {
            guard isThere else { return nil }
            return Entry(name: part.name(layer: layer, in: configuration, of: "bias"), shape: [part.shape(configuration)[0]])
        }
        let hasBias = form.attentionBias != .none
        return Layer(
            inputNorm: entry(.inputNorm),
            query: entry(.query), queryBias: bias(.query, if: hasBias), queryNorm: norm(.queryNorm, if: form.normalizesHeads),
            key: entry(.key), keyBias: bias(.key, if: hasBias), keyNorm: norm(.keyNorm, if: form.normalizesHeads),
            value: entry(.value), valueBias: bias(.value, if: hasBias),
            output: entry(.output), outputBias: bias(.output, if: form.attentionBias == .all),
            attentionOutputNorm: norm(.attentionOutputNorm, if: form.normalizesOutputs),
            feedForwardNorm: entry(.feedForwardNorm), gate: entry(.gate), up: entry(.up), down: entry(.down),
            feedForwardOutputNorm: norm(.feedForwardOutputNorm, if: form.normalizesOutputs))
    }
}
