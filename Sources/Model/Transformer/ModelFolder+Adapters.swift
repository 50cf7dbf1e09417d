import Foundation

/// A folder of adapters opens as the model that they make of their base.
extension ModelFolder {
    /// Whether the weights are a base's with adapters added.
    public var hasAdapters: Bool { weightsDirectory != directory }

    /// The folder whose tokenizer belongs to the model: this one, or the base of adapters that come without a tokenizer.
    public var tokenizerDirectory: URL { Self.tokenizerDirectory(directory, weightsDirectory) }

    /// The folder whose tokenizer belongs to the model of this folder, found without opening the model.
    public static func tokenizerDirectory(of directory: URL) throws(ModelError) -> URL {
        holdsAdaptersAlone(directory) ? tokenizerDirectory(directory, try base(ofAdapters: directory)) : directory
    }

    /// The base that adapters name: that path from the working directory, from the adapters' folder, or from one of the four above it, or
    /// the model of that name in the cache.
    public static func base(ofAdapters directory: URL, cache: ModelCache = ModelCache()) throws(ModelError) -> URL {
        let (_, name) = try AdapterFolder.settings(directory: directory)
        let configuration = directory.appending(path: AdapterFolder.configurationName).path
        guard let name, !name.isEmpty else { throw .missingBase(path: configuration, base: nil, searched: []) }
        var places = [URL(filePath: name)]
        if !name.hasPrefix("/") {
            var above = directory.standardizedFileURL
            for _ in 0..<5 where above.path != "/" {
                places.append(above.appending(path: name).standardizedFileURL)
                above = above.deletingLastPathComponent()
            }
        }
        let found = places.first { holdsModel($0) && !holdsAdaptersAlone($0) } ?? cache.model(named: name)
        guard let found else {
            throw .missingBase(path: configuration, base: name, searched: places.map(\.path) + [cache.place(of: name).path])
        }
        return found
    }

    /// Throws where the base was found by its name alone, in the cache, and is not the one that the adapters were trained on.
    ///
    /// A base that a path names is taken as it is: adapters may stand on a copy in another format.
    func requireOwnBase(cache: ModelCache = ModelCache()) throws(ModelError) {
        let hasOwnNotes = FileManager.default.fileExists(atPath: directory.appending(path: Self.notesName).path)
        guard hasAdapters, hasOwnNotes, let wanted = notes.base,
            cache.reference(to: weightsDirectory) != weightsDirectory.relativePath
        else { return }
        let found = try ModelFolder(directory: weightsDirectory).fingerprint()
        if found != wanted {
            throw .wrongBase(path: directory.path, base: weightsDirectory.path, expected: wanted, found: found)
        }
    }

    /// Whether a folder holds adapters and no weights of its own.
    static func holdsAdaptersAlone(_ directory: URL) -> Bool {
        AdapterFolder.isAdapterFolder(directory)
            && ![Checkpoint.fileName, Checkpoint.indexName].contains {
                FileManager.default.fileExists(atPath: directory.appending(path: $0).path)
            }
    }

    /// The file of this name in the first of two folders that has it.
    static func place(_ name: String, _ first: URL, _ second: URL) -> URL {
        let own = first.appending(path: name)
        return FileManager.default.fileExists(atPath: own.path) ? own : second.appending(path: name)
    }

    private static func tokenizerDirectory(_ directory: URL, _ base: URL) -> URL {
        let names = ["tokenizer.json", "tokenizer.model", "vocab.json"]
        return names.contains { FileManager.default.fileExists(atPath: directory.appending(path: $0).path) } ? directory : base
    }
}
