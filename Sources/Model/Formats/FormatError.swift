import Foundation

/// Why a model cannot become one of another format.
public enum FormatError: Error, Sendable, Equatable {
    /// What was asked for does not go together, and what would.
    case unsuitable(String)
    case exists(path: String)
}

extension FormatError: LocalizedError, CustomStringConvertible {
    public var errorDescription: String? { description }

    public var description: String {
        switch self {
        case .unsuitable(let reason): reason
        case .exists(let path): "\(path) exists already; name another place, or give --force to replace it."
        }
    }
}
