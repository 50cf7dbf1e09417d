import Ground
import LanguageModels

/// What is asked of a server: where, and in which words.
struct EndpointExchange {
    let path: String
    var body: JSONObject

    init(_ prompt: Prompt, model: String) {
        switch prompt {
        case .chat(let turns):
            path = "chat/completions"
            body = ["model": .string(model), "messages": Self.messages(turns.last?.role == .assistant ? turns.dropLast() : turns[...])]
        case .text(let text):
            path = "completions"
            body = ["model": .string(model), "prompt": .string(text)]
        }
    }

    static func messages(_ turns: some Sequence<ChatMessage>) -> JSONValue {
        .array(turns.map { .object(["role": .string($0.role.rawValue), "content": .string($0.content)]) })
    }

    /// Asks for as many of the first token's alternatives as the protocol allows.
    mutating func askForProbabilities() {
        if body["messages"] != nil {
            body["logprobs"] = true
            body["top_logprobs"] = 20
        } else {
            body["logprobs"] = 5
        }
    }
}
