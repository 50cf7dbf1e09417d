import Records

/// What a server says against one request, with a status that tells that the request is at fault.
struct EndpointRefusal: Error {
    var status: Int
    var message: String
    /// The field that it does not like, where it names one.
    var parameter: String?
    var code: String?

    /// What becomes of the record that was asked about.
    var rejection: Rejection {
        let isFilter = code == "content_filter" || code == "content_policy_violation"
        return Rejection(isFilter ? "content_filter" : "endpoint_refused", value: .string("status \(status) \(message)"))
    }

    /// Whether the field is refused for what it is, not for its value: the server, or the model behind it, does not know it.
    func concerns(_ field: String) -> Bool {
        let words = message.lowercased()
        guard parameter == field || words.contains("'\(field)'") || words.contains("\"\(field)\"") || words.contains("`\(field)`") else {
            return false
        }
        return code == "unsupported_parameter" || code == "unsupported_value" || code == "unknown_parameter"
            || Self.strangers.contains { words.contains($0) }
    }

    private static let strangers = [
        "unsupported", "not support", "not permitted", "not allowed", "unrecognized", "unknown", "unexpected", "extra input",
        "extra_forbidden",
    ]
}
