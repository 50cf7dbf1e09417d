import Ground

/// A prompt, an answer that is wanted and one that is not.
public struct Preference: Sendable, Equatable {
    /// The record as it stands on the pipe, unknown fields included.
    public let object: JSONObject
    public let id: String
    /// The turns up to the user's last.
    public let prompt: [ChatMessage]
    public let chosen: String
    public let rejected: String

    /// Reads `prompt`, `chosen` and `rejected` as texts or as lists of messages, and SPIN's `real` and `generated`.
    ///
    /// Where both answers are whole conversations they must share everything but the last turn.
    public init(_ object: JSONObject) throws {
        try RecordShape.require(.preference, object)
        let isSPIN = object["chosen"] == nil
        let wanted = try Self.turns(object, isSPIN ? "real" : "chosen")
        let unwanted = try Self.turns(object, isSPIN ? "generated" : "rejected")
        var prompt = try object["prompt"].map(ChatTurns.read)?.whole() ?? []
        guard let chosen = wanted.last, let rejected = unwanted.last else { throw Rejection("empty_answer") }
        for (answer, field) in [(chosen, isSPIN ? "real" : "chosen"), (rejected, isSPIN ? "generated" : "rejected")]
        where answer.content.isBlank {
            throw Rejection("empty_\(field)", value: .string("\(field) is empty"), threshold: "an answer")
        }
        guard wanted.dropLast() == unwanted.dropLast() else { throw Rejection("different_prompts") }
        if wanted.count > 1 { prompt = Array(wanted.dropLast()) }
        if let system = object["system"]?.string, !system.isBlank, prompt.first?.role != .system {
            prompt.insert(ChatMessage(.system, system), at: 0)
        }
        guard prompt.last?.role == .user else { throw Rejection("missing_field", value: "prompt") }
        guard chosen.content != rejected.content else { throw Rejection("same_answers") }
        self.prompt = prompt
        self.chosen = chosen.content
        self.rejected = rejected.content
        id = object["id"]?.string ?? RecordID.make(prompt.map(\.content) + [chosen.content, rejected.content])
        self.object = object
    }

    /// A preference of our own making; `details` (scores, origin) follow the answers.
    public init(id: String, prompt: String, chosen: String, rejected: String, details: JSONObject = JSONObject()) {
        var object: JSONObject = [
            "id": .string(id), "prompt": .string(prompt), "chosen": .string(chosen), "rejected": .string(rejected),
        ]
        for (key, value) in details.fields { object[key] = value }
        self.object = object
        self.id = id
        self.prompt = [ChatMessage(.user, prompt)]
        self.chosen = chosen
        self.rejected = rejected
    }

    private static func turns(_ object: JSONObject, _ key: String) throws(Rejection) -> [ChatMessage] {
        if let text = object[key]?.string { return [ChatMessage(.assistant, text)] }
        let turns = try object[key].map(ChatTurns.read)?.whole() ?? []
        guard turns.last?.role == .assistant else { throw Rejection("wrong_type", value: .string(key), threshold: "text or messages") }
        return turns
    }
}
