import Containers
import Foundation
import Ground

/// What can be wrong with a model folder, its files, or the request to load it.
public enum ModelError: Error, Sendable, Equatable {
    case missingFolder(path: String)
    /// What is wrong with a GGUF file, or cannot be read from any file.
    case container(ContainerError)
    case missingFile(path: String, advice: String)
    case malformed(path: String, reason: String)
    /// A humpback.json that says something that nobody reads, or not in the way that it is read.
    case badNote(path: String, reason: String)
    case unsupported(path: String, option: String, found: String, supported: [String])
    case missingBase(path: String, base: String?, searched: [String])
    case wrongBase(path: String, base: String, expected: String, found: String)
    case missingTensor(path: String, name: String)
    case wrongShape(path: String, name: String, expected: [Int], found: [Int])
    case notEnoughMemory(needed: Int, available: Int, advice: String)
    case alreadyExists(path: String)
    case notReplaceable(path: String, reason: String)
    case cannotWrite(path: String, reason: String)
}

extension ModelError {
    /// Does what may fail in a file of parts, as one of this room's errors.
    static func wrap<Result>(_ body: () throws(ContainerError) -> Result) throws(ModelError) -> Result {
        do throws(ContainerError) { return try body() } catch { throw .container(error) }
    }

    /// Writes a file that is there whole or not at all.
    package static func writing(_ url: URL, _ body: (AtomicFile.Writer) throws -> Void) throws(ModelError) {
        do { try AtomicFile.write(to: url.path, body) } catch { throw wrapped(error, path: url.path) }
    }

    /// Fills a folder that is there whole or not at all.
    static func filling(_ url: URL, replacing: Bool, _ body: (URL) throws -> Void) throws(ModelError) {
        let refusal: ((URL) -> String?)? = replacing ? { ModelFolder.refusalToReplace($0) } : nil
        do { try AtomicFolder.write(url, replacing: refusal, body) } catch { throw wrapped(error, path: url.path) }
    }

    private static func wrapped(_ error: any Error, path: String) -> ModelError {
        switch error {
        case let error as ModelError: error
        case FileError.exists: .alreadyExists(path: path)
        case FileError.notReplaceable(_, let reason): .notReplaceable(path: path, reason: reason)
        case FileError.cannotWrite(_, let reason), FileError.cannotOpen(_, let reason): .cannotWrite(path: path, reason: reason)
        case FileError.diskFull: .cannotWrite(path: path, reason: "no space is left on the device")
        default: .cannotWrite(path: path, reason: error.localizedDescription)
        }
    }
}

extension ModelError: CustomStringConvertible, LocalizedError {
    public var description: String {
        switch self {
        case .missingFolder(let path):
            "\(path): no such model folder or file. Give a folder that holds config.json and model.safetensors, or a .gguf file."
        case .container(let error): error.description
        case .missingFile(let path, let advice):
            "\(path): the file is missing. \(advice)"
        case .malformed(let path, let reason):
            "\(path): \(reason). Copy or download the file again, or convert the model anew."
        case .badNote(let path, let reason):
            "\(path): \(reason). It is a small file to be mended by hand: CONTRIBUTING.md lists its keys."
        case .unsupported(let path, let option, let found, let supported):
            "\(path): \(option) is \(found), which Humpback does not run. Supported: \(supported.joined(separator: ", "))."
        case .missingBase(let path, let base?, let searched):
            "\(path): the base of these adapters is \(base), and there is no such model (looked for \(searched.joined(separator: ", "))). "
                + (base.contains(ModelCache.defaultName) ? "\(ModelCache.advice), which it is. Else put" : "Put")
                + " the base there, write its path into base_model_name_or_path, or make a model with `humpback merge BASE ADAPTER OUT`."
        case .missingBase(let path, nil, _):
            "\(path): the adapters do not name their base. Write its path into base_model_name_or_path, or make a model with "
                + "`humpback merge BASE ADAPTER OUT`."
        case .wrongBase(let path, let base, let expected, let found):
            "\(path): these adapters were trained on a base with the fingerprint \(expected), and \(base) has \(found). "
                + "Give them their own base: write its path into base_model_name_or_path, or train them anew on this one with "
                + "`humpback finetune --base \(base) --lora-rank R`."
        case .missingTensor(let path, let name):
            "\(path): the tensor \(name) is missing, which the configuration calls for. The weights belong to another configuration."
        case .wrongShape(let path, let name, let expected, let found):
            "\(path): the tensor \(name) has the shape \(found), but the configuration calls for \(expected). "
                + "The weights belong to another configuration."
        case .notEnoughMemory(let needed, let available, let advice):
            "The model needs \(Figures.size(needed)) of memory, and \(Figures.size(available)) are free. \(advice)"
        case .notReplaceable(let path, let reason): FileError.notReplaceable(path: path, reason: reason).description
        case .alreadyExists(let path):
            "\(path) exists already. Choose another name, or say that it may be replaced."
        case .cannotWrite(let path, let reason):
            "\(path) cannot be written: \(reason)."
        }
    }

    public var errorDescription: String? { description }
}
