import Foundation
import Tensors

extension ModelFolder {
    /// Writes a whole model folder, which appears under its name only when all of it is there, and opens it.
    ///
    /// - Parameters:
    ///   - files: further files by name, a tokenizer's for example.
    ///   - tokenizerOf: a folder whose tokenizer files are copied as they stand; `files` win over them.
    ///   - folders: folders that move in under their own names, such as that of the adapters that were merged.
    ///   - replacing: whether an existing folder of that name may be replaced.
    @discardableResult
    public static func save<R: Real>(
        _ parameters: Parameters<R>, as storage: StorageFormat = .float32, generation: GenerationConfiguration? = nil,
        notes: ModelNotes = ModelNotes(), files: [String: Data] = [:], folders: [URL] = [], tokenizerOf source: URL? = nil,
        replacing: Bool = false, to directory: URL
    ) throws(ModelError) -> ModelFolder {
        try save(
            parameters.configuration, as: storage, generation: generation, notes: notes, files: files, folders: folders,
            tokenizerOf: source, replacing: replacing, to: directory
        ) { (place) throws(ModelError) in try SafetensorsWriter.write(parameters.named, as: storage, to: place) }
    }

    /// Writes a model folder with the weights of another model, some rows at a time, so that they are never in memory as a whole.
    @discardableResult
    public static func save(
        weightsOf model: ModelFolder, as storage: StorageFormat, generation: GenerationConfiguration? = nil,
        notes: ModelNotes, files: [String: Data] = [:], tokenizerOf source: URL? = nil, replacing: Bool = false, to directory: URL
    ) throws(ModelError) -> ModelFolder {
        let checkpoint = try model.checkpoint()
        var items: [SafetensorsWriter.Item] = []
        for entry in ParameterLayout(model.configuration).entries {
            items.append(SafetensorsWriter.Item(name: entry.name, shape: entry.shape, rows: try checkpoint.rows(entry)))
        }
        let all = items
        return try save(
            model.configuration, as: storage, generation: generation ?? model.generation, notes: notes, files: files, tokenizerOf: source,
            replacing: replacing, to: directory
        ) { (place) throws(ModelError) in try SafetensorsWriter.write(all, as: storage, to: place) }
    }

    private static func save(
        _ configuration: TransformerConfiguration, as storage: StorageFormat, generation: GenerationConfiguration?, notes: ModelNotes,
        files: [String: Data], folders: [URL] = [], tokenizerOf source: URL?, replacing: Bool, to directory: URL,
        weights: (URL) throws(ModelError) -> Void
    ) throws(ModelError) -> ModelFolder {
        let generation = generation ?? GenerationConfiguration(configuration)
        try ModelError.filling(directory, replacing: replacing) { part in
            try configuration.json(storage: storage).write(to: part.appending(path: configurationName))
            try generation.json().write(to: part.appending(path: generationName))
            try notes.write(to: part)
            if let source {
                for name in tokenizerNames where FileManager.default.fileExists(atPath: source.appending(path: name).path) {
                    try FileManager.default.copyItem(at: source.appending(path: name), to: part.appending(path: name))
                }
            }
            for (name, content) in files { try content.write(to: part.appending(path: name)) }
            try weights(part.appending(path: Checkpoint.fileName))
            for folder in folders { try FileManager.default.moveItem(at: folder, to: part.appending(path: folder.lastPathComponent)) }
        }
        return try ModelFolder(directory: directory)
    }

    /// Why another model may not take this folder's place; nil where it is a model's or adapters', with their weights.
    public static func refusalToReplace(_ directory: URL) -> String? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        let isModel = names.contains { [configurationName, AdapterFolder.configurationName].contains($0) }
        let hasWeights = names.contains { name in [".safetensors", ".bin", ".gguf"].contains { name.hasSuffix($0) } }
        return isModel && hasWeights ? nil : "it is no model folder"
    }
}
