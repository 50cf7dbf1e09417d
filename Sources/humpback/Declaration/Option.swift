/// One choice on the command line, declared once: parsing, help and shell completion all read it here.
///
/// An option that may be absent without a default has an optional `Value`.
struct Option<Value: Sendable>: DeclaredOption {
    let declaration: OptionDeclaration
    /// What holds where the option is not given.
    let fallback: Value
    /// The value of the words given, in their order; the declaration has already refused what cannot be read.
    let read: @Sendable ([String]) -> Value?
}

extension Option {
    /// The same option under another name, for a command in which this name means something else.
    func named(_ name: String) -> Option {
        var renamed = declaration
        renamed.name = name
        return Option(declaration: renamed, fallback: fallback, read: read)
    }
}

/// An option of any value, as a command lists it.
protocol DeclaredOption: Sendable {
    var declaration: OptionDeclaration { get }
}

/// What parser, help and completion know of an option.
struct OptionDeclaration: Sendable {
    /// What a shell offers after the option.
    enum Completion: Sendable, Equatable { case nothing, file, folder, choices([String]) }

    var name: String
    var short: Character?
    /// What stands for the value in help; nil for a switch, which takes none.
    var valueName: String?
    var completion: Completion = .nothing
    /// Whether it may be given several times.
    var repeats = false
    var summary: String
    /// The range or list of what is allowed, for help and for the error.
    var expectation: String?
    var defaultText: String?
    /// Whether a word can be read as a value.
    var accepts: @Sendable (String) -> Bool = { _ in true }

    var flag: String { "--\(name)" }
}

extension Option where Value == Bool {
    static func flag(_ name: String, short: Character? = nil, _ summary: String) -> Option {
        Option(declaration: OptionDeclaration(name: name, short: short, summary: summary), fallback: false) { _ in true }
    }
}

extension Option where Value == String? {
    static func text(_ name: String, _ valueName: String, _ summary: String) -> Option {
        Option(declaration: OptionDeclaration(name: name, valueName: valueName, summary: summary), fallback: nil) { .some($0.last) }
    }

    static func file(_ name: String, short: Character? = nil, as valueName: String = "FILE", _ summary: String) -> Option {
        path(name, short: short, valueName, completion: .file, summary)
    }

    static func folder(_ name: String, as valueName: String = "DIR", _ summary: String) -> Option {
        path(name, short: nil, valueName, completion: .folder, summary)
    }

    private static func path(
        _ name: String, short: Character?, _ valueName: String, completion: OptionDeclaration.Completion, _ summary: String
    ) -> Option {
        let declaration = OptionDeclaration(
            name: name, short: short, valueName: valueName, completion: completion, summary: summary, expectation: "a path",
            accepts: { !$0.isEmpty })
        return Option(declaration: declaration, fallback: nil) { .some($0.last) }
    }
}

extension Option where Value == [String] {
    static func texts(_ name: String, _ valueName: String, _ summary: String) -> Option {
        Option(declaration: OptionDeclaration(name: name, valueName: valueName, repeats: true, summary: summary), fallback: []) { $0 }
    }

    /// A file that may be named several times.
    static func files(_ name: String, as valueName: String = "FILE", _ summary: String) -> Option {
        let declaration = OptionDeclaration(
            name: name, valueName: valueName, completion: .file, repeats: true, summary: summary, expectation: "a path",
            accepts: { !$0.isEmpty })
        return Option(declaration: declaration, fallback: []) { $0 }
    }
}

extension Option where Value == Int {
    static func integer(
        _ name: String, as valueName: String = "N", _ range: ClosedRange<Int>, default value: Int, _ summary: String
    ) -> Option {
        let declaration = integerDeclaration(name, valueName, range, defaultText: String(value), summary)
        return Option(declaration: declaration, fallback: value) { $0.last.flatMap { Int($0) } }
    }
}

extension Option where Value == Int? {
    static func integer(_ name: String, as valueName: String = "N", _ range: ClosedRange<Int>, _ summary: String) -> Option {
        let declaration = integerDeclaration(name, valueName, range, defaultText: nil, summary)
        return Option(declaration: declaration, fallback: nil) { .some($0.last.flatMap { Int($0) }) }
    }
}

extension Option where Value == Double {
    static func number(
        _ name: String, as valueName: String = "X", _ range: ClosedRange<Double>, default value: Double, _ summary: String
    ) -> Option {
        let declaration = numberDeclaration(name, valueName, range, defaultText: shortest(value), summary)
        return Option(declaration: declaration, fallback: value) { $0.last.flatMap { Double($0) } }
    }
}

extension Option where Value == Double? {
    static func number(_ name: String, as valueName: String = "X", _ range: ClosedRange<Double>, _ summary: String) -> Option {
        let declaration = numberDeclaration(name, valueName, range, defaultText: nil, summary)
        return Option(declaration: declaration, fallback: nil) { .some($0.last.flatMap { Double($0) }) }
    }
}

