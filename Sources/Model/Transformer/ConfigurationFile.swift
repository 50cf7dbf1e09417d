import Foundation

// The names below are the file's own.
/// config.json's keys that Humpback reads or writes; a key that is missing is nil.
// swift-format-ignore: AlwaysUseLowerCamelCase
struct ConfigurationFile: Codable {
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
    var rope_local_base_freq: Double?
    var rope_scaling: RopeFile?
    var rope_parameters: RopeParametersFile?
    var tie_word_embeddings: Bool?
    var bos_token_id: Int?
    var eos_token_id: TokenIDs?
    var pad_token_id: Int?
    var hidden_act: String?
    var hidden_activation: String?
    var attention_bias: Bool?
    var mlp_bias: Bool?
    var sliding_window: Int?
    var use_sliding_window: Bool?
    var max_window_layers: Int?
    var sliding_window_pattern: Int?
    var layer_types: [String]?
    var no_rope_layers: [Int]?
    var no_rope_layer_interval: Int?
    var query_pre_attn_scalar: Double?
    var attn_logit_softcapping: Double?
    var final_logit_softcapping: Double?
    var use_bidirectional_attention: Bool?
    var partial_rotary_factor: Double?
    var quantization_config: AnyValue?
    var initializer_range: Double?
    var torch_dtype: String?
    var dtype: String?

    /// The names of all keys of the file that was read, those among them whose value is null.
    private var keys: Set<String> = []
    /// Whether a missing window, or missing caps, are written as null, since a file without the key means a number.
    var writesNullWindow = false
    var writesNullCaps = false

    /// Stands for a value whose presence alone matters.
    struct AnyValue: Codable {
        init(from decoder: any Decoder) throws {}
        func encode(to encoder: any Encoder) throws {}
    }

    enum CodingKeys: String, CodingKey {
        case architectures, model_type, vocab_size, hidden_size, intermediate_size, num_hidden_layers, num_attention_heads
        case num_key_value_heads, head_dim, max_position_embeddings, rms_norm_eps, rope_theta, rope_local_base_freq, rope_scaling
        case rope_parameters, tie_word_embeddings, bos_token_id, eos_token_id, pad_token_id, hidden_act, hidden_activation
        case attention_bias, mlp_bias, sliding_window, use_sliding_window, max_window_layers, sliding_window_pattern, layer_types
        case no_rope_layers, no_rope_layer_interval, query_pre_attn_scalar, attn_logit_softcapping, final_logit_softcapping
        case use_bidirectional_attention, partial_rotary_factor, quantization_config, initializer_range, torch_dtype, dtype
    }

    init() {}

    /// Whether the file that was read has the key, be it with null.
    func has(_ key: String) -> Bool { keys.contains(key) }
}

extension ConfigurationFile {
    init(json: Data, path: String) throws(ModelError) {
        do {
            self = try JSONDecoder().decode(ConfigurationFile.self, from: json)
            keys = Set(try JSONDecoder().decode([String: AnyValue].self, from: json).keys)
            if architectures?.first == Gemma3.withVision {
                self = Gemma3.text(try JSONDecoder().decode(WithVision.self, from: json).text, of: self)
            }
        } catch {
            throw .malformed(path: path, reason: decodingReason(error))
        }
    }

    /// A model that sees pictures too, and describes its language model on its own.
    private struct WithVision: Codable {
        var text: ConfigurationFile

        enum CodingKeys: String, CodingKey { case text = "text_config" }
    }

    func knownArchitecture(path: String) throws(ModelError) -> TransformerConfiguration.Architecture {
        let known = TransformerConfiguration.Architecture.allCases
        if let name = architectures?.first {
            if let found = known.first(where: { $0.rawValue == name }) { return found }
            throw .unsupported(path: path, option: "the architecture", found: name, supported: known.map(\.rawValue))
        }
        if let found = known.first(where: { $0.modelType == model_type }) { return found }
        throw .unsupported(path: path, option: "model_type", found: model_type ?? "missing", supported: known.map(\.modelType))
    }

    /// Refuses what no family supports.
    func refuseUnknownOptions(path: String) throws(ModelError) {
        func refuse(_ option: String, _ found: String, _ supported: String...) throws(ModelError) {
            throw .unsupported(path: path, option: option, found: found, supported: supported)
        }
        if mlp_bias == true { try refuse("mlp_bias", "true", "false") }
        if quantization_config != nil { try refuse("quantization_config", "there", "weights in float32, float16 or bfloat16") }
        if let factor = partial_rotary_factor, factor != 1 { try refuse("partial_rotary_factor", "\(factor)", "1") }
    }

    func requireActivation(_ name: String, path: String) throws(ModelError) {
        guard let found = hidden_activation ?? hidden_act, found != name else { return }
        throw .unsupported(
            path: path, option: hidden_activation == nil ? "hidden_act" : "hidden_activation", found: found, supported: [name])
    }

    func layerCount(path: String) throws(ModelError) -> Int {
        guard let count = num_hidden_layers else { throw .malformed(path: path, reason: "num_hidden_layers is missing") }
        guard (1...1 << 12).contains(count) else {
            throw .malformed(path: path, reason: "num_hidden_layers is \(count), not from 1 to 4096")
        }
        return count
    }

