import Foundation
import Tensors

/// config.json as Hugging Face writes it, in the older form (`rope_theta`, `rope_scaling`) and the newer (`rope_parameters`).
extension TransformerConfiguration {
    /// Reads config.json; an architecture or option that Humpback does not run is named in the error, with those it does.
    public init(json: Data, path: String) throws(ModelError) {
        let file: ConfigurationFile
        do {
            file = try JSONDecoder().decode(ConfigurationFile.self, from: json)
        } catch {
            throw .malformed(path: path, reason: decodingReason(error))
        }
        let architecture = try file.knownArchitecture(path: path)
        try file.refuseUnknownOptions(path: path)

        func required(_ value: Int?, _ name: String) throws(ModelError) -> Int {
            guard let value else { throw .malformed(path: path, reason: "\(name) is missing") }
            return value
        }
        let rope = file.rope_parameters
        let heads = try required(file.num_attention_heads, "num_attention_heads")
        self.init(
            architecture: architecture, vocabularySize: try required(file.vocab_size, "vocab_size"),
            hiddenSize: try required(file.hidden_size, "hidden_size"),
            intermediateSize: try required(file.intermediate_size, "intermediate_size"),
            layerCount: try required(file.num_hidden_layers, "num_hidden_layers"), headCount: heads,
            keyValueHeadCount: file.num_key_value_heads ?? heads, headDimension: file.head_dim,
            contextLength: file.max_position_embeddings ?? 2048, normEpsilon: file.rms_norm_eps ?? 1e-6,
            ropeTheta: rope?.rope_theta ?? file.rope_theta ?? 10_000,
            ropeScaling: try (rope ?? file.rope_scaling)?.scaling(path: path) ?? .none,
            tiesEmbeddings: file.tie_word_embeddings ?? false, beginTokenID: file.bos_token_id, endTokenIDs: file.eos_token_id?.ids ?? [],
            padTokenID: file.pad_token_id.flatMap { $0 < 0 ? nil : $0 }, initializerRange: file.initializer_range ?? 0.02)
        try validate(path: path)
    }

    /// config.json with sorted keys, for old and new versions of transformers alike.
    public func json(storage: StorageFormat) throws -> Data {
        var rope = RopeFile(rope_type: "default", rope_theta: ropeTheta)
        switch ropeScaling {
        case .none: break
        case .linear(let factor):
            rope.rope_type = "linear"
            rope.factor = factor
        case .llama3(let factor, let low, let high, let original):
            rope.rope_type = "llama3"
            rope.factor = factor
            rope.low_freq_factor = low
            rope.high_freq_factor = high
            rope.original_max_position_embeddings = original
        }
        let file = ConfigurationFile(
            architectures: [architecture.rawValue], model_type: architecture.modelType, vocab_size: vocabularySize,
            hidden_size: hiddenSize, intermediate_size: intermediateSize, num_hidden_layers: layerCount, num_attention_heads: headCount,
            num_key_value_heads: keyValueHeadCount, head_dim: headDimension, max_position_embeddings: contextLength,
            rms_norm_eps: normEpsilon, rope_theta: ropeTheta, rope_scaling: ropeScaling == .none ? nil : rope, rope_parameters: rope,
            tie_word_embeddings: tiesEmbeddings, bos_token_id: beginTokenID, eos_token_id: endTokenIDs.isEmpty ? nil : .init(endTokenIDs),
            pad_token_id: padTokenID, hidden_act: "silu", attention_bias: false, mlp_bias: false, initializer_range: initializerRange,
            torch_dtype: storage.torchName, dtype: storage.torchName)
        return try sortedJSON(file)
    }
}

/// One token id or a list of them, as `eos_token_id` has it.
struct TokenIDs: Codable, Equatable {
    var ids: [Int]

    init(_ ids: [Int]) { self.ids = ids }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        ids = try (try? [container.decode(Int.self)]) ?? container.decode([Int].self)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if ids.count == 1 { try container.encode(ids[0]) } else { try container.encode(ids) }
    }
}

