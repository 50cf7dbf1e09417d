import Foundation

/// adapter_config.json, in its own words.
struct AdapterConfiguration: Codable {
    var type = "LORA"
    var task: String? = "CAUSAL_LM"
    var base: String?
    var rank: Int
    var alpha: Double
    var dropout: Double?
    var isRankStabilized: Bool?
    var targets: Names?
    var excluded: Names?
    var bias: String? = "none"
    var initialization: Initialization?
    var layers: Layers?
    var layersPattern: Names?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case type = "peft_type"
        case task = "task_type"
        case base = "base_model_name_or_path"
        case rank = "r"
        case alpha = "lora_alpha"
        case dropout = "lora_dropout"
        case isRankStabilized = "use_rslora"
        case targets = "target_modules"
        case excluded = "exclude_modules"
        case bias
        case initialization = "init_lora_weights"
        case layers = "layers_to_transform"
        case layersPattern = "layers_pattern"
    }

    /// A list of names, or one text: a pattern, or "all-linear".
    struct Names: Codable {
        var list: [String]
        var pattern: String?

        init(_ list: [String]) { self.list = list }

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            pattern = try? container.decode(String.self)
            list = pattern == nil ? try container.decode([String].self) : []
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(list)
        }

        var isEmpty: Bool { list.isEmpty && (pattern ?? "").isEmpty }
    }

    /// How A and B began, as true, false or a name.
    struct Initialization: Codable {
        var name: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            name = try (try? container.decode(Bool.self)).map { "\($0)" } ?? container.decode(String.self)
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(name)
        }
    }

    /// One layer's number, or several.
    struct Layers: Codable {
        var numbers: [Int]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            numbers = try (try? [container.decode(Int.self)]) ?? container.decode([Int].self)
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(numbers)
        }
    }

    /// Reads the file's bytes, and refuses what makes of A and B anything but W + scale · B A.
    init(json: Data, path: String) throws(ModelError) {
        let settings: [String: Setting]
        do {
            self = try JSONDecoder().decode(AdapterConfiguration.self, from: json)
            settings = try JSONDecoder().decode([String: Setting].self, from: json)
        } catch {
            throw .malformed(path: path, reason: decodingReason(error))
        }
        if type != "LORA" { throw .unsupported(path: path, option: "peft_type", found: type, supported: ["LORA"]) }
        if let bias, bias != "none" { throw .unsupported(path: path, option: "bias", found: bias, supported: ["none"]) }
        if let name = initialization?.name, !Self.keepBase.contains(name.lowercased()) {
            throw .unsupported(
                path: path, option: "init_lora_weights", found: "\(name), which changes the base as well", supported: Self.keepBase)
        }
        // What is not known may change the formula; what is off, null or empty cannot.
        let known = CodingKeys.allCases.map(\.rawValue) + Self.idle
        for (key, setting) in settings.sorted(by: { $0.key < $1.key }) where setting.isOn && !known.contains(key) {
            throw .unsupported(path: path, option: key, found: setting.text, supported: ["null, false or empty"])
        }
    }

    init(base: String, settings: AdapterSettings) {
        self.base = base
        rank = settings.rank
        alpha = settings.alpha
        dropout = settings.dropout
        isRankStabilized = settings.isRankStabilized
        targets = Names(settings.targets.map(\.rawValue))
    }

    /// The beginnings of A and B that leave the base as it is. Others (PiSSA, OLoRA, CorDA, LoftQ, LoRA-GA) take B A from the base first,
    /// so that the adapters on disk belong to weights that are nowhere stored.
    private static let keepBase = ["true", "false", "gaussian", "eva", "orthogonal"]

    /// Keys that say how the adapters were trained or are to be loaded, and never what they add.
    private static let idle = [
        "auto_mapping", "corda_config", "ensure_weight_tying", "ephemeral_gpu_offload", "eva_config", "inference_mode", "loftq_config",
        "lora_ga_config", "megatron_core", "peft_version", "qalora_group_size", "revision", "runtime_config",
    ]

    /// What a key has, as far as it matters: whether it says anything.
    private struct Setting: Decodable {
        var isOn: Bool
        var text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                (isOn, text) = (false, "null")
            } else if let truth = try? container.decode(Bool.self) {
                (isOn, text) = (truth, "\(truth)")
            } else if let words = try? container.decode(String.self) {
                (isOn, text) = (!words.isEmpty, words)
            } else if let number = try? container.decode(Double.self) {
                (isOn, text) = (true, "\(number)")
            } else if let list = try? container.decode([Setting].self) {
                (isOn, text) = (!list.isEmpty, list.map(\.text).joined(separator: ", "))
            } else {
                let fields = try container.decode([String: Setting].self)
                (isOn, text) = (!fields.isEmpty, fields.keys.sorted().joined(separator: ", "))
            }
        }
    }
}

/// Which matrices of a network have an adapter, by PEFT's rules.
extension AdapterConfiguration {
    /// Whether the module of this name, as in `model.layers.0.self_attn.q_proj`, has an adapter; nil where a regular expression decides, or
    /// nothing is said, and the weights tell.
    func targets(_ module: String) -> Bool? {
        func isNamed(in names: Names) -> Bool { names.list.contains { module == $0 || module.hasSuffix("." + $0) } }
        if let excluded, !excluded.isEmpty {
            if excluded.pattern != nil { return nil }
            if isNamed(in: excluded) { return false }
        }
        guard let targets, !targets.isEmpty else { return nil }
        if targets.pattern == "all-linear" { return nil }
        if targets.pattern != nil { return nil }
        guard isNamed(in: targets) else { return false }
        guard let layers, !layers.numbers.isEmpty else { return true }
        if let layersPattern, !layersPattern.isEmpty, layersPattern.pattern != "layers", layersPattern.list != ["layers"] { return nil }
        return module.split(separator: ".").compactMap { Int($0) }.first.map(layers.numbers.contains) ?? false
    }
}
