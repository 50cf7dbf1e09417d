/// A command line that says nothing the tool can do; the exit status is 64.
enum UsageError: Error, Equatable, CustomStringConvertible {
    case unknownCommand(String, suggestion: String?)
    case unfinishedCommand(String, completions: [String])
    case unknownOption(String, advice: String)
    case repeated(String)
    case missingValue(String, valueName: String)
    case superfluousValue(String, found: String)
    case badValue(String, found: String, expected: String, advice: String = "")
    case missingOperand(String)
    case unexpectedOperand(String)
    /// Options that do not go together, or one that lacks another; the text says which.
    case combination(String)

    var description: String {
        switch self {
        case .unknownCommand(let word, let suggestion):
            "there is no command \(word)." + meant(suggestion)
        case .unfinishedCommand(let word, let completions):
            "\(word) is a family of commands; say \(completions.joined(separator: " or "))."
        case .unknownOption(let flag, let advice):
            "there is no option \(flag)." + (advice.isEmpty ? "" : " " + advice)
        case .repeated(let flag):
            "\(flag) is given twice; say it once."
        case .missingValue(let flag, let valueName):
            "\(flag) needs a value: \(flag) \(valueName) (\(flag)=-x for one that begins with a dash)."
        case .superfluousValue(let flag, let found):
            "\(flag) is a switch and takes no value, and got \"\(found)\"."
        case .badValue(let flag, let found, let expected, let advice):
            "\(flag) expects \(expected), and got \"\(found)\"." + (advice.isEmpty ? "" : " " + advice)
        case .missingOperand(let usage):
            "\(usage.replacing("...", with: "")) is missing."
        case .unexpectedOperand(let word):
            "\"\(word)\" is more than this command takes."
        case .combination(let text):
            text
        }
    }

    private func meant(_ suggestion: String?) -> String { suggestion.map { " Did you mean \($0)?" } ?? "" }
}
