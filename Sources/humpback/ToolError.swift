/// What keeps the tool itself from running.
enum ToolError: Error, CustomStringConvertible {
    case exists(path: String)

    var description: String {
        switch self {
        case .exists(let path): "\(path) exists already; name another place, or give --force to replace it."
        }
    }
}
