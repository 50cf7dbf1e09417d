import Ground
import LanguageModels
import Records

/// What a server answered, as far as it can be read.
struct EndpointAnswer {
    private let object: JSONObject
    private let choice: JSONObject?
    private let message: JSONObject?
    private let thoughts: ThoughtBlock?

    /// How an answer came to its end, in the words of many servers.
    enum End: Equatable { case stop, length, filter, failure(String) }

    init(_ object: JSONObject) {
        self.object = object
        choice = object["choices"]?.array?.first?.object
        message = choice?["message"]?.object
        thoughts = Self.text(message?["content"] ?? choice?["text"]).map { ThoughtBlock($0) }
    }

    /// What is said, thoughts left out; nil where nothing is.
    var text: String? { thoughts?.answer }

    var end: End {
        guard let reason = choice?["finish_reason"]?.string?.lowercased() else { return .stop }
        return switch reason {
        case "length", "max_tokens", "model_length", "max_output_tokens": .length
        case "content_filter", "safety", "recitation", "blocklist", "prohibited_content", "spii", "refusal", "content_filtered": .filter
        case "error", "abort", "aborted", "cancelled": .failure(reason)
        default: .stop
        }
    }

    /// Whether the model thinks before it answers.
    var hasThoughts: Bool {
        thoughts?.hasThoughts == true || [message?["reasoning_content"], message?["reasoning"]].contains { $0?.string?.isEmpty == false }
    }

    /// Whether the end came before the thoughts did.
    var isCutInThoughts: Bool { end == .length && hasThoughts && (text ?? "").isEmpty }

    /// The tokens that the server counted, where it counts as one can.
    var tokenCount: Int? { object["usage"]?.object?["completion_tokens"]?.integer.flatMap { (0...(1 << 32)).contains($0) ? $0 : nil } }

    /// Why the answer is none, nil where it is one.
    var rejection: Rejection? {
        switch end {
        case .filter: return Rejection("content_filter", value: .string(excerpt), threshold: "a text that the server's filter did not cut")
        case .failure(let reason):
            return Rejection("endpoint_failed", value: .string("the server ended the answer with \(reason)"), isPassing: true)
        case .length, .stop: break
        }
        if let refusal = message?["refusal"]?.string, !refusal.isEmpty, (text ?? "").isEmpty {
            return Rejection("model_refused", value: .string(String(refusal.prefix(200))))
        }
        if isCutInThoughts { return Rejection("answer_cut", value: .string(excerpt), threshold: "an answer behind the thoughts") }
        return text == nil ? unreadable : nil
    }

    /// Whether nothing is said, and nothing says why.
    var isSilent: Bool {
        guard (text ?? "").allSatisfy(\.isWhitespace) else { return false }
        return end != .filter && message?["refusal"]?.string?.isEmpty != false
    }

    /// The likeliest first tokens with their log-probabilities, one at least; nil where the server gives none.
    var likeliestFirstTokens: [(token: String, logProbability: Double)]? {
        guard let given = choice?["logprobs"]?.object else { return nil }
        let pairs: [(token: String, logProbability: Double)]
        if let first = given["content"]?.array?.first?.object {
            pairs = first["top_logprobs"]?.array?.compactMap { Self.pair($0.object?["token"], $0.object?["logprob"]) } ?? []
        } else {
            pairs = given["top_logprobs"]?.array?.first?.object?.fields.compactMap { Self.pair(.string($0.key), $0.value) } ?? []
        }
        return pairs.isEmpty ? nil : pairs
    }

    /// The log-probabilities of the tokens of a prompt that was asked to be repeated, nil for the first, which follows nothing.
    var echoed: (tokens: [String], logProbabilities: [Double?], offsets: [Int], text: String)? {
        guard let given = choice?["logprobs"]?.object, let values = given["token_logprobs"]?.array else { return nil }
        return (
            given["tokens"]?.array?.map { $0.string ?? "" } ?? [], values.map { Self.logProbability($0) },
            given["text_offset"]?.array?.compactMap(\.integer) ?? [], choice?["text"]?.string ?? ""
        )
    }

    /// The rejection of an answer that is JSON and yet no answer.
    var unreadable: Rejection {
        Rejection("endpoint_unreadable", value: .string(String(object.serialized.prefix(200))), threshold: "choices with a text")
    }

    private var excerpt: String {
        let said =
            Self.text(message?["content"] ?? choice?["text"]) ?? message?["reasoning_content"]?.string ?? message?["reasoning"]?.string
        return String((said ?? "").prefix(200))
    }

    /// A text, or the texts of an answer in parts.
    private static func text(_ value: JSONValue?) -> String? {
        if let text = value?.string { return text }
        let parts = value?.array?.compactMap { $0.object?["text"]?.string } ?? []
        return parts.isEmpty ? nil : parts.joined()
    }

    private static func pair(_ token: JSONValue?, _ value: JSONValue?) -> (token: String, logProbability: Double)? {
        guard let token = token?.string, let value = logProbability(value) else { return nil }
        return (spaced(token), value)
    }

    /// Some servers write the space before a word as their tokenizer does.
    private static func spaced(_ token: String) -> String {
        guard let first = token.first, first == "Ġ" || first == "▁" else { return token }
        return " " + token.dropFirst()
    }

    private static func logProbability(_ value: JSONValue?) -> Double? {
        guard let value = value?.double, value < 0.01 else { return nil }
        return min(0, value)
    }
}