    /// Whether each layer sees a window: as layer_types says, or where it is not there, as `rule` does.
    func isWindowed(path: String, rule: (Int) -> Bool) throws(ModelError) -> [Bool] {
        guard let types = layer_types else { return (0..<(try layerCount(path: path))).map(rule) }
        let known = ["full_attention", "sliding_attention"]
        if let other = types.first(where: { !known.contains($0) }) {
            throw .unsupported(path: path, option: "a layer's type", found: other, supported: known)
        }
        return types.map { $0 == "sliding_attention" }
    }

    /// The layers with these windows; `window` is the family's where the file names none.
    func layers(_ isWindowed: [Bool], window: Int? = nil, path: String) throws(ModelError) -> [NetworkForm.Layer] {
        guard isWindowed.contains(true) else { return isWindowed.map { _ in NetworkForm.Layer() } }
        guard let window = sliding_window ?? window else { throw .malformed(path: path, reason: "sliding_window is missing") }
        return isWindowed.map { NetworkForm.Layer(window: $0 ? window : nil) }
    }

    mutating func writeLayerTypes(_ configuration: TransformerConfiguration) {
        layer_types = (0..<configuration.layerCount).map {
            configuration.attention(layer: $0).window == nil ? "full_attention" : "sliding_attention"
        }
    }

    func json() throws -> Data {
        var lines = String(decoding: try sortedJSON(self), as: UTF8.self).split(separator: "\n").map(String.init)
        // Encoders leave out what is nil; in these keys null has a meaning of its own.
        // A reader with a family's defaults would otherwise believe in tokens that the vocabulary does not have.
        var nulls: [String] = []
        if bos_token_id == nil { nulls.append("bos_token_id") }
        if eos_token_id == nil { nulls.append("eos_token_id") }
        if pad_token_id == nil { nulls.append("pad_token_id") }
        if writesNullWindow && sliding_window == nil { nulls.append("sliding_window") }
        if writesNullCaps && attn_logit_softcapping == nil { nulls.append("attn_logit_softcapping") }
        if writesNullCaps && final_logit_softcapping == nil { nulls.append("final_logit_softcapping") }
        lines.insert(contentsOf: nulls.map { "  \"\($0)\" : null," }, at: 1)
        // Readers with strict types want to see that a number is not a whole one.
        let fractions = ["softcapping", "factor"]
        lines = lines.map { line in
            let (body, comma) = line.hasSuffix(",") ? (String(line.dropLast()), ",") : (line, "")
            let isWhole = body.last?.isNumber == true && !body.contains(".") && !body.contains("e-")
            return isWhole && fractions.contains { body.contains("\($0)\" :") } ? "\(body).0\(comma)" : line
        }
        return Data((lines.joined(separator: "\n") + "\n").utf8)
    }
}

/// The rotary positions of all layers, or those of layers of each type.
// swift-format-ignore: AlwaysUseLowerCamelCase
struct RopeParametersFile: Codable {
    var all: RopeFile?
    var full_attention: RopeFile?
    var sliding_attention: RopeFile?

    init(all: RopeFile) { self.all = all }

    init(full_attention: RopeFile?, sliding_attention: RopeFile?) {
        (self.full_attention, self.sliding_attention) = (full_attention, sliding_attention)
    }

    private enum CodingKeys: String, CodingKey { case full_attention, sliding_attention }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        full_attention = try container.decodeIfPresent(RopeFile.self, forKey: .full_attention)
        sliding_attention = try container.decodeIfPresent(RopeFile.self, forKey: .sliding_attention)
        if full_attention == nil && sliding_attention == nil { all = try RopeFile(from: decoder) }
    }

    func encode(to encoder: any Encoder) throws {
        if let all { return try all.encode(to: encoder) }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(full_attention, forKey: .full_attention)
        try container.encodeIfPresent(sliding_attention, forKey: .sliding_attention)
    }

    /// Those of the layers that see everything.
    var global: RopeFile? { all ?? full_attention }
}

// swift-format-ignore: AlwaysUseLowerCamelCase
struct RopeFile: Codable {
    var rope_type: String?
    var type: String?
    var rope_theta: Double?
    var factor: Double?
    var low_freq_factor: Double?
    var high_freq_factor: Double?
    var original_max_position_embeddings: Int?
    var partial_rotary_factor: Double?

    init(rope_type: String, rope_theta: Double) { (self.rope_type, self.rope_theta) = (rope_type, rope_theta) }

    func scaling(path: String) throws(ModelError) -> RopeScaling {
        func required<Value>(_ value: Value?, _ name: String) throws(ModelError) -> Value {
            guard let value else { throw .malformed(path: path, reason: "the rope's \(name) is missing") }
            return value
        }
        if let partial_rotary_factor, partial_rotary_factor != 1 {
            throw .unsupported(path: path, option: "partial_rotary_factor", found: "\(partial_rotary_factor)", supported: ["1"])
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
