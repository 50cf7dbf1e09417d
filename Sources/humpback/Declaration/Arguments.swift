import Containers

/// What a user gave to a command, read by its declaration.
struct Arguments: Sendable {
    let operands: [String]
    private let given: [String: [String]]
    private let declared: Set<String>

    subscript<Value>(_ option: Option<Value>) -> Value {
        precondition(declared.contains(option.declaration.name), "\(option.declaration.flag) is read but not declared")
        guard let words = given[option.declaration.name] else { return option.fallback }
        return option.read(words) ?? option.fallback
    }

    /// What was given to an option that not every command has that asks for it; without it what it is where nothing is said.
    func value<Value>(_ option: Option<Value>) -> Value { declares(option) ? self[option] : option.fallback }

    /// Whether the command has the option at all.
    func declares(_ option: any DeclaredOption) -> Bool { declared.contains(option.declaration.name) }
    func has(_ option: any DeclaredOption) -> Bool { hasOption(option.declaration.name) }
    func hasOption(_ name: String) -> Bool { given[name] != nil }

    /// The values that were given to an option, in their order.
    func words(given option: OptionDeclaration) -> [String] { given[option.name] ?? [] }

    /// The words that gave these options, for another command that has them, there under the names in `renamed`.
    func words(of options: [any DeclaredOption]) -> [String] { words(of: options.map(\.declaration)) }

    func words(of options: [OptionDeclaration], named renamed: [String: String] = [:]) -> [String] {
        options.flatMap { option in
            (given[option.name] ?? []).flatMap { value in
                let flag = "--\(renamed[option.name] ?? option.name)"
                // A value that begins with a dash is read only behind an equals sign.
                return option.valueName == nil ? [flag] : value.hasPrefix("-") ? ["\(flag)=\(value)"] : [flag, value]
            }
        }
    }

    /// Reads the words after the command's name.
    ///
    /// `--flag value` and `--flag=value` are the same; after `--` everything is an operand; `-` alone is an operand or a value.
    init(_ words: [String], for command: Command) throws(UsageError) {
        var operands: [String] = []
        var given: [String: [String]] = [:]
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                operands += rest
                break
            }
            guard word.hasPrefix("-"), word != "-" else {
                operands.append(word)
                continue
            }
            let (option, attached) = try Self.option(word, of: command)
            if given[option.name] != nil, !option.repeats { throw .repeated(option.flag) }
            given[option.name, default: []].append(try Self.value(of: option, of: command, attached: attached, rest: &rest))
        }
        if operands.count < command.operands.count.lowerBound, given["help"] == nil {
            throw .missingOperand(command.operands.usage)
        }
        if operands.count > command.operands.count.upperBound {
            throw .unexpectedOperand(operands[command.operands.count.upperBound])
        }
        self.operands = operands
        self.given = given
        self.declared = Set(command.options.map(\.name))
    }

    private static func option(_ word: String, of command: Command) throws(UsageError) -> (OptionDeclaration, attached: String?) {
        if word.hasPrefix("--") {
            let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts.first ?? "")
            guard let option = command.options.first(where: { $0.name == name }) else {
                throw .unknownOption("--\(name)", advice: OptionAdvice(for: name, of: command).text)
            }
            return (option, parts.count > 1 ? String(parts[1]) : nil)
        }
        let letter = word.dropFirst().first
        guard let option = command.options.first(where: { $0.short != nil && $0.short == letter }) else {
            throw .unknownOption(word, advice: OptionAdvice(for: String(word.dropFirst()), of: command).text)
        }
        let tail = String(word.dropFirst(2))
        return (option, tail.isEmpty ? nil : tail)
    }

    private static func value(
        of option: OptionDeclaration, of command: Command, attached: String?, rest: inout ArraySlice<String>
    ) throws(UsageError) -> String {
        guard let valueName = option.valueName else {
            if let attached { throw .superfluousValue(option.flag, found: attached) }
            return ""
        }
        let value: String
        if let attached {
            value = attached
        } else if let next = rest.first, !next.hasPrefix("-") || next == "-" || Double(next) != nil {
            value = next
            rest.removeFirst()
        } else {
            throw .missingValue(option.flag, valueName: valueName)
        }
        guard option.accepts(value) else {
            let advice = OptionAdvice.forValue(value, given: option, of: command)
            throw .badValue(option.flag, found: value, expected: option.expectation ?? valueName, advice: advice)
        }
        return value
    }
}
