extension JSONObject {
    /// The field's text; a rejection says that it is missing or of another type.
    func text(_ key: String) throws(Rejection) -> String {
        guard let value = self[key] else { throw Rejection("missing_field", value: .string(key)) }
        guard let text = value.string else { throw Rejection("wrong_type", value: .string(key), threshold: "string") }
        return text
    }

    /// The field's text, and a rejection where nothing but white space stands there.
    func fullText(_ key: String) throws(Rejection) -> String {
        let text = try text(key)
        guard !text.isBlank else { throw Rejection("empty_\(key)", value: .integer(0), threshold: .integer(1)) }
        return text
    }

    /// Sets a field that is new before the field `other` (or at the end), an existing one in its place.
    public mutating func set(_ key: String, _ value: JSONValue, before other: String) {
        if self[key] != nil {
            self[key] = value
            return
        }
        insert((key, value), before: other)
    }
}

extension String {
    /// Whether nothing but white space stands in the text.
    var isBlank: Bool { unicodeScalars.allSatisfy(\.properties.isWhitespace) }

    /// The text without the empty lines before it and the white space behind it.
    ///
    /// What indents its first line, a tab or several spaces, stays: a piece of code means something else without it. A single space is
    /// none, since many files put one between a prompt and its completion.
    public var withoutPadding: String {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        var start = first
        while start > scalars.startIndex, " \t".unicodeScalars.contains(scalars[scalars.index(before: start)]) {
            start = scalars.index(before: start)
        }
        let isIndented = scalars[start..<first].count > 1 || scalars[start] == "\t"
        return String(scalars[(isIndented ? start : first)...last])
    }

    /// The text without the white space around it.
    var trimmed: String {
        let scalars = unicodeScalars
        guard let start = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[start...last])
    }
}
