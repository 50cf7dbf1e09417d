import Foundation
import Tensors

extension ModelFolder {
    /// Writes a whole model folder, which appears under its name only when all of it is there, and opens it.
    ///
    /// - Parameters:
    ///   - files: further files by name, a tokenizer's for example.
    ///   - tokenizerOf: a folder whose tokenizer files are copied as they stand; `files` win over them.
    ///   - replacing: whether an existing folder of that name may be replaced.
    @discardableResult
    public static func save<R: Real>(
        _ parameters: Parameters<R>, as storage: StorageFormat = .float32, generation: GenerationConfiguration? = nil,
        notes: ModelNotes = ModelNotes(), files: [String: Data] = [:], tokenizerOf source: URL? = nil, replacing: Bool = false,
        to directory: URL
    ) throws(ModelError) -> ModelFolder {
        let configuration = parameters.configuration
        let generation =
            generation
            ?? GenerationConfiguration(
                beginTokenID: configuration.beginTokenID, endTokenIDs: configuration.endTokenIDs, padTokenID: configuration.padTokenID)
        try AtomicWrite.folder(directory, replacing: replacing) { part in
            try configuration.json(storage: storage).write(to: part.appending(path: configurationName))
            try generation.json().write(to: part.appending(path: generationName))
            try sortedJSON(notes).write(to: part.appending(path: notesName))
            if let source {
                for name in tokenizerNames where FileManager.default.fileExists(atPath: source.appending(path: name).path) {
                    try FileManager.default.copyItem(at: source.appending(path: name), to: part.appending(path: name))
                }
            }
            for (name, content) in files { try content.write(to: part.appending(path: name)) }
            try SafetensorsWriter.write(parameters.named, as: storage, to: part.appending(path: Checkpoint.fileName))
        }
        return try ModelFolder(directory: directory)
    }
}