func sortedJSON(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    var data = try encoder.encode(value)
    data.append(UInt8(ascii: "\n"))
    return data
}

/// A decoding error in words: which field, and what is wrong with it.
func decodingReason(_ error: any Error) -> String {
    func place(_ path: [any CodingKey]) -> String { path.isEmpty ? "the whole" : path.map(\.stringValue).joined(separator: ".") }
    return switch error {
    case DecodingError.typeMismatch(let type, let context): "\(place(context.codingPath)) is not of the type \(type)"
    case DecodingError.valueNotFound(let type, let context): "\(place(context.codingPath)) is null instead of \(type)"
    case DecodingError.keyNotFound(let key, let context): "\(place(context.codingPath + [key])) is missing"
    case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
        "\(place(context.codingPath)): \(context.debugDescription)"
    default: "the file is not valid JSON"
    }
}

// The names below are the file's own.
// swift-format-ignore: AlwaysUseLowerCamelCase
private struct ConfigurationFile: Codable {
    var architectures: [String]?
    var model_type: String?
    var vocab_size: Int?
    var hidden_size: Int?
    var intermediate_size: Int?
    var num_hidden_layers: Int?
    var num_attention_heads: Int?
    var num_key_value_heads: Int?
    var head_dim: Int?
    var max_position_embeddings: Int?
    var rms_norm_eps: Double?
    var rope_theta: Double?
    var rope_scaling: RopeFile?
    var rope_parameters: RopeFile?
    var tie_word_embeddings: Bool?
    var bos_token_id: Int?
    var eos_token_id: TokenIDs?
    var pad_token_id: Int?
    var hidden_act: String?
    var attention_bias: Bool?
    var mlp_bias: Bool?
    var initializer_range: Double?
    var torch_dtype: String?
    var dtype: String?

    func knownArchitecture(path: String) throws(ModelError) -> TransformerConfiguration.Architecture {
        let known = TransformerConfiguration.Architecture.allCases
        if let name = architectures?.first {
            if let found = known.first(where: { $0.rawValue == name }) { return found }
            throw .unsupported(path: path, option: "the architecture", found: name, supported: known.map(\.rawValue))
        }
        if let found = known.first(where: { $0.modelType == model_type }) { return found }
        throw .unsupported(path: path, option: "model_type", found: model_type ?? "missing", supported: known.map(\.modelType))
    }

    func refuseUnknownOptions(path: String) throws(ModelError) {
        func refuse(_ option: String, _ found: String, _ supported: String...) throws(ModelError) {
            throw .unsupported(path: path, option: option, found: found, supported: supported)
        }
        if let hidden_act, hidden_act != "silu" { try refuse("hidden_act", hidden_act, "silu") }
        if attention_bias == true { try refuse("attention_bias", "true", "false") }
        if mlp_bias == true { try refuse("mlp_bias", "true", "false") }
    }
}

// swift-format-ignore: AlwaysUseLowerCamelCase
private struct RopeFile: Codable {
    var rope_type: String?
    var type: String?
    var rope_theta: Double?
    var factor: Double?
    var low_freq_factor: Double?
    var high_freq_factor: Double?
    var original_max_position_embeddings: Int?

    func scaling(path: String) throws(ModelError) -> RopeScaling {
        func required<Value>(_ value: Value?, _ name: String) throws(ModelError) -> Value {
            guard let value else { throw .malformed(path: path, reason: "the rope's \(name) is missing") }
            return value
        }
        switch rope_type ?? type ?? "default" {
        case "default": return .none
        case "linear": return .linear(factor: try required(factor, "factor"))
        case "llama3":
            return .llama3(
                factor: try required(factor, "factor"), lowFrequencyFactor: try required(low_freq_factor, "low_freq_factor"),
                highFrequencyFactor: try required(high_freq_factor, "high_freq_factor"),
                originalContextLength: try required(original_max_position_embeddings, "original_max_position_embeddings"))
        case let other:
            throw .unsupported(path: path, option: "rope_type", found: other, supported: ["default", "linear", "llama3"])
        }
    }
}
