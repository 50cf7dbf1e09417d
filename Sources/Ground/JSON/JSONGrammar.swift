/// Reads JSON bytes as RFC 8259 has it, keeping the order of fields and the digits of numbers.
///
/// Strict: escapes must be valid, nothing may follow the value, NaN and comments are no JSON. What becomes of strings, numbers, objects and
/// lone surrogates the builder says: there is one grammar, for records and for the files of tokenizers.
struct JSONGrammar<Builder: JSONBuilder> {
    /// Values nested deeper than this are refused, so that hostile input cannot exhaust the stack.
    static var deepest: Int { 512 }

    private let builder: Builder
    private var scratch: [UInt8] = []

    init(_ builder: Builder) { self.builder = builder }

    /// The one value that `bytes` hold, white space around it allowed.
    mutating func parse(_ bytes: Span<UInt8>, from start: Int = 0) throws(JSONError) -> Builder.Value {
        var at = start
        skipSpace(bytes, &at)
        let value = try value(bytes, &at, depth: 0)
        skipSpace(bytes, &at)
        guard at == bytes.count else { throw JSONError(.syntax, "something follows the end of the value", at: at) }
        return value
    }

    private mutating func value(_ bytes: Span<UInt8>, _ at: inout Int, depth: Int) throws(JSONError) -> Builder.Value {
        guard at < bytes.count else { throw JSONError(.syntax, "a value is missing", at: at) }
        switch bytes[at] {
        case UInt8(ascii: "\""): return builder.string(try string(bytes, &at))
        case UInt8(ascii: "{"): return try object(bytes, &at, depth: depth + 1)
        case UInt8(ascii: "["): return builder.array(try array(bytes, &at, depth: depth + 1))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number(bytes, &at)
        case UInt8(ascii: "t"): return try word("true", builder.bool(true), bytes, &at)
        case UInt8(ascii: "f"): return try word("false", builder.bool(false), bytes, &at)
        case UInt8(ascii: "n"): return try word("null", builder.null, bytes, &at)
        default: throw JSONError(.syntax, "a value cannot begin so", at: at)
        }
    }

    private func word(
        _ spelling: StaticString, _ value: Builder.Value, _ bytes: Span<UInt8>, _ at: inout Int
    ) throws(JSONError) -> Builder.Value {
        let count = spelling.utf8CodeUnitCount
        let matches =
            at + count <= bytes.count
            && spelling.withUTF8Buffer { letters in (0..<count).allSatisfy { letters[$0] == bytes[at + $0] } }
        guard matches else { throw JSONError(.syntax, "a value cannot begin so (only true, false and null are words)", at: at) }
        at += count
        return value
    }

    private mutating func object(_ bytes: Span<UInt8>, _ at: inout Int, depth: Int) throws(JSONError) -> Builder.Value {
        guard depth <= Self.deepest else { throw JSONError(.tooDeep, "values are nested deeper than \(Self.deepest)", at: at) }
        at += 1
        var fields = Builder.Fields()
        skipSpace(bytes, &at)
        if at < bytes.count, bytes[at] == UInt8(ascii: "}") {
            at += 1
            return builder.object(fields)
        }
        while true {
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else {
                throw JSONError(.syntax, "an object wants a field name", at: at)
            }
            let key = try string(bytes, &at)
            skipSpace(bytes, &at)
            guard at < bytes.count, bytes[at] == UInt8(ascii: ":") else { throw JSONError(.syntax, "a colon is missing", at: at) }
            at += 1
            skipSpace(bytes, &at)
            builder.add(key, try value(bytes, &at, depth: depth), to: &fields)
            skipSpace(bytes, &at)
            guard at < bytes.count else { throw JSONError(.syntax, "an object has no end", at: at) }
            let separator = bytes[at]
            guard separator == UInt8(ascii: ",") || separator == UInt8(ascii: "}") else {
                throw JSONError(.syntax, "a comma or the end of the object is missing", at: at)
            }
            at += 1
            if separator == UInt8(ascii: "}") { return builder.object(fields) }
            skipSpace(bytes, &at)
        }
    }

    private mutating func array(_ bytes: Span<UInt8>, _ at: inout Int, depth: Int) throws(JSONError) -> [Builder.Value] {
        guard depth <= Self.deepest else { throw JSONError(.tooDeep, "values are nested deeper than \(Self.deepest)", at: at) }
        at += 1
        var values: [Builder.Value] = []
        skipSpace(bytes, &at)
        if at < bytes.count, bytes[at] == UInt8(ascii: "]") {
            at += 1
            return values
        }
        while true {
            values.append(try value(bytes, &at, depth: depth))
            skipSpace(bytes, &at)
            guard at < bytes.count else { throw JSONError(.syntax, "a list has no end", at: at) }
            let separator = bytes[at]
            guard separator == UInt8(ascii: ",") || separator == UInt8(ascii: "]") else {
                throw JSONError(.syntax, "a comma or the end of the list is missing", at: at)
            }
            at += 1
            if separator == UInt8(ascii: "]") { return values }
            skipSpace(bytes, &at)
        }
    }

