import Ground

extension JSONObject {
    /// The field's text; a rejection says that it is missing or of another type.
    func text(_ key: String) throws(Rejection) -> String {
        guard let value = self[key] else { throw missing(key) }
        guard let text = value.string else { throw Rejection("wrong_type", value: .string(key), threshold: "string") }
        return text
    }

    /// A field that is wanted and not there, beside those that are.
    public func missing(_ wanted: String, naming fields: String...) -> Rejection {
        let advice = fields.isEmpty ? "" : "; " + FieldNames.advice(for: fields, in: self)
        return Rejection("missing_field", value: .string(fieldList), threshold: .string(wanted + advice))
    }

    /// The field's text, and a rejection where nothing but white space stands there.
    func fullText(_ key: String) throws(Rejection) -> String {
        let text = try text(key)
        guard !text.isBlank else { throw Rejection("empty_\(key)", value: .integer(0), threshold: .integer(1)) }
        return text
    }
}
