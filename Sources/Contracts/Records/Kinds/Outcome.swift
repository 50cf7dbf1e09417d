import Ground

/// What a stage made of one record.
public enum Outcome: Sendable {
    /// Records for the output, in order; one input may give several or (a passage without an answer, say) none.
    case kept([JSONObject])
    /// A filter or a score said no. The object is what `--rejects` receives, with the reason added.
    case dropped(JSONObject, Rejection)
    /// Unreadable, unrated, over a limit. Counts against `--max-broken`.
    case broken(JSONObject, Rejection)
}

/// Why a record did not pass: a reason code, the value found and the threshold it was held against.
public struct Rejection: Sendable, Equatable, Error {
    public var reason: String
    public var value: JSONValue
    public var threshold: JSONValue
    /// Whether the cause lies outside the record and may pass, such as a server that failed: `--resume` tries the record again.
    public var isPassing: Bool

    public init(_ reason: String, value: JSONValue = .null, threshold: JSONValue = .null, isPassing: Bool = false) {
        self.reason = reason
        self.value = value
        self.threshold = threshold
        self.isPassing = isPassing
    }
}

extension Rejection: CustomStringConvertible {
    /// The reason, then what was found and what was wanted, where they are known.
    public var description: String {
        var text = reason
        if value != .null { text += ": \(value.string ?? value.serialized)" }
        if threshold != .null { text += " (wanted: \(threshold.string ?? threshold.serialized))" }
        return text
    }
}
