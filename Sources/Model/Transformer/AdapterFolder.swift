import Foundation
import Tensors

/// Adapters on disk, as PEFT keeps them: adapter_config.json and adapter_model.safetensors.
public enum AdapterFolder {
    static let configurationName = "adapter_config.json"
    static let weightsName = "adapter_model.safetensors"

    /// adapter_config.json, in its own words.
    private struct Configuration: Codable {
        var type = "LORA"
        var task: String? = "CAUSAL_LM"
        var base: String?
        var rank: Int
        var alpha: Double
        var dropout: Double?
        var isRankStabilized: Bool?
        var targets: [String]
        var bias: String? = "none"

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
        }
    }

    /// Writes the folder, which appears under its name only when all of it is there.
    ///
    /// - Parameter base: the model that the adapters belong to, a path or a name; written into the configuration.
    public static func save<R: Real>(_ adapters: Adapters<R>, base: String, replacing: Bool = false, to directory: URL) throws(ModelError) {
        let settings = adapters.settings
        let configuration = Configuration(
            base: base, rank: settings.rank, alpha: settings.alpha, dropout: settings.dropout,
            isRankStabilized: settings.isRankStabilized, targets: settings.targets.map(\.rawValue))
        try AtomicWrite.folder(directory, replacing: replacing) { part in
            try sortedJSON(configuration).write(to: part.appending(path: configurationName))
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
        guard found.type == "LORA" else {
            throw .unsupported(path: place.path, option: "peft_type", found: found.type, supported: ["LORA"])
        }
        let supported = AdapterSettings.Target.allCases.map(\.rawValue)
        var targets: [AdapterSettings.Target] = []
        for name in found.targets {
            guard let target = AdapterSettings.Target(rawValue: name) else {
                throw .unsupported(path: place.path, option: "a target module", found: name, supported: supported)
            }
            targets.append(target)
        }
        let dropout = found.dropout ?? 0
        guard (1...4096).contains(found.rank), found.alpha.isFinite, dropout >= 0 && dropout < 1 else {
            throw .malformed(path: place.path, reason: "r, lora_alpha or lora_dropout is out of range")
        }
        let settings = AdapterSettings(
            rank: found.rank, alpha: found.alpha, dropout: dropout, isRankStabilized: found.isRankStabilized ?? false, targets: targets)
        let file = try SafetensorsFile(url: directory.appending(path: weightsName))
        let adapters = try Adapters<R>(configuration: configuration, settings: settings) { (name, shape) throws(ModelError) in
            try file.tensor(name, shape: shape)
        }
        return (adapters, found.base)
    }
}
