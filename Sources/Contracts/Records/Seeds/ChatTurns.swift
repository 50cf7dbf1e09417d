/// Reads conversations as the common data sets spell them.
public enum ChatTurns {
    /// Turns of `[{role, content}]`, ShareGPT's `[{from, value}]` or LIMA's plain list of texts, which alternate from the user on.
    ///
    /// Turns of other speakers (tools, observations) are left out; neighbours of one role stay apart.
    public static func read(_ value: JSONValue) -> [ChatMessage] {
        if let text = value.string { return [ChatMessage(.user, text)] }
        guard let entries = value.array else { return [] }
        return entries.enumerated().compactMap { index, entry in
            if let text = entry.string { return ChatMessage(index.isMultiple(of: 2) ? .user : .assistant, text) }
            guard let object = entry.object else { return nil }
            guard let speaker = object["role"]?.string ?? object["from"]?.string, let role = role(of: speaker),
                let content = content(of: object["content"] ?? object["value"] ?? object["text"])
            else { return nil }
            return ChatMessage(role, content)
        }
    }

    static func role(of speaker: String) -> ChatMessage.Role? {
        switch speaker.lowercased() {
        case "user", "human", "prompter": .user
        case "assistant", "gpt", "chatgpt", "model", "bot": .assistant
        case "system", "developer": .system
        default: nil
        }
    }

    /// A text, or the texts of a list of parts `[{type: "text", text}]`.
    private static func content(of value: JSONValue?) -> String? {
        if let text = value?.string { return text }
        guard let parts = value?.array else { return nil }
        return parts.compactMap { $0.string ?? $0.object?["text"]?.string }.joined(separator: "\n")
    }
}
