import Ground

/// A template in pieces: text, and the tokens of expressions and statements.
struct JinjaLexer {
    enum Token: Equatable, Sendable {
        case text(String)
        case beginOutput, endOutput, beginStatement, endStatement
        case name(String)
        case string(String)
        case integer(Int)
        case float(Double)
        case sign(String)
    }

    private let source: [Unicode.Scalar]
    private var at = 0
    private var line = 1
    private var tokens: [(token: Token, line: Int)] = []
    /// Whether the text that follows begins a line.
    private var isLineStart = true

    /// - Parameter source: the template, in which blocks take the line break behind them and the white space before them on their line.
    static func tokens(_ source: String) throws(JinjaError) -> [(token: Token, line: Int)] {
        guard source.utf8.count <= 1 << 20 else { throw .template(line: 1, problem: "it is longer than a megabyte") }
        var text = Array(source.replacing("\r\n", with: "\n").replacing("\r", with: "\n").unicodeScalars)
        if text.last == "\n" { text.removeLast() }
        var lexer = JinjaLexer(source: text)
        try lexer.run()
        return lexer.tokens
    }

    private init(source: [Unicode.Scalar]) { self.source = source }

    private func failure(_ problem: String) -> JinjaError { .template(line: line, problem: problem) }

    private func stands(_ text: String, at place: Int) -> Bool { source[min(place, source.count)...].starts(with: text.unicodeScalars) }

    private mutating func emit(_ token: Token) { tokens.append((token, line)) }

    private mutating func run() throws(JinjaError) {
        while at < source.count {
            let start = at
            while at < source.count, !(source[at] == "{" && at + 1 < source.count && "{%#".unicodeScalars.contains(source[at + 1])) {
                at += 1
            }
            var text = Array(source[start..<at])
            guard at < source.count else {
                emitText(text, lineOf: text)
                return
            }
            let kind = source[at + 1]
            let control = at + 2 < source.count ? source[at + 2] : " "
            let whole = text
            if control == "-" {
                while let last = text.last, last.properties.isWhitespace { text.removeLast() }
            } else if control != "+", kind != "{" {
                // A block alone on its line takes the white space before it.
                let lineStart = text.lastIndex(of: "\n").map { $0 + 1 } ?? 0
                if lineStart > 0 || isLineStart, text[lineStart...].allSatisfy({ $0.properties.isWhitespace }) {
                    text.removeSubrange(lineStart...)
                }
            }
            emitText(text, lineOf: whole)
            at += 2 + (control == "-" || control == "+" ? 1 : 0)
            isLineStart = false
            switch kind {
            case "#": try comment()
            case "{":
                emit(.beginOutput)
                try inside(closing: "}}")
                emit(.endOutput)
            default:
                if try !raw() {
                    emit(.beginStatement)
                    try inside(closing: "%}")
                    emit(.endStatement)
                }
            }
        }
    }

    private mutating func emitText(_ text: [Unicode.Scalar], lineOf whole: [Unicode.Scalar]) {
        if !text.isEmpty { emit(.text(String(String.UnicodeScalarView(text)))) }
        line += whole.count { $0 == "\n" }
    }

    private mutating func comment() throws(JinjaError) {
        while at < source.count, !stands("#}", at: at) {
            if source[at] == "\n" { line += 1 }
            at += 1
        }
        guard at < source.count else { throw failure("a comment is not closed") }
        let control = source[at - 1]
        at += 2
        afterBlock(control: control)
    }

    /// What a closing mark takes with it: all white space with a minus, else one line break.
    private mutating func afterBlock(control: Unicode.Scalar) {
        if control == "-" {
            skipSpace()
        } else if control != "+", at < source.count, source[at] == "\n" {
            at += 1
            line += 1
            isLineStart = true
        }
    }

    private mutating func skipSpace() {
        while at < source.count, source[at].properties.isWhitespace {
            if source[at] == "\n" { line += 1 }
            isLineStart = source[at] == "\n"
            at += 1
        }
    }

    /// A raw block is text whatever it holds.
    private mutating func raw() throws(JinjaError) -> Bool {
        var place = at
        while place < source.count, source[place].properties.isWhitespace { place += 1 }
        guard stands("raw", at: place) else { return false }
        place += 3
        while place < source.count, source[place].properties.isWhitespace { place += 1 }
        let control = place < source.count ? source[place] : " "
        if control == "-" || control == "+" { place += 1 }
        guard stands("%}", at: place) else { return false }
        at = place + 2
        afterBlock(control: control)
        var text: [Unicode.Scalar] = []
        while at < source.count {
            if stands("{%", at: at) {
                var close = at + 2
                let before = close < source.count ? source[close] : " "
                if before == "-" || before == "+" { close += 1 }
                while close < source.count, source[close].properties.isWhitespace { close += 1 }
                if stands("endraw", at: close) {
                    close += 6
                    while close < source.count, source[close].properties.isWhitespace { close += 1 }
                    let after = close < source.count ? source[close] : " "
                    if after == "-" || after == "+" { close += 1 }
                    guard stands("%}", at: close) else { throw failure("endraw is malformed") }
                    if before == "-" { while let last = text.last, last.properties.isWhitespace { text.removeLast() } }
                    emitText(text, lineOf: text)
                    at = close + 2
                    isLineStart = false
                    afterBlock(control: after)
                    return true
                }
            }
            text.append(source[at])
            at += 1
        }
        throw failure("a raw block is not closed")
    }

