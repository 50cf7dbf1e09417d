import Foundation
import Tensors

/// Adapters on disk, as PEFT keeps them: adapter_config.json and adapter_model.safetensors.
public enum AdapterFolder {
    static let configurationName = "adapter_config.json"
    static let weightsName = "adapter_model.safetensors"
    static let fileNames = [configurationName, weightsName]

    /// Writes the folder, which appears under its name only when all of it is there.
    ///
    /// - Parameters:
    ///   - base: the model that the adapters belong to, a path or a name; written into the configuration.
    ///   - card: what is known of the model that they make of it; nil leaves the base's to be read.
    public static func save<R: Real>(
        _ adapters: Adapters<R>, base: String, card: ModelFolder.Card? = nil, replacing: Bool = false, to directory: URL
    ) throws(ModelError) {
        let configuration = AdapterConfiguration(base: base, settings: adapters.settings)
        try ModelError.filling(directory, replacing: replacing) { part in
            try sortedJSON(configuration).write(to: part.appending(path: configurationName))
            try card?.write(to: part)
            try SafetensorsWriter.write(adapters.named, as: .float32, to: part.appending(path: weightsName))
        }
    }

    /// Writes the adapters of a folder again with their weights as `storage`, and with whatever else stands in it; their base is not needed.
    public static func save(
        adaptersOf directory: URL, as storage: StorageFormat, replacing: Bool = false, to output: URL
    ) throws(ModelError) {
        _ = try settings(directory: directory)
        let file = try SafetensorsFile(url: directory.appending(path: weightsName))
        try ModelError.filling(output, replacing: replacing) { part in
            for name in try FileManager.default.contentsOfDirectory(atPath: directory.path) where name != weightsName {
                try FileManager.default.copyItem(at: directory.appending(path: name), to: part.appending(path: name))
            }
            let tensors: [(String, Tensor<Float>)] = try file.entries.map { ($0.name, try file.tensor($0.name, shape: $0.shape)) }
            try SafetensorsWriter.write(tensors, as: storage, to: part.appending(path: weightsName))
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
        let stated = try self.configuration(directory: directory)
        let settings = try settings(stated, directory: directory)
        let file = try SafetensorsFile(url: directory.appending(path: weightsName))
        let present = Set(file.entries.map { module(ofTensor: $0.name) })
        var known: Set<String> = []
        let adapters = try Adapters<R>(configuration: configuration, settings: settings) { (name, shape) throws(ModelError) in
            let module = module(ofTensor: name)
            // A matrix without an adapter in this layer has one that adds nothing.
            guard stated.targets(module) ?? present.contains(module) else { return Tensor(zeros: shape) }
            known.insert(name)
            return try file.tensor(name, shape: shape)
        }
        if let other = file.entries.first(where: { !known.contains($0.name) }) {
            throw .unsupported(
                path: file.path, option: "the adapter tensor", found: other.name,
                supported: AdapterSettings.Target.allCases.map { "lora_A and lora_B of \($0.rawValue)" })
        }
        return (adapters, stated.base)
    }

    /// Reads the shape of adapters, and the base that they name.
    public static func settings(directory: URL) throws(ModelError) -> (settings: AdapterSettings, base: String?) {
        let stated = try configuration(directory: directory)
        return (try settings(stated, directory: directory), stated.base)
    }

    private static func configuration(directory: URL) throws(ModelError) -> AdapterConfiguration {
        let place = directory.appending(path: configurationName)
        guard let json = FileManager.default.contents(atPath: place.path) else {
            throw .missingFile(path: place.path, advice: "A folder of adapters holds adapter_config.json and adapter_model.safetensors.")
        }
        return try AdapterConfiguration(json: json, path: place.path)
    }

    private static func settings(_ stated: AdapterConfiguration, directory: URL) throws(ModelError) -> AdapterSettings {
        let path = directory.appending(path: configurationName).path
        let dropout = stated.dropout ?? 0
        guard (1...4096).contains(stated.rank), stated.alpha.isFinite, dropout >= 0 && dropout < 1 else {
            throw .malformed(path: path, reason: "r, lora_alpha or lora_dropout is out of range")
        }
        return AdapterSettings(
            rank: stated.rank, alpha: stated.alpha, dropout: dropout, isRankStabilized: stated.isRankStabilized ?? false,
            targets: try targets(stated, directory: directory, path: path))
    }

    /// The matrices that have an adapter in some layer: as the file lists them, or where it has a pattern, those that the weights have.
    private static func targets(
        _ stated: AdapterConfiguration, directory: URL, path: String
    ) throws(ModelError) -> [AdapterSettings.Target] {
        if let list = stated.targets?.list, !list.isEmpty {
            var targets: [AdapterSettings.Target] = []
            for name in list {
                // A longer name, as in layers.3.self_attn.q_proj, means the matrix of some layers.
                guard let target = name.split(separator: ".").last.flatMap({ AdapterSettings.Target(rawValue: String($0)) }) else {
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

    /// The module that a tensor of adapters belongs to, as in `model.layers.0.self_attn.q_proj`.
    private static func module(ofTensor name: String) -> String {
        let stem = "base_model.model."
        let end = name.firstRange(of: ".lora_")?.lowerBound ?? name.endIndex
        return String((name.hasPrefix(stem) ? name[..<end].dropFirst(stem.count) : name[..<end]))
    }
}
