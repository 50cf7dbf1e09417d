extension JSONValue {
    /// Appends the value as compact UTF-8 JSON, escaping only what must be.
    public func write(into bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(true): bytes.append(contentsOf: "true".utf8)
        case .bool(false): bytes.append(contentsOf: "false".utf8)
        case .number(var digits): digits.withUTF8 { bytes.append(contentsOf: $0) }
        case .string(let text): JSONWriting.write(text, into: &bytes)
        case .object(let object): object.write(into: &bytes)
        case .array(let values):
            bytes.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                value.write(into: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        }
    }

    /// The value as compact JSON on one line.
    public var serialized: String {
        var bytes: [UInt8] = []
        write(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The value as JSON for people: one field or element a line, indented by two spaces, with a line end.
    public var indented: String {
        var bytes: [UInt8] = []
        JSONWriting.writeIndented(self, level: 0, into: &bytes)
        bytes.append(0x0A)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension JSONObject {
    /// Appends the object as compact UTF-8 JSON, escaping only what must be.
    public func write(into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        var isFirst = true
        for (key, value) in fields {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            JSONWriting.write(key, into: &bytes)
            bytes.append(UInt8(ascii: ":"))
            value.write(into: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// The object as compact JSON on one line.
    public var serialized: String { JSONValue.object(self).serialized }

    /// The object as JSON for people, one field a line.
    public var indented: String { JSONValue.object(self).indented }
}

/// JSON strings on their way out.
public enum JSONWriting {
    /// Appends the text as a JSON string, in quotes, escaping only what must be.
    public static func write(_ text: String, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        let written: Void? = text.utf8.withContiguousStorageIfAvailable { write($0, into: &bytes) }
        if written == nil { Array(text.utf8).withUnsafeBufferPointer { write($0, into: &bytes) } }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Appends the bytes of a text as a JSON string.
    public static func write(_ text: ArraySlice<UInt8>, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        text.withUnsafeBufferPointer { write($0, into: &bytes) }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func write(_ text: UnsafeBufferPointer<UInt8>, into bytes: inout [UInt8]) {
        let span = text.span
        var run = 0
        while true {
            let end = JSONScan.endOfPlainRun(span, from: run)
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[run..<end]))
            guard end < text.count else { return }
            escape(text[end], into: &bytes)
            run = end + 1
        }
    }

    private static func escape(_ byte: UInt8, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        default:
            let digits = StaticString("0123456789abcdef")
            bytes.append(contentsOf: "u00".utf8)
            digits.withUTF8Buffer { letters in
                bytes.append(letters[Int(byte >> 4)])
                bytes.append(letters[Int(byte & 15)])
            }
        }
    }

    static func writeIndented(_ value: JSONValue, level: Int, into bytes: inout [UInt8]) {
        func newLine(_ level: Int) {
            bytes.append(0x0A)
            bytes.append(contentsOf: repeatElement(0x20, count: 2 * level))
        }
        switch value {
        case .object(let object) where !object.fields.isEmpty:
            bytes.append(UInt8(ascii: "{"))
            for (index, field) in object.fields.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                newLine(level + 1)
                write(field.key, into: &bytes)
                bytes.append(contentsOf: ": ".utf8)
                writeIndented(field.value, level: level + 1, into: &bytes)
            }
            newLine(level)
            bytes.append(UInt8(ascii: "}"))
        case .array(let values) where !values.isEmpty:
            bytes.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                newLine(level + 1)
                writeIndented(value, level: level + 1, into: &bytes)
            }
            newLine(level)
            bytes.append(UInt8(ascii: "]"))
        default: value.write(into: &bytes)
        }
    }
}
