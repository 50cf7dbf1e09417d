import Foundation
import Ground
import LanguageModels
import Records

/// How a server tells the log-probabilities of a text that is given, which the protocol has no one way for.
enum LikelihoodWay: Equatable {
    /// `/completions` with `echo` repeats the prompt with its log-probabilities (vLLM, SGLang, llama-cpp-python); tokens come from the
    /// server's tokenizer.
    case echo
    /// The same of a text, where the server has no tokenizer to be asked: token by token, the echo is cut where the prompt ends.
    case echoOfText
    /// `/completion` with a bias that makes the model say the next token, whose log-probability is that without the bias (llama.cpp).
    case forced
    case none(reason: String)
}

extension EndpointModel {
    /// The log-probability, in nats, of each token of the continuation, by the first way that the server knows; found out once.
    ///
    /// One request by `echo`, one a token where tokens are forced. Tokens without numbers, of a server that has no tokenizer to ask, are -1.
    public func logLikelihood(of continuation: String, after prompt: Prompt) async throws -> LogLikelihood {
        if continuation.isEmpty { return LogLikelihood(tokens: [], logProbabilities: []) }
        let way = known.withLock { $0.likelihoods }
        switch way {
        case .none(let reason)?: throw EndpointError.noLogLikelihoods(model: card.name, reason: reason)
        case let way?:
            do {
                return try await likelihood(of: continuation, after: prompt, by: way)
            } catch let refusal as EndpointRefusal {
                throw refusal.rejection
            }
        case nil: break
        }
        var reason = ""
        for way in [LikelihoodWay.echo, .echoOfText, .forced] {
            do {
                let found = try await likelihood(of: continuation, after: prompt, by: way)
                known.withLock { $0.likelihoods = way }
                return found
            } catch let refusal as EndpointRefusal {
                // The longest reason is the one that a server gave who knows what is asked.
                if refusal.message.count > reason.count { reason = String(refusal.message.prefix(200)) }
            }
        }
        if reason.isEmpty { reason = "it knows neither echo nor a tokenizer" }
        // A prompt that is too long is refused in whatever way it is asked about.
        let isAboutLength = ["context", "too long", "length", "exceed"].contains { reason.lowercased().contains($0) }
        if isAboutLength { throw Rejection("endpoint_refused", value: .string(reason)) }
        known.withLock { $0.likelihoods = LikelihoodWay.none(reason: reason) }
        throw EndpointError.noLogLikelihoods(model: card.name, reason: reason)
    }

    private func likelihood(of continuation: String, after prompt: Prompt, by way: LikelihoodWay) async throws -> LogLikelihood {
        switch way {
        case .echo:
            let (before, said) = try await (tokens(of: prompt), tokens(of: continuation, isBeginning: false))
            return try await echoed(before + said, from: before.count)
        case .echoOfText: return try await echoed(continuation, after: prompt)
        case .forced:
            let (before, said) = try await (tokens(of: prompt), tokens(of: continuation, isBeginning: false))
            return try await forced(said, after: before)
        case .none(let reason): throw EndpointError.noLogLikelihoods(model: card.name, reason: reason)
        }
    }

    /// As long as no way is known, a server that does not understand is not asked again.
    private func post(_ body: JSONObject, to path: String) async throws -> JSONObject {
        try await client.post(body, to: path, isTrial: known.withLock { $0.likelihoods == nil })
    }

    // MARK: - The server's tokenizer

    /// The tokens of a prompt with the server's own template, ready for the model to speak.
    private func tokens(of prompt: Prompt) async throws -> [Int] {
        guard case .chat(let turns) = prompt else {
            guard case .text(let text) = prompt else { return [] }
            return try await tokens(of: text, isBeginning: true)
        }
        let isBegun = turns.last?.role == .assistant
        let messages = EndpointExchange.messages(isBegun ? turns.dropLast() : turns[...])
        let begun = isBegun ? try await tokens(of: turns.last?.content ?? "", isBeginning: false) : []
        if known.withLock({ $0.rendersApart }) != true {
            // vLLM takes messages; llama.cpp finds no text in them, gives no token, and renders them elsewhere.
            let answer = try await post(
                ["model": .string(card.name), "messages": messages, "add_generation_prompt": true], to: "/tokenize")
            let tokens = Self.numbers(answer) ?? []
            known.withLock { $0.rendersApart = tokens.isEmpty }
            if !tokens.isEmpty { return tokens + begun }
        }
        let rendered = try await post(["messages": messages], to: "/apply-template")
        guard let text = rendered["prompt"]?.string else { throw Self.stranger(rendered) }
        return try await tokens(of: text, isBeginning: true, holdsSpecialTokens: true) + begun
    }

    /// The tokens of a text, in the words of vLLM and of llama.cpp at once.
    private func tokens(of text: String, isBeginning: Bool, holdsSpecialTokens: Bool = false) async throws -> [Int] {
        if text.isEmpty { return [] }
        let answer = try await post(
            [
                "model": .string(card.name), "prompt": .string(text), "content": .string(text), "add_special_tokens": .bool(isBeginning),
                "add_special": .bool(isBeginning), "parse_special": .bool(holdsSpecialTokens),
            ], to: "/tokenize")
        guard let tokens = Self.numbers(answer) else { throw Self.stranger(answer) }
        return tokens
    }

    private static func numbers(_ answer: JSONObject) -> [Int]? {
        let tokens = answer["tokens"]?.array
        let numbers = tokens?.compactMap { $0.integer ?? $0.object?["id"]?.integer }
        return numbers?.count == tokens?.count ? numbers : nil
    }

