import Ground

/// Reads the syntax of split patterns: that of Oniguruma and of Rust's expressions as far as tokenizers use it.
struct RegexParser {
    private let scalars: [Unicode.Scalar]
    private var at = 0
    private var foldsCase = false
    private var dotMatchesBreaks = false
    private var depth = 0
    private let pattern: String

    init(_ pattern: String) {
        self.pattern = pattern
        scalars = Array(pattern.unicodeScalars)
    }

    mutating func parse() throws(TokenizationError) -> RegexNode {
        let node = try alternatives()
        guard at == scalars.count else { throw failure("a parenthesis too many") }
        return node
    }

    private func failure(_ problem: String) -> TokenizationError {
        .malformed(part: "split pattern", problem: "\(problem) at character \(at) of \(pattern)")
    }

    private var next: Unicode.Scalar? { at < scalars.count ? scalars[at] : nil }

    private mutating func take(_ text: String) -> Bool {
        let wanted = Array(text.unicodeScalars)
        guard scalars[at...].starts(with: wanted) else { return false }
        at += wanted.count
        return true
    }

    private mutating func advance() throws(TokenizationError) -> Unicode.Scalar {
        guard let scalar = next else { throw failure("the pattern ends too early") }
        at += 1
        return scalar
    }

    private mutating func alternatives() throws(TokenizationError) -> RegexNode {
        depth += 1
        defer { depth -= 1 }
        guard depth < 100 else { throw failure("nested more than 100 deep") }
        // An option set inside a group ends with it.
        let options = (foldsCase, dotMatchesBreaks)
        defer { (foldsCase, dotMatchesBreaks) = options }
        var branches: [RegexNode] = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence() throws(TokenizationError) -> RegexNode {
        var parts: [RegexNode] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            guard let part = try atom() else { continue }
            parts.append(try repeated(part))
        }
        return parts.isEmpty ? .empty : parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func repeated(_ atom: RegexNode) throws(TokenizationError) -> RegexNode {
        var node = atom
        while let scalar = next {
            let bounds: (Int, Int)
            switch scalar {
            case "*": bounds = (0, .max)
            case "+": bounds = (1, .max)
            case "?": bounds = (0, 1)
            case "{":
                guard let counted = counts() else { return node }
                bounds = counted
            default: return node
            }
            if scalar != "{" { at += 1 }
            guard bounds.0 <= bounds.1, bounds.0 <= 1000, bounds.1 <= 1000 || bounds.1 == .max else {
                throw failure("an impossible repetition")
            }
            // To Oniguruma a plus behind braces repeats once more; behind the other signs it makes them possessive.
            let kind: RegexNode.RepetitionKind = take("?") ? .lazy : scalar != "{" && take("+") ? .possessive : .greedy
            node = .repetition(node, atLeast: bounds.0, atMost: bounds.1, kind)
        }
        return node
    }

    /// `{2}`, `{2,}`, `{,3}` or `{2,3}`; a brace that is none of them is itself.
    private mutating func counts() -> (Int, Int)? {
        guard let close = scalars[at...].firstIndex(of: "}") else { return nil }
        let inside = String(String.UnicodeScalarView(scalars[(at + 1)..<close]))
        let parts = inside.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.map { Int($0) }
        guard parts.count <= 2, inside.contains(where: \.isNumber), zip(parts, numbers).allSatisfy({ $0.isEmpty || $1 != nil }) else {
            return nil
        }
        at = close + 1
        if parts.count == 1 { return numbers[0].map { ($0, $0) } }
        return (numbers[0] ?? 0, numbers[1] ?? .max)
    }

    private mutating func atom() throws(TokenizationError) -> RegexNode? {
        let scalar = try advance()
        switch scalar {
        case "(": return try group()
        case "[": return .set(folded(try set()).prepared())
        case ".":
            var set = ScalarSet(0x0A...0x0A)
            if dotMatchesBreaks { set.ranges = [] }
            set.isNegated = true
            return .set(set.prepared())
        case "^": return .lineStart
        case "$": return .lineEnd
        case "\\": return try escape()
        case "*", "+", "?": throw failure("nothing to repeat")
        default: return .set(folded(ScalarSet(scalar.value...scalar.value)).prepared())
        }
    }

    private func folded(_ set: ScalarSet) -> ScalarSet {
        var set = set
        set.foldsCase = foldsCase
        return set
    }

    private mutating func group() throws(TokenizationError) -> RegexNode? {
        func closed(_ node: RegexNode, _ parser: inout RegexParser) throws(TokenizationError) -> RegexNode {
            guard parser.take(")") else { throw parser.failure("a parenthesis is not closed") }
            return node
        }
        guard take("?") else { return try closed(try alternatives(), &self) }
        if take("=") { return .look(try closed(try alternatives(), &self), isAhead: true, isNegated: false) }
        if take("!") { return .look(try closed(try alternatives(), &self), isAhead: true, isNegated: true) }
        if take("<=") { return .look(try behind(try closed(try alternatives(), &self)), isAhead: false, isNegated: false) }
        if take("<!") { return .look(try behind(try closed(try alternatives(), &self)), isAhead: false, isNegated: true) }
        if take(">") { return .atomic(try closed(try alternatives(), &self)) }
        if take("<") || take("P<") {
            while try advance() != ">" {}
            return try closed(try alternatives(), &self)
        }
        let before = (foldsCase, dotMatchesBreaks)
        var isOn = true
        while true {
            switch try advance() {
            case "i": foldsCase = isOn
            // Oniguruma's m is what others call s.
            case "m", "s": dotMatchesBreaks = isOn
            case "u", "x": break
            case "-": isOn = false
            case ":":
                let node = try closed(try alternatives(), &self)
                (foldsCase, dotMatchesBreaks) = before
                return node
            case ")": return nil
            default: throw failure("a group of an unknown kind")
            }
        }
    }

    private func behind(_ node: RegexNode) throws(TokenizationError) -> RegexNode {
        guard node.length != nil else { throw failure("a look behind of no fixed length") }
        return node
    }

    private mutating func escape() throws(TokenizationError) -> RegexNode {
        switch next {
        case "b": at += 1; return .wordBoundary(isNegated: false)
        case "B": at += 1; return .wordBoundary(isNegated: true)
        case "A": at += 1; return .textStart
        case "z": at += 1; return .textEnd
        case "Z": at += 1; return .textEndOrLastBreak
        case "w", "W":
            // Outside a class Oniguruma counts these as word characters too, inside one it does not.
            at += 1
            var set = ScalarSet.word
            set.ranges += [0xB2...0xB3, 0xB9...0xB9, 0xBC...0xBE]
            set.isNegated = scalars[at - 1] == "W"
            return .set(set.prepared())
        default: return .set(folded(try escapedSet()).prepared())
        }
    }

    /// What stands behind a backslash, inside a class or outside.
    private mutating func escapedSet() throws(TokenizationError) -> ScalarSet {
        func negated(_ set: ScalarSet) -> ScalarSet {
            var set = set
            set.isNegated.toggle()
            return set
        }
        let scalar = try advance()
        switch scalar {
        case "s": return .space
        case "S": return negated(.space)
        case "d": return .digit
        case "D": return negated(.digit)
        case "w": return .word
        case "W": return negated(.word)
        case "h": return .hexadecimal
        case "p", "P":
            let set = try property()
            return scalar == "P" ? negated(set) : set
        case "n": return ScalarSet(0x0A...0x0A)
        case "r": return ScalarSet(0x0D...0x0D)
        case "t": return ScalarSet(0x09...0x09)
        case "f": return ScalarSet(0x0C...0x0C)
        case "v": return ScalarSet(0x0B...0x0B)
        case "a": return ScalarSet(0x07...0x07)
        case "e": return ScalarSet(0x1B...0x1B)
        case "0": return ScalarSet(0...0)
        case "x", "u":
            let code = try hexadecimal(digits: scalar == "x" ? 2 : 4)
            return ScalarSet(code...code)
        default:
            guard !scalar.properties.isAlphabetic, !("1"..."9").contains(scalar) else {
                throw failure("the escape \\\(scalar) is not known")
            }
            return ScalarSet(scalar.value...scalar.value)
        }
    }

    private mutating func property() throws(TokenizationError) -> ScalarSet {
        var name = ""
        if take("{") {
            while let scalar = next, scalar != "}" {
                name.unicodeScalars.append(scalar)
                at += 1
            }
            guard take("}") else { throw failure("a property is not closed") }
        } else {
            name.unicodeScalars.append(try advance())
        }
        let isNegated = name.hasPrefix("^")
        if isNegated { name.removeFirst() }
        guard var set = ScalarSet.property(name) else {
            throw .unsupported(
                part: "split pattern's property", found: name, supported: "general categories, Han, Hiragana, Katakana, Hangul")
        }
        if isNegated { set.isNegated.toggle() }
        return set
    }

    private mutating func hexadecimal(digits: Int) throws(TokenizationError) -> UInt32 {
        var text = ""
        if take("{") {
            while let scalar = next, scalar != "}" {
                text.unicodeScalars.append(scalar)
                at += 1
            }
            _ = take("}")
        } else {
            for _ in 0..<digits { text.unicodeScalars.append(try advance()) }
        }
        guard let code = UInt32(text, radix: 16), code <= 0x10FFFF else { throw failure("a code point is malformed") }
        return code
    }

    /// A class after its opening bracket.
    private mutating func set() throws(TokenizationError) -> ScalarSet {
        depth += 1
        defer { depth -= 1 }
        guard depth < 100 else { throw failure("nested more than 100 deep") }
        var set = ScalarSet()
        set.isNegated = take("^")
        var isFirst = true
        while let scalar = next, scalar != "]" || isFirst {
            defer { isFirst = false }
            if take("&&") {
                var other = ScalarSet()
                var rest = try setUnion()
                if rest.intersections.isEmpty, rest.unions.count == 1, rest.ranges.isEmpty, rest.classes == 0 { rest = rest.unions[0] }
                other.unions = [rest]
                set.intersections.append(other)
                break
            }
            try member(into: &set)
        }
        guard take("]") else { throw failure("a class is not closed") }
        return set
    }

    /// The rest of a class behind `&&`, up to its closing bracket.
    private mutating func setUnion() throws(TokenizationError) -> ScalarSet {
        var set = ScalarSet()
        while let scalar = next, scalar != "]" {
            if take("&&") {
                set.intersections.append(try setUnion())
                break
            }
            try member(into: &set)
        }
        return set
    }

    private mutating func member(into set: inout ScalarSet) throws(TokenizationError) {
        if take("[:") { throw failure("classes such as [:alpha:] are not supported") }
        if take("[") {
            set.unions.append(try self.set())
            return
        }
        let first = take("\\") ? try escapedSet() : ScalarSet(try single())
        guard first.isSingle, next == "-", at + 1 < scalars.count, scalars[at + 1] != "]", scalars[at + 1] != "[" else {
            if first.isNegated || !first.unions.isEmpty || !first.intersections.isEmpty {
                set.unions.append(first)
            } else {
                set.ranges += first.ranges
                set.classes |= first.classes
            }
            return
        }
        at += 1
        let last = take("\\") ? try escapedSet() : ScalarSet(try single())
        guard last.isSingle, first.ranges[0].lowerBound <= last.ranges[0].lowerBound else { throw failure("a range runs backwards") }
        set.ranges.append(first.ranges[0].lowerBound...last.ranges[0].lowerBound)
    }

    private mutating func single() throws(TokenizationError) -> ClosedRange<UInt32> {
        let scalar = try advance()
        return scalar.value...scalar.value
    }
}

extension ScalarSet {
    /// Whether the set is one character.
    fileprivate var isSingle: Bool { ranges.count == 1 && ranges[0].count == 1 && classes == 0 && !isNegated && unions.isEmpty }
}
