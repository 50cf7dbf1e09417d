/// What is made of the parts of a JSON text: values of records, or nodes that point into the text.
protocol JSONBuilder {
    associatedtype Value
    associatedtype Text
    associatedtype Fields: JSONFields

    var null: Value { get }
    /// What stands for half of a surrogate pair; nil where that is an error.
    var loneSurrogate: Unicode.Scalar? { get }
    func bool(_ truth: Bool) -> Value
    func number(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(JSONError) -> Value
    /// A string's bytes as they stand between the quotes, without an escape.
    func text(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(JSONError) -> Text
    /// A string's bytes with its escapes resolved; it begins at this byte.
    func text(_ bytes: [UInt8], from offset: Int) throws(JSONError) -> Text
    func string(_ text: Text) -> Value
    func array(_ values: [Value]) -> Value
    func add(_ key: Text, _ value: Value, to fields: inout Fields)
    func object(_ fields: Fields) -> Value
}

/// The fields of an object that is being read.
protocol JSONFields {
    init()
}

/// Makes values of records: strings are valid UTF-8, and of a repeated key the last value counts, in the place of the first.
struct JSONValueBuilder: JSONBuilder {
    var null: JSONValue { .null }
    var loneSurrogate: Unicode.Scalar? { nil }
    func bool(_ truth: Bool) -> JSONValue { .bool(truth) }
    func number(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(JSONError) -> JSONValue { .number(try text(bytes, range)) }
    func text(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(JSONError) -> String {
        try Self.text(bytes.extracting(range), from: range.lowerBound)
    }
    func text(_ bytes: [UInt8], from offset: Int) throws(JSONError) -> String { try Self.text(bytes.span, from: offset) }
    func string(_ text: String) -> JSONValue { .string(text) }
    func array(_ values: [JSONValue]) -> JSONValue { .array(values) }
    func add(_ key: String, _ value: JSONValue, to fields: inout JSONFieldList) { fields.set(key, value) }
    func object(_ fields: JSONFieldList) -> JSONValue { .object(JSONObject(unique: fields.fields)) }

    private static func text(_ bytes: Span<UInt8>, from offset: Int) throws(JSONError) -> String {
        do {
            return String(copying: try UTF8Span(validating: bytes))
        } catch {
            throw JSONError(.invalidUTF8, "a string is not valid UTF-8", at: offset + error.byteOffsets.lowerBound)
        }
    }
}

extension JSONFieldList: JSONFields {}
