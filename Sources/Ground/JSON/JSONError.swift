/// Why bytes are not one JSON value, and where.
public struct JSONError: Error, Sendable, Equatable {
    /// A kind of fault; its raw value is the reason code that `--rejects` and the funnel show.
    public enum Kind: String, Sendable {
        case syntax = "invalid_json"
        case invalidUTF8 = "invalid_utf8"
        case tooDeep = "nested_too_deep"
        case notAnObject = "not_an_object"
    }

    public var kind: Kind
    /// The fault in words, such as "a string has no closing quote".
    public var detail: String
    /// The byte at which it was noticed, counted from 0.
    public var offset: Int

    public init(_ kind: Kind, _ detail: String, at offset: Int) {
        self.kind = kind
        self.detail = detail
        self.offset = offset
    }
}

extension JSONError: CustomStringConvertible {
    public var description: String { "\(detail) (byte \(offset + 1))" }
}
