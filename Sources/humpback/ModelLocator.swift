import Endpoint
import Foundation
import Inference
import LanguageModels
import Records
import Tokenization
import Transformer

/// Where models are: the one file that knows which backend answers to which name.
enum ModelLocator {
    /// The variable that names the folder of models, for an executable that was moved away from its project.
    static let variable = "HUMPBACK_MODELS"
    static let defaultName = "calf"

    /// The folder of a model: the one given, or the default model's for this role; `nil` is the plain base.
    static func folder(_ given: String?, for role: ModelRole?, flag: String = "--model") throws(ModelLocatorError) -> URL {
        if let given { return URL(filePath: given) }
        var searched: [String] = []
        for place in modelPlaces() {
            let calf = place.appending(path: defaultName)
            for folder in [calf.appending(path: role?.rawValue ?? "base"), calf] {
                if ModelFolder.holdsModel(folder) { return folder }
            }
            searched.append(calf.path)
        }
        throw .noDefault(flag: flag, searched: searched)
    }

    /// Opens the model that the arguments name, or the default one of the role; a model trained for other roles is refused, before its
    /// weights are read, with the command that makes the right one.
    static func open(_ arguments: Arguments, for role: ModelRole?) async throws -> any LanguageModel {
        try await open(arguments[SharedOptions.model], arguments, for: role)
    }

    /// As above, of a model that is named apart; nil is the default one.
    static func open(_ given: String?, _ arguments: Arguments, for role: ModelRole?) async throws -> any LanguageModel {
        if let given, EndpointAddress.isAddress(given) { return try remote(given, arguments, for: role) }
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
            directory: place, precision: arguments[SharedOptions.precision], threads: arguments.threadCount,
            sequences: arguments[SharedOptions.batch], cacheBytes: arguments[SharedOptions.keyValueMemory] << 20,
            cache: arguments.packedCache, sharesPrefixes: !arguments[SharedOptions.noSharedPrefixes])
    }

    /// Opens a model by the path of its folder or file, or by the address of a server, whatever its roles.
    static func open(named name: String, _ arguments: Arguments) throws -> any LanguageModel {
        EndpointAddress.isAddress(name) ? try remote(name, arguments, for: .forward) : try open(URL(filePath: name), arguments)
    }

    /// Whether the arguments name a model of a server.
    static func isRemote(_ arguments: Arguments) -> Bool { arguments[SharedOptions.model].map(EndpointAddress.isAddress) ?? false }

    /// A model of a server, for the roles that only ask for text; says where the records go.
    private static func remote(_ given: String, _ arguments: Arguments, for role: ModelRole?) throws -> any LanguageModel {
        let address = try EndpointAddress(given)
        guard role != nil else { throw EndpointError.noLogLikelihoods(model: given) }
        if !address.isLoopback {
            complain(
                "The records of this run leave this machine: each is sent to \(address.host), for the model \(address.model)"
                    + (address.isPlain ? ", in the open (http)." : "."))
        }
        let key = ProcessInfo.processInfo.environment[EndpointModel.keyVariable]
        return try EndpointModel(address: address, requests: arguments[SharedOptions.batch], key: key)
    }

    /// A tokenizer: a model folder's, the default base model's, or that of one file (tokenizer.json, .model, .tiktoken, .gguf).
    static func tokenizer(_ given: String?) throws -> Tokenizer {
        let place = try folder(given, for: nil)
        return try Tokenizer(at: ModelFolder.tokenizerDirectory(of: place))
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
    case wrongRole(model: String, roles: [String], wanted: ModelRole)

    var description: String {
        switch self {
        case .noDefault(let flag, let searched):
            "no \(flag) is given, and there is no default model"
                + (searched.isEmpty ? "" : " in \(searched.joined(separator: " or "))")
                + "; give a model folder, or set \(ModelLocator.variable) to the folder that holds \(ModelLocator.defaultName)."
        case .wrongRole(let model, let roles, let wanted):
            "\(model) was trained as \(roles.joined(separator: " and ")), and this asks a \(wanted.rawValue) model; make one with "
                + "`humpback finetune --role \(wanted.rawValue) --seed-data seed.jsonl --out DIR`, then give `--model DIR`."
        }
    }
}