    private func number(_ bytes: Span<UInt8>, _ at: inout Int) throws(JSONError) -> Builder.Value {
        let start = at
        if bytes[at] == UInt8(ascii: "-") { at += 1 }
        if at < bytes.count, bytes[at] == UInt8(ascii: "0") { at += 1 } else { try digits(bytes, &at) }
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            at += 1
            try digits(bytes, &at)
        }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
            try digits(bytes, &at)
        }
        return try builder.number(bytes, start..<at)
    }

    private func digits(_ bytes: Span<UInt8>, _ at: inout Int) throws(JSONError) {
        let start = at
        while at < bytes.count, bytes[at] &- UInt8(ascii: "0") < 10 { at += 1 }
        guard at > start else { throw JSONError(.syntax, "a number lacks a digit", at: at) }
    }

    private mutating func string(_ bytes: Span<UInt8>, _ at: inout Int) throws(JSONError) -> Builder.Text {
        let start = at + 1
        at = JSONScan.endOfPlainRun(bytes, from: start)
        if at < bytes.count, bytes[at] == UInt8(ascii: "\"") {
            defer { at += 1 }
            return try builder.text(bytes, start..<at)
        }
        return try stringWithEscapes(bytes, from: start, &at)
    }

    private mutating func stringWithEscapes(_ bytes: Span<UInt8>, from start: Int, _ at: inout Int) throws(JSONError) -> Builder.Text {
        scratch.removeAll(keepingCapacity: true)
        var run = start
        while true {
            guard at < bytes.count else { throw JSONError(.syntax, "a string has no closing quote", at: start - 1) }
            bytes.withUnsafeBufferPointer { scratch.append(contentsOf: $0[run..<at]) }
            switch bytes[at] {
            case UInt8(ascii: "\""):
                at += 1
                return try builder.text(scratch, from: start)
            case UInt8(ascii: "\\"): try escape(bytes, &at)
            default: throw JSONError(.syntax, "a control character stands unescaped in a string", at: at)
            }
            run = at
            at = JSONScan.endOfPlainRun(bytes, from: run)
        }
    }

    /// Appends what the escape at `at` stands for and moves behind it.
    private mutating func escape(_ bytes: Span<UInt8>, _ at: inout Int) throws(JSONError) {
        guard at + 1 < bytes.count else { throw JSONError(.syntax, "a string ends within an escape", at: at) }
        let letter = bytes[at + 1]
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scratch.append(letter)
        case UInt8(ascii: "n"): scratch.append(0x0A)
        case UInt8(ascii: "t"): scratch.append(0x09)
        case UInt8(ascii: "r"): scratch.append(0x0D)
        case UInt8(ascii: "b"): scratch.append(0x08)
        case UInt8(ascii: "f"): scratch.append(0x0C)
        case UInt8(ascii: "u"): return try unicodeEscape(bytes, &at)
        default: throw JSONError(.syntax, "an unknown escape stands in a string", at: at)
        }
        at += 2
    }

    private mutating func unicodeEscape(_ bytes: Span<UInt8>, _ at: inout Int) throws(JSONError) {
        let first = try codeUnit(bytes, at)
        var scalar = UInt32(first)
        var length = 6
        if first & 0xFC00 == 0xD800, at + 7 < bytes.count, bytes[at + 6] == UInt8(ascii: "\\"), bytes[at + 7] == UInt8(ascii: "u") {
            let second = try codeUnit(bytes, at + 6)
            if second & 0xFC00 == 0xDC00 {
                scalar = 0x10000 + (UInt32(first & 0x3FF) << 10 | UInt32(second & 0x3FF))
                length = 12
            }
        }
        guard let character = Unicode.Scalar(scalar) ?? builder.loneSurrogate else {
            throw JSONError(.syntax, "half of a surrogate pair is missing", at: at)
        }
        scratch.append(contentsOf: UTF8.encode(character) ?? UTF8.encodedReplacementCharacter)
        at += length
    }

    private func codeUnit(_ bytes: Span<UInt8>, _ at: Int) throws(JSONError) -> UInt16 {
        guard at + 6 <= bytes.count else { throw JSONError(.syntax, "a string ends within an escape", at: at) }
        var unit: UInt16 = 0
        for index in at + 2..<at + 6 {
            guard let digit = JSONScan.hexDigit(bytes[index]) else {
                throw JSONError(.syntax, "an escape wants four hexadecimal digits", at: at)
            }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    private func skipSpace(_ bytes: Span<UInt8>, _ at: inout Int) {
        while at < bytes.count {
            let byte = bytes[at]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            at += 1
        }
    }
}
