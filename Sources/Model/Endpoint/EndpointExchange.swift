import LanguageModels
import Records

/// What is asked of a server: where, and in which words.
struct EndpointExchange {
    let path: String
    var body: JSONObject

    init(_ prompt: Prompt, model: String) {
        switch prompt {
        case .chat(let turns):
            path = "chat/completions"
            let asked = turns.last?.role == .assistant ? turns.dropLast() : turns[...]
            let messages = asked.map { JSONValue.object(["role": .string($0.role.rawValue), "content": .string($0.content)]) }
            body = ["model": .string(model), "messages": .array(messages)]
        case .text(let text):
            path = "completions"
            body = ["model": .string(model), "prompt": .string(text)]
        }
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

/// What a server answered, as far as it can be read.
struct EndpointAnswer {
    private let object: JSONObject
    private let choice: JSONObject?

    init(_ object: JSONObject) {
        self.object = object
        choice = object["choices"]?.array?.first?.object
    }

    var text: String? { choice?["message"]?.object?["content"]?.string ?? choice?["text"]?.string }
    var end: Completion.End { choice?["finish_reason"]?.string == "length" ? .length : .stop }
    var tokenCount: Int? { object["usage"]?.object?["completion_tokens"]?.integer }

    /// The likeliest first tokens with their log-probabilities; nil where the server gives none.
    var likeliestFirstTokens: [(token: String, logProbability: Double)]? {
        guard let given = choice?["logprobs"]?.object else { return nil }
        if let first = given["content"]?.array?.first?.object {
            guard let tops = first["top_logprobs"]?.array else { return nil }
            return tops.compactMap { Self.pair($0.object?["token"], $0.object?["logprob"]) }
        }
        guard let tops = given["top_logprobs"]?.array?.first?.object else { return nil }
        return tops.fields.compactMap { Self.pair(.string($0.key), $0.value) }
    }

    /// The rejection of an answer that is JSON and yet no answer.
    var unreadable: Rejection {
        Rejection("endpoint_unreadable", value: .string(String(object.serialized.prefix(200))), threshold: "choices with a text")
    }

    private static func pair(_ token: JSONValue?, _ value: JSONValue?) -> (token: String, logProbability: Double)? {
        guard let token = token?.string, let value = value?.double, value < 0.01 else { return nil }
        return (token, value)
    }
}
