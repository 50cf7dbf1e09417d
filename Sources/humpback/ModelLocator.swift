import Endpoint
import Foundation
import Ground
import Inference
import LanguageModels
import Records
import Synchronization
import Tokenization
import Transformer

/// Where models are: the one file that knows which backend answers to which name.
enum ModelLocator {
    /// The variable that names the folder of models, for an executable that was moved away from its project.
    static let variable = "HUMPBACK_MODELS"

    /// The folder of a model: the one given, or the default model's for this role; `nil` is the plain base. Says so where it is the toy.
    static func folder(_ given: String?, for role: ModelRole?, flag: String = "--model") throws(ModelLocatorError) -> URL {
        if let given { return URL(filePath: given) }
        let (places, cache) = (modelPlaces(), ModelCache())
        if FileStatus.isRegularFile(cache.directory.path) { throw .cacheIsFile(cache.directory.path) }
        guard let model = DefaultModel(for: role, among: places, cache: cache) else {
            if role == .judge, DefaultModel(for: nil, among: places, cache: cache) != nil { throw .noJudge }
            throw .noDefault(flag: flag, searched: places.map(\.path))
        }
        if model.isToy { tellOfToy(cache) }
        return model.place
    }

    /// Whether there is a default model that gives scores.
    static var hasJudge: Bool { DefaultModel(for: .judge, among: modelPlaces(), cache: ModelCache()) != nil }

    /// Opens the model that the arguments name, or the default one of the role; a model trained for other roles is refused, before its
    /// weights are read, with the command that makes the right one.
    static func open(_ arguments: Arguments, for role: ModelRole?) async throws -> any LanguageModel {
        try await open(arguments[SharedOptions.model], arguments, for: role)
    }

    /// As above, of a model that is named apart; nil is the default one.
    static func open(_ given: String?, _ arguments: Arguments, for role: ModelRole?) async throws -> any LanguageModel {
        if let given, EndpointAddress.isAddress(given) { return try RemoteModels.open(given, arguments) }
        let place = try folder(given, for: role)
        let roles = try ModelFolder(directory: place).notes.roles
        if let role, !roles.isEmpty, !roles.contains(role.rawValue) {
            throw ModelLocatorError.wrongRole(model: place.relativePath, roles: roles, wanted: role)
        }
        return try open(place, arguments)
    }

    /// What each of the named models was trained for, by its notes; nothing of their weights is read. Nil is the default model of the role.
    static func roles(of models: [String?], for role: ModelRole) throws -> [(name: String, roles: [ModelRole])] {
        try models.map { given in
            if let given, EndpointAddress.isAddress(given) { return (given, []) }
            let place = try folder(given, for: role)
            return (place.relativePath, try ModelFolder(directory: place).notes.roles.compactMap(ModelRole.init(rawValue:)))
        }
    }

    /// Opens the model of a folder, whatever its roles.
    static func open(_ place: URL, _ arguments: Arguments) throws -> any LanguageModel {
        try LocalModel(
            directory: place, name: name(of: place), precision: arguments[SharedOptions.precision], threads: arguments.threadCount,
            sequences: arguments[SharedOptions.batch], cacheBytes: arguments[SharedOptions.keyValueMemory] << 20,
            cache: arguments.packedCache, sharesPrefixes: !arguments[SharedOptions.noSharedPrefixes])
    }

    /// Opens a model by the path of its folder or file, or by the address of a server, whatever its roles.
    static func open(named name: String, _ arguments: Arguments) throws -> any LanguageModel {
        EndpointAddress.isAddress(name) ? try RemoteModels.open(name, arguments) : try open(URL(filePath: name), arguments)
    }

    /// Whether the arguments name a model of a server.
    static func isRemote(_ arguments: Arguments) -> Bool { arguments[SharedOptions.model].map(EndpointAddress.isAddress) ?? false }

    /// A tokenizer: a model folder's, the default base model's, or that of one file (tokenizer.json, .model, .tiktoken, .gguf).
    static func tokenizer(_ given: String?) throws -> Tokenizer {
        let place = try folder(given, for: nil)
        return try Tokenizer(at: ModelFolder.tokenizerDirectory(of: place))
    }

    /// What records call the model of a folder: one that stands in a folder of models by its path in there, any other by its last part.
    private static func name(of place: URL) -> String {
        let path = place.standardizedFileURL.path
        let above = modelPlaces().map { $0.path + "/" }.first(where: path.hasPrefix)
        return above.map { String(path.dropFirst($0.count)) } ?? place.lastPathComponent
    }

    private static let toldOfToy = Atomic(false)

    /// Once, however many models a command opens.
    private static func tellOfToy(_ cache: ModelCache) {
        if !toldOfToy.exchange(true, ordering: .relaxed) { complain(DefaultModel.toyNotice(cache)) }
    }

    /// `HUMPBACK_MODELS` alone where it is set, else every `models` above the executable and the working directory.
    private static func modelPlaces() -> [URL] {
        if let set = ProcessInfo.processInfo.environment[variable], !set.isEmpty { return [URL(filePath: set)] }
        let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let here = URL(filePath: FileManager.default.currentDirectoryPath)
        var seen: Set<String> = []
        return [executable, here].flatMap(foldersUp).map { $0.appending(path: "models") }.filter { place in
            FileManager.default.fileExists(atPath: place.path) && seen.insert(place.path).inserted
        }
    }

    private static func foldersUp(from start: URL) -> [URL] {
        var folders = [start.standardizedFileURL]
        while let last = folders.last, last.path != "/" { folders.append(last.deletingLastPathComponent().standardizedFileURL) }
        return folders
    }
}

/// Why no model can be opened.
enum ModelLocatorError: Error, CustomStringConvertible {
    case noDefault(flag: String, searched: [String])
    case noJudge
    case cacheIsFile(String)
    case wrongRole(model: String, roles: [String], wanted: ModelRole)

    var description: String {
        switch self {
        case .noDefault(let flag, let searched):
            "no \(flag) is given, the default model is not there (\(ModelCache.advice)), and neither is \(DefaultModel.toy)"
                + (searched.isEmpty ? "" : " in \(searched.joined(separator: " or "))")
                + "; fetch it, or give a model folder, or set \(ModelLocator.variable) to the folder that holds \(DefaultModel.toy)."
        case .cacheIsFile(let path):
            "\(path) is a file, and \(ModelCache.variable) (or XDG_CACHE_HOME) names a folder of models; set it to the folder that the file is in, or "
                + "name the file with --model or --base."
        case .noJudge:
            "no --model is given, and the default model has no judge; leave --judge out, and likelihoods alone rate the pairs, or make one "
                + "with `humpback finetune --role judge --seed-data seed.jsonl --out J` and give `--model J`."
        case .wrongRole(let model, let roles, let wanted):
            "\(model) was trained as \(roles.joined(separator: " and ")), and this asks a \(wanted.rawValue) model; make one with "
                + "`humpback finetune --role \(wanted.rawValue) --seed-data seed.jsonl --out DIR`, then give `--model DIR`."
        }
    }
}
