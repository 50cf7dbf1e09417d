import Ground

/// Reads conversations as the common data sets spell them.
public enum ChatTurns {
    /// The turns of a conversation, up to the first that is no text of a user, an assistant or a system prompt.
    public struct Reading: Sendable, Equatable {
        public var turns: [ChatMessage] = []
        /// Why the turns end before the conversation does: a call of a tool or its result, a picture, a speaker who is not known. What is
        /// said after it answers something that is not there.
        public var end: Rejection?

        /// The turns of the whole conversation; throws where they are not all there.
        func whole() throws(Rejection) -> [ChatMessage] {
            if let end { throw end }
            return turns
        }
    }

    /// Turns of `[{role, content}]`, ShareGPT's `[{from, value}]` or LIMA's plain list of texts, which alternate from the user on.
    ///
    /// Neighbours of one role stay apart. An answer of the weight 0 (`weight`, `loss`, `train` or `training`) is not learned.
    public static func read(_ value: JSONValue) -> Reading {
        if let text = value.string { return Reading(turns: [ChatMessage(.user, text)]) }
        var reading = Reading()
        for (index, entry) in (value.array ?? []).enumerated() {
            do throws(Rejection) {
                reading.turns.append(try message(entry, at: index))
            } catch {
                reading.end = error
                break
            }
        }
        return reading
    }

    static func role(of speaker: String) -> ChatMessage.Role? {
        switch speaker.lowercased() {
        case "user", "human", "prompter": .user
        case "assistant", "gpt", "chatgpt", "model", "bot": .assistant
        case "system", "developer": .system
        default: nil
        }
    }

    /// Names under which data sets keep a tool's call or its result.
    private static let tools: Set = [
        "tool", "tools", "tool_call", "tool_calls", "tool_response", "tool_result", "function", "function_call", "function-call",
        "function_response", "function_result", "observation", "ipython", "environment",
    ]

    private static func message(_ entry: JSONValue, at index: Int) throws(Rejection) -> ChatMessage {
        if let text = entry.string { return ChatMessage(index.isMultiple(of: 2) ? .user : .assistant, text) }
        let number = JSONValue.string("turn \(index + 1)")
        guard let object = entry.object, let speaker = object["role"]?.string ?? object["from"]?.string else {
            throw Rejection("unknown_turn", value: number, threshold: "role and content")
        }
        guard let role = role(of: speaker) else {
            throw Rejection(tools.contains(speaker.lowercased()) ? "tool_turn" : "unknown_role", value: .string(speaker))
        }
        for key in ["tool_calls", "function_call"] {
            guard let calls = object[key], calls != .null, calls != [] else { continue }
            throw Rejection("tool_turn", value: .string(key))
        }
        guard let content = object["content"] ?? object["value"] ?? object["text"], content != .null else {
            throw Rejection("empty_turn", value: number)
        }
        return ChatMessage(role, try text(of: content), isLearned: role == .assistant ? try isLearned(object) : true)
    }

    /// A text, or the texts of a list of parts `[{type: "text", text}]`.
    private static func text(of content: JSONValue) throws(Rejection) -> String {
        if let text = content.string { return text }
        guard let parts = content.array else { throw Rejection("wrong_type", value: "content", threshold: "text") }
        var texts: [String] = []
        for part in parts {
            guard let text = part.string ?? part.object?["text"]?.string else {
                throw Rejection("not_text", value: part.object?["type"] ?? .null, threshold: "text")
            }
            texts.append(text)
        }
        return texts.joined(separator: "\n")
    }

    /// What a turn says of its own weight: 0 and false are no lesson. A weight between would need another loss.
    private static func isLearned(_ turn: JSONObject) throws(Rejection) -> Bool {
        var isLearned = true
        for key in ["weight", "loss", "train", "training"] {
            guard let value = turn[key], value != .null else { continue }
            guard let truth = value.bool ?? value.double.flatMap({ $0 == 0 ? false : $0 == 1 ? true : nil }) else {
                throw Rejection("unknown_weight", value: value, threshold: "0 or 1")
            }
            isLearned = isLearned && truth
        }
        return isLearned
    }
}
