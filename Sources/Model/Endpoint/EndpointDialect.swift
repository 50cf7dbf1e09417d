import Ground

/// The words that one server takes. It is found out by asking: what is refused as unknown is said otherwise, or not at all, from then on.
struct EndpointDialect: Equatable {
    /// Whether the length of an answer is bounded by `max_completion_tokens`, as newer models want it, and not by `max_tokens`.
    private(set) var namesCompletionTokens = false
    /// Fields that are left out.
    private(set) var unknown: Set<String> = []

    /// What a request may go without: sampling then follows the server's own settings, which is all that such a server allows.
    static let dispensable = ["seed", "temperature", "top_p"]

    /// The body as this server takes it.
    func written(_ body: JSONObject) -> JSONObject {
        var body = body
        if namesCompletionTokens { body.rename("max_tokens", to: "max_completion_tokens") }
        for field in unknown { body[field] = nil }
        return body
    }

    /// Takes over what another request has found out.
    mutating func add(_ other: EndpointDialect) {
        namesCompletionTokens = namesCompletionTokens || other.namesCompletionTokens
        unknown.formUnion(other.unknown)
    }

    /// The dialect without the word that was refused; nil where the refusal is about something else, or nothing can be done.
    func learning(from refusal: EndpointRefusal, of body: JSONObject) -> EndpointDialect? {
        var other = self
        if !namesCompletionTokens, body["max_tokens"] != nil, refusal.concerns("max_tokens") {
            other.namesCompletionTokens = true
            return other
        }
        for field in Self.dispensable where body[field] != nil && !unknown.contains(field) && refusal.concerns(field) {
            other.unknown.insert(field)
            return other
        }
        return nil
    }
}
