/// JSON as files of tokenizers need it: strings stay UTF-8 bytes, because a vocabulary has hundreds of thousands of them.
///
/// An object keeps its fields in order and finds one by looking through them; a vocabulary is read as a list.
public enum JSONNode: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case text(ArraySlice<UInt8>)
    case array([JSONNode])
    case object([Field])

    /// A field of an object.
    public struct Field: Sendable, Equatable {
        public let key: ArraySlice<UInt8>
        public let value: JSONNode

        public init(key: ArraySlice<UInt8>, value: JSONNode) {
            self.key = key
            self.value = value
        }
    }

    /// The value of a field; of a repeated key the last one, nil for null.
    public subscript(key: String) -> JSONNode? {
        guard case .object(let fields) = self else { return nil }
        guard let value = fields.last(where: { $0.key.elementsEqual(key.utf8) })?.value, value != .null else { return nil }
        return value
    }

    public var string: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }
    public var bytes: ArraySlice<UInt8>? { if case .text(let bytes) = self { bytes } else { nil } }
    public var bool: Bool? { if case .bool(let truth) = self { truth } else { nil } }
    public var array: [JSONNode]? { if case .array(let values) = self { values } else { nil } }
    public var object: [Field]? { if case .object(let fields) = self { fields } else { nil } }
    public var double: Double? { if case .number(let value) = self { value } else { nil } }
    public var integer: Int? { if case .number(let value) = self { Int(exactly: value) } else { nil } }

    /// Reads one JSON value that fills `source`, a byte-order mark before it allowed.
    public init(parsing source: [UInt8]) throws(JSONError) {
        var grammar = JSONGrammar(JSONNodeBuilder(source: source))
        self = try grammar.parse(source.span, from: source.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)
    }
}

/// Makes nodes whose strings point into the source. Its UTF-8 is not looked at, and half of a surrogate pair is a replacement character:
/// vocabularies hold tokens that are no text.
private struct JSONNodeBuilder: JSONBuilder {
    let source: [UInt8]

    var null: JSONNode { .null }
    var loneSurrogate: Unicode.Scalar? { "\u{FFFD}" }
    func bool(_ truth: Bool) -> JSONNode { .bool(truth) }
    func number(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(JSONError) -> JSONNode {
        var integer = 0
        for index in range {
            let digit = source[index] &- 48
            guard digit < 10, range.count < 16 else {
                guard let value = Double(String(decoding: source[range], as: UTF8.self)) else {
                    throw JSONError(.syntax, "a malformed number", at: range.lowerBound)
                }
                return .number(value)
            }
            integer = integer * 10 + Int(digit)
        }
        return .number(Double(integer))
    }
    func text(_ bytes: Span<UInt8>, _ range: Range<Int>) -> ArraySlice<UInt8> { source[range] }
    func text(_ bytes: [UInt8], from offset: Int) -> ArraySlice<UInt8> { bytes[...] }
    func string(_ text: ArraySlice<UInt8>) -> JSONNode { .text(text) }
    func array(_ values: [JSONNode]) -> JSONNode { .array(values) }
    func add(_ key: ArraySlice<UInt8>, _ value: JSONNode, to fields: inout [JSONNode.Field]) {
        fields.append(JSONNode.Field(key: key, value: value))
    }
    func object(_ fields: [JSONNode.Field]) -> JSONNode { .object(fields) }
}

extension [JSONNode.Field]: JSONFields {}
