import Foundation
import Tensors

/// Adapters on disk, as PEFT keeps them: adapter_config.json and adapter_model.safetensors.
public enum AdapterFolder {
    static let configurationName = "adapter_config.json"
    static let weightsName = "adapter_model.safetensors"
    static let fileNames = [configurationName, weightsName]

    /// adapter_config.json, in its own words.
    private struct Configuration: Codable {
        var type = "LORA"
        var task: String? = "CAUSAL_LM"
        var base: String?
        var rank: Int
        var alpha: Double
        var dropout: Double?
        var isRankStabilized: Bool?
        var targets: Names?
        var bias: String? = "none"
        var usesDoRA: Bool?
        var isTransposed: Bool?
        var savedModules: Names?
        var layers: Anything?
        var replication: Anything?
        var ranks: [String: Int]?
        var alphas: [String: Double]?

        enum CodingKeys: String, CodingKey {
            case type = "peft_type"
            case task = "task_type"
            case base = "base_model_name_or_path"
            case rank = "r"
            case alpha = "lora_alpha"
            case dropout = "lora_dropout"
            case isRankStabilized = "use_rslora"
            case targets = "target_modules"
            case bias
            case usesDoRA = "use_dora"
            case isTransposed = "fan_in_fan_out"
            case savedModules = "modules_to_save"
            case layers = "layers_to_transform"
            case replication = "layer_replication"
            case ranks = "rank_pattern"
            case alphas = "alpha_pattern"
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
        }

        /// Stands for a value whose presence alone matters.
        struct Anything: Codable {
            init(from decoder: any Decoder) throws {}
            func encode(to encoder: any Encoder) throws {}
        }

        /// Refuses what changes the formula or adds weights of another kind.
        func refuseUnknown(path: String) throws(ModelError) {
            func refuse(_ option: String, _ found: String, _ supported: String) throws(ModelError) {
                throw .unsupported(path: path, option: option, found: found, supported: [supported])
            }
            if type != "LORA" { try refuse("peft_type", type, "LORA") }
            if usesDoRA == true { try refuse("use_dora", "true", "false") }
            if isTransposed == true { try refuse("fan_in_fan_out", "true", "false") }
            if let bias, bias != "none" { try refuse("bias", bias, "none") }
            if let savedModules, savedModules.pattern != nil || !savedModules.list.isEmpty {
                try refuse("modules_to_save", savedModules.pattern ?? savedModules.list.joined(separator: ", "), "null")
            }
            if layers != nil { try refuse("layers_to_transform", "some layers", "all layers") }
            if replication != nil { try refuse("layer_replication", "there", "null") }
            if let ranks, !ranks.isEmpty { try refuse("rank_pattern", "there", "one rank") }
            if let alphas, !alphas.isEmpty { try refuse("alpha_pattern", "there", "one alpha") }
        }
    }

    /// Writes the folder, which appears under its name only when all of it is there.
    ///
    /// - Parameters:
    ///   - base: the model that the adapters belong to, a path or a name; written into the configuration.
    ///   - card: what is known of the model that they make of it; nil leaves the base's to be read.
    public static func save<R: Real>(
        _ adapters: Adapters<R>, base: String, card: ModelFolder.Card? = nil, replacing: Bool = false, to directory: URL
    ) throws(ModelError) {
        let settings = adapters.settings
        let configuration = Configuration(
            base: base, rank: settings.rank, alpha: settings.alpha, dropout: settings.dropout,
            isRankStabilized: settings.isRankStabilized, targets: .init(settings.targets.map(\.rawValue)))
        try AtomicWrite.folder(directory, replacing: replacing) { part in
            try sortedJSON(configuration).write(to: part.appending(path: configurationName))
            try card?.write(to: part)
            try SafetensorsWriter.write(adapters.named, as: .float32, to: part.appending(path: weightsName))
        }
    }

    /// Whether the folder holds adapters.
    public static func isAdapterFolder(_ directory: URL) -> Bool {
        FileManager.default.fileExists(atPath: directory.appending(path: configurationName).path)
    }

    /// Reads adapters for a network of this configuration, and the base that they name.
    public static func load<R: Real>(
        _ type: R.Type = R.self, directory: URL, configuration: TransformerConfiguration
    ) throws(ModelError) -> (adapters: Adapters<R>, base: String?) {
        let (settings, base) = try settings(directory: directory)
        let file = try SafetensorsFile(url: directory.appending(path: weightsName))
        let adapters = try Adapters<R>(configuration: configuration, settings: settings) { (name, shape) throws(ModelError) in
            try file.tensor(name, shape: shape)
        }
        let known = Set(adapters.named.map(\.name))
        if let other = file.entries.first(where: { !known.contains($0.name) }) {
            throw .unsupported(
                path: file.path, option: "the adapter tensor", found: other.name,
                supported: AdapterSettings.Target.allCases.map { "lora_A and lora_B of \($0.rawValue)" })
        }
        return (adapters, base)
    }

    /// Reads the shape of adapters, and the base that they name.
    public static func settings(directory: URL) throws(ModelError) -> (settings: AdapterSettings, base: String?) {
        let place = directory.appending(path: configurationName)
        guard let json = FileManager.default.contents(atPath: place.path) else {
            throw .missingFile(path: place.path, advice: "A folder of adapters holds adapter_config.json and adapter_model.safetensors.")
        }
        let found: Configuration
        do {
            found = try JSONDecoder().decode(Configuration.self, from: json)
        } catch {
            throw .malformed(path: place.path, reason: decodingReason(error))
        }
        try found.refuseUnknown(path: place.path)
        let dropout = found.dropout ?? 0
        guard (1...4096).contains(found.rank), found.alpha.isFinite, dropout >= 0 && dropout < 1 else {
            throw .malformed(path: place.path, reason: "r, lora_alpha or lora_dropout is out of range")
        }
        let settings = AdapterSettings(
            rank: found.rank, alpha: found.alpha, dropout: dropout, isRankStabilized: found.isRankStabilized ?? false,
            targets: try targets(found, directory: directory, path: place.path))
        return (settings, found.base)
    }

    /// The matrices that have an adapter: as the file lists them, or where it has a pattern, those that the weights have.
    private static func targets(
        _ found: Configuration, directory: URL, path: String
    ) throws(ModelError) -> [AdapterSettings.Target] {
        if let list = found.targets?.list, !list.isEmpty {
            var targets: [AdapterSettings.Target] = []
            for name in list {
                guard let target = AdapterSettings.Target(rawValue: name) else {
                    throw .unsupported(
                        path: path, option: "a target module", found: name, supported: AdapterSettings.Target.allCases.map(\.rawValue))
                }
                targets.append(target)
            }
            return targets
        }
        let file = try SafetensorsFile(url: directory.appending(path: weightsName))
        return AdapterSettings.Target.allCases.filter { target in
            file.entries.contains { $0.name.contains(".\(target.rawValue).lora_A.") }
        }
    }
}