    /// An answer that is none to the question: the path belongs to something else.
    private static func stranger(_ answer: JSONObject) -> EndpointRefusal {
        EndpointRefusal(status: 200, message: "an answer of another kind: \(String(answer.serialized.prefix(80)))")
    }

    // MARK: - The ways

    /// The log-probabilities of the tokens from `start` on, as the server repeats them.
    private func echoed(_ tokens: [Int], from start: Int) async throws -> LogLikelihood {
        let answer = try await echo(.array(tokens.map { .integer($0) }))
        guard let echoed = answer.echoed, echoed.logProbabilities.count >= tokens.count else { throw Self.withoutEcho }
        let values = echoed.logProbabilities[start..<tokens.count].compactMap(\.self)
        // The first token of all follows nothing and has no probability.
        guard values.count == tokens.count - start else { throw start == 0 ? Self.withoutBeginning : Self.withoutEcho }
        return LogLikelihood(tokens: Array(tokens[start...]), logProbabilities: values)
    }

    private func echoed(_ continuation: String, after prompt: Prompt) async throws -> LogLikelihood {
        let before = try text(of: prompt)
        let answer = try await echo(.string(before + continuation))
        guard let echoed = answer.echoed, echoed.text.hasPrefix(before + continuation), let last = echoed.offsets.last,
            echoed.offsets.count == echoed.logProbabilities.count
        else { throw Self.withoutEcho }
        // Offsets count characters as Python does.
        let whole = (before + continuation).unicodeScalars.count
        let further = String(String.UnicodeScalarView(echoed.text.unicodeScalars.dropFirst(whole)))
        let lastToken = echoed.tokens.count == echoed.offsets.count ? echoed.tokens.last ?? "" : ""
        var shift = 0
        if !further.isEmpty, !lastToken.isEmpty {
            // The token that was asked for stands last. Where it is missing, llama-cpp-python has given each token the row of the next one, as
            // it does with a text that does not begin with the model's first token.
            let isAmbiguous = continuation.hasSuffix(lastToken)
            guard further.hasPrefix(lastToken), !isAmbiguous || echoed.tokens.joined().hasSuffix(continuation + lastToken) else {
                throw Self.misaligned
            }
            // Servers that leave special tokens out of a text leave them out of the offsets too.
            shift = max(0, whole - last)
        } else if further.isEmpty, !lastToken.isEmpty {
            shift = max(0, whole - last - lastToken.unicodeScalars.count)
        }
        let (start, end) = (before.unicodeScalars.count - shift, whole - shift)
        var values: [Double] = []
        for (number, offset) in echoed.offsets.enumerated() where offset < end {
            // A token that reaches over the place where the texts meet belongs to what is said.
            let next = number + 1 < echoed.offsets.count ? echoed.offsets[number + 1] : end
            // A special token that is left out of the text stands at the place where the answer begins and takes no room.
            guard offset > start || next > start || shift == 0 && offset == start else { continue }
            guard let value = echoed.logProbabilities[number] else { throw start == 0 ? Self.withoutBeginning : Self.withoutEcho }
            values.append(value)
        }
        guard !values.isEmpty else { throw Self.withoutEcho }
        return LogLikelihood(tokens: Array(repeating: -1, count: values.count), logProbabilities: values)
    }

    /// A prompt as one text, by the template that was given for the server's model.
    private func text(of prompt: Prompt) throws -> String {
        switch prompt {
        case .text(let text): return text
        case .chat(let turns):
            guard let render else {
                throw EndpointRefusal(
                    status: 200,
                    message:
                        "it has no tokenizer to ask, and the model's chat template is not known here (--server-template MODEL tells it)")
            }
            let isBegun = turns.last?.role == .assistant
            return try render(isBegun ? Array(turns.dropLast()) : turns) + (isBegun ? turns.last?.content ?? "" : "")
        }
    }

    /// One new token is asked for, as some servers take none for endlessly many.
    private func echo(_ prompt: JSONValue) async throws -> EndpointAnswer {
        let body: JSONObject = [
            "model": .string(card.name), "prompt": prompt, "max_tokens": 1, "temperature": 0, "logprobs": 1, "echo": true,
        ]
        return EndpointAnswer(try await post(body, to: "completions"))
    }

    /// Each token in turn, made to be said by a bias that no other token can stand against. The server keeps what it has computed of the
    /// beginning.
    private func forced(_ tokens: [Int], after before: [Int]) async throws -> LogLikelihood {
        guard !before.isEmpty else { throw Self.withoutBeginning }
        var values: [Double] = []
        for (number, token) in tokens.enumerated() {
            let prompt = before + tokens[..<number]
            let answer = try await post(
                [
                    "prompt": .array(prompt.map { .integer($0) }), "n_predict": 1, "n_probs": 1, "temperature": 0, "cache_prompt": true,
                    "logit_bias": [[.integer(token), 10000]], "post_sampling_probs": false,
                ], to: "/completion")
            let said = answer["completion_probabilities"]?.array?.first?.object
            guard said?["id"]?.integer == token, let value = said?["logprob"]?.double, value < 0.01 else { throw Self.stranger(answer) }
            values.append(min(0, value))
        }
        return LogLikelihood(tokens: tokens, logProbabilities: values)
    }

    private static let withoutEcho = EndpointRefusal(status: 200, message: "its echo holds no log-probabilities of the prompt")
    private static let misaligned = EndpointRefusal(
        status: 200,
        message: "its echo is off by one token, as that of llama-cpp-python is for a text that does not begin with the model's first token")
    private static let withoutBeginning = EndpointRefusal(
        status: 200, message: "the first token of a text follows nothing, and the model has none that begins a text")
}