    private static let signs = [
        "**", "//", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<", ">", "=", "(", ")", "[", "]", "{", "}", ",", ".", ":", "|",
    ]

    private mutating func inside(closing: String) throws(JinjaError) {
        var depth = 0
        while true {
            while at < source.count, source[at].properties.isWhitespace {
                if source[at] == "\n" { line += 1 }
                at += 1
            }
            guard at < source.count else { throw failure("\(closing) is missing") }
            if depth == 0 {
                let control = source[at]
                let place = (control == "-" || control == "+") ? at + 1 : at
                if stands(closing, at: place) {
                    at = place + 2
                    if closing == "%}" { afterBlock(control: control) } else if control == "-" { skipSpace() }
                    return
                }
            }
            let scalar = source[at]
            if scalar == "'" || scalar == "\"" {
                emit(.string(try string(quote: scalar)))
            } else if scalar.properties.numericType == .decimal, scalar.isASCII {
                try number()
            } else if scalar == "_" || scalar.properties.isAlphabetic {
                let start = at
                while at < source.count, source[at] == "_" || source[at].properties.isAlphabetic || source[at].properties.numericType != nil
                { at += 1 }
                emit(.name(String(String.UnicodeScalarView(source[start..<at]))))
            } else if let sign = Self.signs.first(where: { stands($0, at: at) }) {
                if "([{".contains(sign) { depth += 1 }
                if ")]}".contains(sign) { depth -= 1 }
                at += sign.unicodeScalars.count
                emit(.sign(sign))
            } else {
                throw failure("the character \(scalar) has no place here")
            }
        }
    }

    private mutating func number() throws(JinjaError) {
        let start = at
        func isDigit(_ place: Int) -> Bool { place < source.count && (("0"..."9").contains(source[place]) || source[place] == "_") }
        while isDigit(at) { at += 1 }
        var isFloat = false
        if at < source.count, source[at] == ".", isDigit(at + 1) {
            isFloat = true
            at += 1
            while isDigit(at) { at += 1 }
        }
        if at < source.count, source[at] == "e" || source[at] == "E" {
            let sign = at + 1 < source.count && (source[at + 1] == "+" || source[at + 1] == "-") ? 1 : 0
            if isDigit(at + 1 + sign) {
                isFloat = true
                at += 1 + sign
                while isDigit(at) { at += 1 }
            }
        }
        let digits = String(String.UnicodeScalarView(source[start..<at].filter { $0 != "_" }))
        if !isFloat, let value = Int(digits) {
            emit(.integer(value))
        } else if isFloat, let value = Double(digits) {
            emit(.float(value))
        } else {
            throw failure("the number \(digits) is too large")
        }
    }

    private mutating func string(quote: Unicode.Scalar) throws(JinjaError) -> String {
        at += 1
        var text = String.UnicodeScalarView()
        while at < source.count {
            let scalar = source[at]
            at += 1
            if scalar == quote { return String(text) }
            if scalar == "\n" { line += 1 }
            guard scalar == "\\", at < source.count else {
                text.append(scalar)
                continue
            }
            let letter = source[at]
            at += 1
            switch letter {
            case "n": text.append("\n")
            case "t": text.append("\t")
            case "r": text.append("\r")
            case "b": text.append("\u{08}")
            case "f": text.append("\u{0C}")
            case "v": text.append("\u{0B}")
            case "a": text.append("\u{07}")
            case "\\", "'", "\"": text.append(letter)
            case "\n": break
            case "x": text.append(try code(digits: 2))
            case "u": text.append(try code(digits: 4))
            case "U": text.append(try code(digits: 8))
            default:
                text.append("\\")
                text.append(letter)
            }
        }
        throw failure("a string is not closed")
    }

    private mutating func code(digits: Int) throws(JinjaError) -> Unicode.Scalar {
        guard at + digits <= source.count, let code = UInt32(String(String.UnicodeScalarView(source[at..<at + digits])), radix: 16),
            let scalar = Unicode.Scalar(code)
        else { throw failure("an escape needs \(digits) hexadecimal digits") }
        at += digits
        return scalar
    }
}
