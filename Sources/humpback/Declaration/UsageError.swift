/// A command line that says nothing the tool can do; the exit status is 64.
enum UsageError: Error, Equatable, CustomStringConvertible {
    case unknownCommand(String, suggestion: String?)
    case unfinishedCommand(String, completions: [String])
    case unknownOption(String, suggestion: String?)
    case repeated(String)
    case missingValue(String, valueName: String)
    case superfluousValue(String, found: String)
    case badValue(String, found: String, expected: String)
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
        case .unknownOption(let flag, let suggestion):
            "there is no option \(flag)." + meant(suggestion)
        case .repeated(let flag):
            "\(flag) is given twice; say it once."
        case .missingValue(let flag, let valueName):
            "\(flag) needs a value: \(flag) \(valueName) (\(flag)=-x for one that begins with a dash)."
        case .superfluousValue(let flag, let found):
            "\(flag) is a switch and takes no value, and got \"\(found)\"."
        case .badValue(let flag, let found, let expected):
            "\(flag) expects \(expected), and got \"\(found)\"."
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

/// The candidate that a mistyped word most likely meant, if any is near enough.
func nearest(to word: String, among candidates: [String]) -> String? {
    let typed = Array(word.lowercased().utf8)
    guard !typed.isEmpty else { return nil }
    let ranked = candidates.map { candidate in
        let letters = Array(candidate.utf8)
        let begins = typed.count >= 3 && letters.starts(with: typed)
        return (candidate, distance: begins ? 1 : editDistance(typed, letters))
    }
    guard let best = ranked.min(by: { ($0.distance, $0.0) < ($1.distance, $1.0) }) else { return nil }
    return best.distance <= max(1, min(3, typed.count / 3)) ? best.0 : nil
}

/// The number of letters to insert, delete, replace or swap with their neighbour to turn one word into the other.
private func editDistance(_ one: [UInt8], _ other: [UInt8]) -> Int {
    var beforeLast = [Int](repeating: 0, count: other.count + 1)
    var last = Array(0...other.count)
    for (i, letter) in one.enumerated() {
        var row = [i + 1] + [Int](repeating: 0, count: other.count)
        for (j, target) in other.enumerated() {
            row[j + 1] = min(last[j] + (letter == target ? 0 : 1), last[j + 1] + 1, row[j] + 1)
            if i > 0, j > 0, letter == other[j - 1], one[i - 1] == target { row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1) }
        }
        (beforeLast, last) = (last, row)
    }
    return last[other.count]
}
