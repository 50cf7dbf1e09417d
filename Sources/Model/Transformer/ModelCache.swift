import Foundation

/// The folder of models that were fetched once, for all commands to take: `examples/get-model.sh` puts the default model there.
///
/// A place is the folder that `HUMPBACK_CACHE` names, else `humpback` in `XDG_CACHE_HOME`, else `~/.cache/humpback`.
public struct ModelCache: Sendable, Equatable {
    /// The variable that names the folder.
    public static let variable = "HUMPBACK_CACHE"
    /// The model that the script fetches.
    public static let defaultName = "SmolLM2-135M-Instruct"
    /// How a person gets it.
    public static let advice = "examples/get-model.sh fetches \(defaultName)"

    public let directory: URL

    public init(directory: URL) { self.directory = directory }

    /// The cache of this process's user.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        func folder(_ name: String) -> URL? { environment[name].flatMap { $0.isEmpty ? nil : URL(filePath: $0) } }
        let home = folder("HOME") ?? FileManager.default.homeDirectoryForCurrentUser
        directory =
            folder(Self.variable) ?? (folder("XDG_CACHE_HOME") ?? home.appending(path: ".cache")).appending(path: "humpback")
    }

    /// The model of this name: a folder or file of exactly it, else the first .gguf file by name that begins with it and a period, as
    /// quantised files do. Of a name with an owner ("owner/name"), and of a path, the last part counts.
    public func model(named name: String) -> URL? {
        let exact = place(of: name)
        let name = exact.lastPathComponent
        if ModelFolder.holdsModel(exact) { return exact }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        return names.sorted().first { $0.hasPrefix(name + ".") && $0.hasSuffix(".gguf") }.map { directory.appending(path: $0) }
    }

    /// Where a model of this name would be.
    func place(of name: String) -> URL { directory.appending(path: URL(filePath: name).lastPathComponent) }

    /// The default model, or nil where nobody fetched it.
    public var defaultModel: URL? { model(named: Self.defaultName) }

    /// What other files call a model by: its name where it is in the cache, so that they mean the same on another machine, else its path.
    public func reference(to model: URL) -> String {
        let place = model.standardizedFileURL
        let isHere = place.deletingLastPathComponent().path == directory.standardizedFileURL.path
        return isHere ? place.lastPathComponent : model.relativePath
    }
}
