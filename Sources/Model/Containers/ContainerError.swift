import Foundation

/// What can be wrong with a file that holds a model's parts.
public enum ContainerError: Error, Sendable, Equatable {
    case missingFile(path: String, advice: String)
    case malformed(path: String, reason: String)
    case unsupported(path: String, option: String, found: String, advice: String)
    case severalModels(folder: String, names: [String])
}

extension ContainerError: CustomStringConvertible, LocalizedError {
    public var description: String {
        switch self {
        case .missingFile(let path, let advice): "\(path): the file is missing. \(advice)"
        case .malformed(let path, let reason): "\(path): \(reason). Copy or download the file again, or convert the model anew."
        case .unsupported(let path, let option, let found, let advice):
            "\(path): \(option) is \(found), which Humpback does not run. \(advice)"
        case .severalModels(let folder, let names):
            "\(folder): the folder holds several models (\(names.joined(separator: ", "))). Name one of the files."
        }
    }

    public var errorDescription: String? { description }
}
