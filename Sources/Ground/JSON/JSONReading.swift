extension JSONValue {
    /// Reads the one JSON value that `bytes` hold.
    public init(parsing bytes: Span<UInt8>) throws(JSONError) {
        var parser = JSONParser()
        self = try parser.parse(bytes)
    }

    /// Reads the one JSON value that `bytes` hold.
    public init(parsing bytes: [UInt8]) throws(JSONError) { try self.init(parsing: bytes.span) }

    /// Reads the one JSON value that `text` holds.
    public init(parsing text: String) throws(JSONError) { try self.init(parsing: text.utf8Span.span) }
}

extension JSONObject {
    /// Reads the one JSON object that `bytes` hold.
    public init(parsing bytes: Span<UInt8>) throws(JSONError) {
        var parser = JSONParser()
        self = try parser.parseObject(bytes)
    }

    /// Reads the one JSON object that `bytes` hold.
    public init(parsing bytes: [UInt8]) throws(JSONError) { try self.init(parsing: bytes.span) }

    /// Reads the one JSON object that `text` holds.
    public init(parsing text: String) throws(JSONError) { try self.init(parsing: text.utf8Span.span) }
}

/// Reads one JSON text after another.
public struct JSONParser {
    private var grammar = JSONGrammar(JSONValueBuilder())

    public init() {}

    /// The one value that `bytes` hold, white space around it allowed.
    public mutating func parse(_ bytes: Span<UInt8>) throws(JSONError) -> JSONValue { try grammar.parse(bytes) }

    /// The one object that `bytes` hold; another value is refused.
    public mutating func parseObject(_ bytes: Span<UInt8>) throws(JSONError) -> JSONObject {
        guard case .object(let object) = try parse(bytes) else {
            throw JSONError(.notAnObject, "a record is a JSON object, and this is another value", at: 0)
        }
        return object
    }
}
