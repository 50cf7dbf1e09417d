import Ground

/// The spellings of an instruction and its output that seed files come in.
public enum SeedFormat: String, Sendable, CaseIterable {
    /// `instruction`, `output`
    case native
    /// `instruction`, `context`, `response`
    case dolly
    /// `instruction`, `input`, `output`, perhaps `system` and `history`
    case alpaca
    /// `conversations` of `{from, value}`
    case shareGPT
    /// `messages` of `{role, content}`
    case messages
    /// `conversations` of plain texts
    case lima
    /// `prompt`, `completion`
    case promptCompletion
    /// OpenAssistant's tree: `prompt` with `replies`
    case assistantTree
    /// `text` with "### Human:" and "### Assistant:" turns
    case guanaco
    /// `instruction` and `instances` of `{input, output}`
    case selfInstruct

    /// Tells the format from the fields an object has, nil where it is no seed.
    public static func of(_ object: JSONObject) -> SeedFormat? {
        if object["instruction"]?.string != nil {
            if object["output"]?.string != nil { return object["input"] != nil || object["history"] != nil ? .alpaca : .native }
            if object["response"]?.string != nil { return .dolly }
            if object["instances"]?.array != nil { return .selfInstruct }
        }
        if object["messages"]?.array != nil { return .messages }
        if let turns = object["conversations"]?.array ?? object["conversation"]?.array {
            return turns.first?.string != nil ? .lima : .shareGPT
        }
        if object["prompt"]?.object?["replies"] != nil { return .assistantTree }
        if object["prompt"] != nil, object["completion"] != nil { return .promptCompletion }
        if let text = object["text"]?.string, text.utf8.starts(with: "### Human:".utf8) { return .guanaco }
        return nil
    }
}
