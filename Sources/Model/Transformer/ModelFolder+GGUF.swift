import Containers
import Foundation
import Ground

/// A GGUF file opens as the model that it holds.
extension ModelFolder {
    /// Whether the weights are in a GGUF file.
    public var isGGUF: Bool { gguf != nil }

    /// The files of the weights, where they are a GGUF file's; empty where they are safetensors.
    public var ggufPaths: [String] { gguf?.file.paths ?? [] }

    /// Whether a model that can be opened may stand in this place.
    public static func holdsModel(_ place: URL) -> Bool {
        FileManager.default.fileExists(atPath: place.appending(path: configurationName).path) || AdapterFolder.isAdapterFolder(place)
            || (try? GGUFParts.file(at: place)) != nil
    }

    /// The GGUF file that a place names: where it is one, or a folder without a model of Hugging Face's that holds one.
    static func ggufFile(of place: URL) throws(ModelError) -> URL? {
        let names = [configurationName, Checkpoint.fileName, Checkpoint.indexName]
        let isThere = names.map { FileManager.default.fileExists(atPath: place.appending(path: $0).path) }
        if isThere[0], isThere[1] || isThere[2] { return nil }
        return try ModelError.wrap { () throws(ContainerError) in try GGUFParts.file(at: place) }
    }
}

extension GGUFWeights {
    /// Folds in what the model is made of: the settings of its network and tokenizer, and the tensors.
    func combine(into fingerprint: inout ContentFingerprint) {
        let family = (file.metadata["general.architecture"]?.text ?? "") + "."
        for key in file.metadata.keys.sorted() where key.hasPrefix(family) || key.hasPrefix("tokenizer.") || key == "general.architecture" {
            fingerprint.combine(key)
            fingerprint.combine(file.storedBytes(of: key))
        }
        for entry in file.entries {
            fingerprint.combine("\(entry.name) \(entry.code) \(entry.shape)")
            fingerprint.combine(count: entry.bytes.count) { file.read(entry, $0, into: $1) }
        }
    }
}

extension GenerationConfiguration {
    /// The special tokens of a configuration.
    init(_ configuration: TransformerConfiguration) {
        self.init(
            beginTokenID: configuration.beginTokenID, endTokenIDs: configuration.endTokenIDs, padTokenID: configuration.padTokenID)
    }
}

extension ModelNotes {
    /// What a GGUF file says of roles, languages and licence.
    init(_ file: GGUFFile) {
        let roles = (file.metadata["humpback.roles"]?.texts ?? []).filter { !$0.isEmpty }
        let languages = (file.metadata["general.languages"]?.texts ?? []).filter { !$0.isEmpty }
        self.init(roles: roles, languages: languages)
        if let licence = file.metadata["general.license"]?.text, !licence.isEmpty { self.licence = licence }
    }
}
