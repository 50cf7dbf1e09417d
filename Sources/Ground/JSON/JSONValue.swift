import Foundation

/// A JSON value that keeps what it was given: the order of an object's fields and the digits of a number.
public enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    /// The number as it was written, so that a field a stage does not know leaves as it came.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    public var string: String? { if case .string(let text) = self { text } else { nil } }
    /// Nil for a number beyond those that a Double holds, such as 1e400: what is computed with is finite.
    public var double: Double? { if case .number(let digits) = self, let value = Double(digits), value.isFinite { value } else { nil } }
    public var integer: Int? {
        if case .number(let digits) = self { Int(digits) ?? Double(digits).flatMap { Int(exactly: $0) } } else { nil }
    }
    public var bool: Bool? { if case .bool(let truth) = self { truth } else { nil } }
    public var array: [JSONValue]? { if case .array(let values) = self { values } else { nil } }
    public var object: JSONObject? { if case .object(let fields) = self { fields } else { nil } }
}

extension JSONValue {
    public static func integer(_ value: Int) -> JSONValue { .number(String(value)) }
    /// The shortest digits that read back as `value`; a value that JSON cannot write becomes null.
    public static func double(_ value: Double) -> JSONValue {
        value.isFinite ? .number(value == value.rounded() && abs(value) < 1e15 ? String(format(value)) : "\(value)") : .null
    }
    private static func format(_ value: Double) -> String { "\(Int64(value)).0" }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
}