extension Option where Value == UInt64 {
    static func seed(_ summary: String) -> Option {
        let declaration = OptionDeclaration(
            name: "seed", valueName: "N", summary: summary, expectation: "a whole number of at least 0", defaultText: "0",
            accepts: { UInt64($0) != nil })
        return Option(declaration: declaration, fallback: 0) { $0.last.flatMap { UInt64($0) } }
    }
}

extension Option {
    /// Words of a fixed list; may be repeated.
    static func choices<Choice>(_ name: String, _ summary: String) -> Option
    where Value == [Choice], Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
        let words = Choice.allCases.map(\.rawValue)
        let declaration = OptionDeclaration(
            name: name, valueName: words.joined(separator: "|"), completion: .choices(words), repeats: true, summary: summary,
            expectation: oneOf(words), accepts: { words.contains($0) })
        return Option(declaration: declaration, fallback: []) { $0.compactMap(Choice.init(rawValue:)) }
    }
}

extension Option {
    /// A word of a fixed list, or nothing where something else decides.
    static func choice<Choice>(_ name: String, _ summary: String) -> Option
    where Value == Choice?, Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
        let words = Choice.allCases.map(\.rawValue)
        let declaration = OptionDeclaration(
            name: name, valueName: words.joined(separator: "|"), completion: .choices(words), summary: summary,
            expectation: oneOf(words), accepts: { words.contains($0) })
        return Option(declaration: declaration, fallback: nil) { .some($0.last.flatMap(Choice.init(rawValue:))) }
    }
}

extension Option where Value == Int? {
    /// A size in bytes: digits, and K, M or G for the powers of 1,024.
    static func bytes(_ name: String, _ summary: String) -> Option {
        let declaration = OptionDeclaration(
            name: name, valueName: "BYTES", summary: summary, expectation: "a size of at least 1M, such as 800M, 4G or 6.5G",
            accepts: { byteCount($0).map { $0 >= 1 << 20 } ?? false })
        return Option(declaration: declaration, fallback: nil) { .some($0.last.flatMap(byteCount)) }
    }
}

/// A number of bytes as people write it: 1048576, 512K, 800M, 6.5G, 4GiB.
func byteCount(_ word: String) -> Int? {
    let upper = word.uppercased()
    let digits = upper.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let powers = ["": 0, "B": 0, "K": 10, "KB": 10, "KIB": 10, "M": 20, "MB": 20, "MIB": 20, "G": 30, "GB": 30, "GIB": 30]
    guard let number = Double(digits), let power = powers[String(upper.dropFirst(digits.count))] else { return nil }
    let bytes = number * Double(1 << power)
    return bytes < 1e18 ? Int(bytes) : nil
}

extension Option where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    static func choice(_ name: String, as valueName: String? = nil, default value: Value, _ summary: String) -> Option {
        choice(name, as: valueName, among: Array(Value.allCases), default: value, summary)
    }

    /// - Parameter valueName: stands for a list of words that is too long for a line.
    static func choice(
        _ name: String, as valueName: String? = nil, among allowed: [Value], default value: Value, _ summary: String
    ) -> Option {
        let words = allowed.map(\.rawValue)
        let declaration = OptionDeclaration(
            name: name, valueName: valueName ?? words.joined(separator: "|"), completion: .choices(words), summary: summary,
            expectation: oneOf(words), defaultText: value.rawValue, accepts: { words.contains($0) })
        return Option(declaration: declaration, fallback: value) { $0.compactMap { Value(rawValue: $0) }.last }
    }
}

private func integerDeclaration(
    _ name: String, _ valueName: String, _ range: ClosedRange<Int>, defaultText: String?, _ summary: String
) -> OptionDeclaration {
    let bound =
        range.upperBound == .max
        ? "a whole number of at least \(range.lowerBound)"
        : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    return OptionDeclaration(
        name: name, valueName: valueName, summary: summary, expectation: bound, defaultText: defaultText,
        accepts: { Int($0).map(range.contains) ?? false })
}

private func numberDeclaration(
    _ name: String, _ valueName: String, _ range: ClosedRange<Double>, defaultText: String?, _ summary: String
) -> OptionDeclaration {
    let bound =
        range.upperBound == .greatestFiniteMagnitude
        ? "a number of at least \(shortest(range.lowerBound))"
        : "a number from \(shortest(range.lowerBound)) to \(shortest(range.upperBound))"
    return OptionDeclaration(
        name: name, valueName: valueName, summary: summary, expectation: bound, defaultText: defaultText,
        accepts: { Double($0).map { $0.isFinite && range.contains($0) } ?? false })
}

private func oneOf(_ words: [String]) -> String {
    words.count < 2 ? words.joined() : "one of " + words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
}

/// The number without needless digits.
func shortest(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e9 ? String(Int(value)) : "\(value)"
}
