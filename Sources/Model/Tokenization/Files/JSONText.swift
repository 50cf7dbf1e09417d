import Ground

/// JSON being written, byte by byte, in the form that Hugging Face's own files have.
struct JSONText {
    private(set) var bytes: [UInt8] = []

    init() {}

    /// A value as it was read.
    init(_ node: JSONNode) { write(node) }

    /// Appends text that is already JSON.
    mutating func raw(_ json: String) { bytes.append(contentsOf: json.utf8) }

    mutating func raw(_ json: [UInt8]) { bytes.append(contentsOf: json) }

    private mutating func write(_ node: JSONNode) {
        switch node {
        case .null: raw("null")
        case .bool(let truth): raw(truth ? "true" : "false")
        case .number(let value): raw(Int(exactly: value).map { String($0) } ?? String(value))
        case .text(let text): quote(text)
        case .array(let values):
            raw("[")
            for (index, value) in values.enumerated() {
                if index > 0 { raw(", ") }
                write(value)
            }
            raw("]")
        case .object(let fields):
            raw("{")
            for (index, field) in fields.enumerated() {
                if index > 0 { raw(", ") }
                quote(field.key)
                raw(": ")
                write(field.value)
            }
            raw("}")
        }
    }

    mutating func quote(_ text: String) { JSONWriting.write(text, into: &bytes) }

    private mutating func quote(_ text: ArraySlice<UInt8>) { JSONWriting.write(text, into: &bytes) }

    static func quoted(_ text: String) -> String {
        var json = JSONText()
        json.quote(text)
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
