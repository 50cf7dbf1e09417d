/// A value of a GGUF file's metadata.
public enum GGUFValue: Sendable, Equatable {
    case integer(Int)
    case float(Double)
    case bool(Bool)
    /// The bytes of a string, which need not be UTF-8.
    case string([UInt8])
    case array([GGUFValue])

    /// A string of a text.
    public static func text(_ text: String) -> GGUFValue { .string(Array(text.utf8)) }

    public var integer: Int? { if case .integer(let value) = self { value } else { nil } }
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    public var array: [GGUFValue]? { if case .array(let values) = self { values } else { nil } }

    public var double: Double? {
        switch self {
        case .float(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }

    public var text: String? { if case .string(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { nil } }
}
