import Ground

/// JSON as tokenizer files need it: strings stay UTF-8 bytes, because a vocabulary has hundreds of thousands of them.
///
/// An object keeps its fields in order and finds one by looking through them; a vocabulary is read as a list.
enum JSONNode: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case text(ArraySlice<UInt8>)
    case array([JSONNode])
    case object([Field])

    struct Field: Sendable, Equatable {
        let key: ArraySlice<UInt8>
        let value: JSONNode
    }

    subscript(key: String) -> JSONNode? {
        guard case .object(let fields) = self else { return nil }
        guard let value = fields.last(where: { $0.key.elementsEqual(key.utf8) })?.value, value != .null else { return nil }
        return value
    }

    var string: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }
    var bytes: ArraySlice<UInt8>? { if case .text(let bytes) = self { bytes } else { nil } }
    var bool: Bool? { if case .bool(let truth) = self { truth } else { nil } }
    var array: [JSONNode]? { if case .array(let values) = self { values } else { nil } }
    var object: [Field]? { if case .object(let fields) = self { fields } else { nil } }
    var double: Double? { if case .number(let value) = self { value } else { nil } }
    var integer: Int? { if case .number(let value) = self { Int(exactly: value) } else { nil } }

    /// Reads one JSON value that fills `source`; nesting deeper than 128 is refused.
    init(parsing source: [UInt8]) throws(TokenizationError) {
        var parser = JSONParser(source: source)
        self = try parser.document()
    }
}

private struct JSONParser {
    let source: [UInt8]
    var at = 0

    mutating func document() throws(TokenizationError) -> JSONNode {
        if source.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
        let node = try value(depth: 0)
        skipSpace()
        guard at == source.count else { throw failure("something follows the value") }
        return node
    }

    private func failure(_ problem: String) -> TokenizationError { .malformedJSON(byte: at, problem: problem) }

    private mutating func skipSpace() {
        while at < source.count, source[at] == 0x20 || source[at] == 0x0A || source[at] == 0x0D || source[at] == 0x09 { at += 1 }
    }

    private mutating func value(depth: Int) throws(TokenizationError) -> JSONNode {
        skipSpace()
        guard at < source.count else { throw failure("a value is missing") }
        guard depth < 128 else { throw failure("nested more than 128 deep") }
        switch source[at] {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ word: StaticString, _ node: JSONNode) throws(TokenizationError) -> JSONNode {
        let text = word.description.utf8
        guard source[at...].starts(with: text) else { throw failure("expected \(word)") }
        at += text.count
        return node
    }

    private mutating func number() throws(TokenizationError) -> JSONNode {
        let start = at
        var isPlain = true
        var integer = 0
        while at < source.count {
            let byte = source[at]
            if byte >= 0x30, byte <= 0x39, at - start < 16 {
                integer = integer * 10 + Int(byte - 0x30)
            } else if byte >= 0x30 && byte <= 0x39 || byte == 0x2B || byte == 0x2D || byte == 0x2E || byte == 0x45 || byte == 0x65 {
                isPlain = false
            } else {
                break
            }
            at += 1
        }
        guard at > start else { throw failure("an unexpected character") }
        if isPlain { return .number(Double(integer)) }
        guard let value = Double(String(decoding: source[start..<at], as: UTF8.self)) else { throw failure("a malformed number") }
        return .number(value)
    }

    private mutating func array(depth: Int) throws(TokenizationError) -> JSONNode {
        at += 1
        var values: [JSONNode] = []
        skipSpace()
        if at < source.count, source[at] == UInt8(ascii: "]") {
            at += 1
            return .array(values)
        }
        while true {
            values.append(try value(depth: depth + 1))
            if try isLast(closing: UInt8(ascii: "]")) { return .array(values) }
        }
    }

    private mutating func object(depth: Int) throws(TokenizationError) -> JSONNode {
        at += 1
        var fields: [JSONNode.Field] = []
        skipSpace()
        if at < source.count, source[at] == UInt8(ascii: "}") {
            at += 1
            return .object(fields)
        }
        while true {
            skipSpace()
            guard at < source.count, source[at] == UInt8(ascii: "\"") else { throw failure("a field's name is missing") }
            let key = try text()
            skipSpace()
            guard at < source.count, source[at] == UInt8(ascii: ":") else { throw failure("a colon is missing") }
            at += 1
            fields.append(JSONNode.Field(key: key, value: try value(depth: depth + 1)))
            if try isLast(closing: UInt8(ascii: "}")) { return .object(fields) }
        }
    }

    /// Passes the comma between two elements, or the bracket after the last.
    private mutating func isLast(closing: UInt8) throws(TokenizationError) -> Bool {
        skipSpace()
        guard at < source.count else { throw failure("the file ends inside a value") }
        let byte = source[at]
        guard byte == closing || byte == UInt8(ascii: ",") else { throw failure("a comma is missing") }
        at += 1
        return byte == closing
    }

    private mutating func text() throws(TokenizationError) -> ArraySlice<UInt8> {
        at += 1
        let start = at
        while at < source.count, source[at] != UInt8(ascii: "\""), source[at] != UInt8(ascii: "\\"), source[at] >= 0x20 { at += 1 }
        guard at < source.count else { throw failure("a string does not end") }
        if source[at] == UInt8(ascii: "\"") {
            at += 1
            return source[start..<at - 1]
        }
        var bytes = Array(source[start..<at])
        while at < source.count {
            let byte = source[at]
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return bytes[...]
            case UInt8(ascii: "\\"): try escape(into: &bytes)
            case 0..<0x20: throw failure("a control character stands in a string")
            default: bytes.append(byte)
            }
        }
        throw failure("a string does not end")
    }

    private mutating func escape(into bytes: inout [UInt8]) throws(TokenizationError) {
        guard at < source.count else { throw failure("a string does not end") }
        let letter = source[at]
        at += 1
        switch letter {
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(letter)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if code & 0xFC00 == 0xD800, at + 1 < source.count, source[at] == UInt8(ascii: "\\"), source[at + 1] == UInt8(ascii: "u") {
                let before = at
                at += 2
                let low = try hexadecimal()
                if low & 0xFC00 == 0xDC00 { code = 0x10000 + (code & 0x3FF) << 10 + low & 0x3FF } else { at = before }
            }
            let scalar = Unicode.Scalar(code) ?? "\u{FFFD}"
            bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        default: throw failure("an unknown escape")
        }
    }

    private mutating func hexadecimal() throws(TokenizationError) -> UInt32 {
        guard at + 4 <= source.count, let code = UInt32(String(decoding: source[at..<at + 4], as: UTF8.self), radix: 16) else {
            throw failure("a \\u escape needs four hexadecimal digits")
        }
        at += 4
        return code
    }
}
