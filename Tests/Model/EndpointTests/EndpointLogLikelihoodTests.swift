import Foundation
import Ground
import LanguageModels
import TestSupport
import Testing

@testable import Endpoint

/// A model of characters on a server: a token is a character, its number the code point, and its log-probability minus a thousandth of that.
private struct CharacterServer {
    enum Kind { case vLLM, llamaCpp, textOnly, none }
    let kind: Kind

    static func nats(_ token: Int) -> Double { -Double(token) / 1000 }
    private static func tokens(_ text: String) -> [Int] { text.unicodeScalars.map { Int($0.value) } }
    /// The template: the last turn's words in angle brackets.
    private static func rendered(_ body: JSONObject) -> String? {
        body["messages"]?.array.map { "<\($0.last?.object?["content"]?.string ?? "")>" }
    }

    func act(_ request: LoopbackServer.Request) -> LoopbackServer.Act {
        guard let body = try? JSONObject(parsing: request.body) else { return .answer(404, "") }
        switch (request.path, kind) {
        case ("/tokenize", .vLLM):
            guard let text = body["prompt"]?.string ?? Self.rendered(body) else { return .answer(400, "no prompt") }
            return numbers(Self.tokens(text))
        case ("/tokenize", .llamaCpp): return numbers(Self.tokens(body["content"]?.string ?? ""))
        case ("/apply-template", .llamaCpp):
            return .answer(200, JSONValue.object(["prompt": .string(Self.rendered(body) ?? "")]).serialized)
        case ("/v1/completions", .vLLM), ("/v1/completions", .textOnly): return echo(body)
        case ("/v1/completions", .llamaCpp): return .answer(500, #"{"error":{"message":"Only no echo is supported"}}"#)
        case ("/completion", .llamaCpp): return forced(body)
        default: return .answer(404, #"{"error":"Not Found"}"#)
        }
    }

    private func numbers(_ tokens: [Int]) -> LoopbackServer.Act {
        .answer(200, JSONValue.object(["tokens": .array(tokens.map { .integer($0) })]).serialized)
    }

    /// The prompt again, and one token more.
    private func echo(_ body: JSONObject) -> LoopbackServer.Act {
        guard kind == .vLLM || body["prompt"]?.string != nil else { return .answer(400, "a text is wanted") }
        let tokens = (body["prompt"]?.array?.compactMap(\.integer) ?? Self.tokens(body["prompt"]?.string ?? "")) + [33]
        var view = String.UnicodeScalarView()
        for token in tokens { view.append(Unicode.Scalar(UInt32(token)) ?? "?") }
        let values = tokens.enumerated().map { $0.offset == 0 ? JSONValue.null : .double(Self.nats($0.element)) }
        let logprobs: JSONObject = [
            "token_logprobs": .array(values), "text_offset": .array(tokens.indices.map { .integer($0) }),
            "tokens": .array(view.map { .string(String($0)) }),
        ]
        let choice: JSONObject = ["text": .string(String(view)), "logprobs": .object(logprobs), "finish_reason": "length"]
        return .answer(200, JSONValue.object(["choices": [.object(choice)]]).serialized)
    }

    /// As llama-cpp-python echoes a text: special tokens ("<" and ">") are left out of offsets, and each token has the row of the one behind it
    /// unless the text begins with the first of them, which then is left out.
    static func pythonEcho(_ request: LoopbackServer.Request) -> LoopbackServer.Act {
        guard request.path == "/v1/completions", let body = try? JSONObject(parsing: request.body), let text = body["prompt"]?.string else {
            return .answer(404, #"{"detail":"Not Found"}"#)
        }
        let prompt = Self.tokens(text)
        let all = prompt.dropFirst(prompt.first == 60 ? 1 : 0) + [33]
        // A row for each token of the prompt: the row at a place tells of the token behind it.
        let rows = prompt.indices.map { place in { (token: Int) in Self.nats(token) - (prompt.first == 60 ? 0 : 5) } }
        var (tokens, values, offsets, offset) = ([JSONValue](), [JSONValue](), [JSONValue](), 0)
        for (token, row) in zip(all, rows) {
            tokens.append(.string(Unicode.Scalar(UInt32(token)).map { String(Character($0)) } ?? ""))
            offsets.append(.integer(offset))
            values.append(values.isEmpty ? .null : .double(row(token)))
            if token != 60, token != 62 { offset += 1 }
        }
        let logprobs: JSONObject = ["token_logprobs": .array(values), "text_offset": .array(offsets), "tokens": .array(tokens)]
        let choice: JSONObject = ["text": .string(text + "!"), "logprobs": .object(logprobs), "finish_reason": "length"]
        return .answer(200, JSONValue.object(["choices": [.object(choice)]]).serialized)
    }

    /// The token that the bias makes the model say, with its log-probability before the bias.
    private func forced(_ body: JSONObject) -> LoopbackServer.Act {
        guard body["n_predict"] == 1, let token = body["logit_bias"]?.array?.first?.array?.first?.integer else {
            return .answer(400, "what?")
        }
        let said: JSONObject = ["id": .integer(token), "logprob": .double(Self.nats(token)), "top_logprobs": []]
        return .answer(200, JSONValue.object(["completion_probabilities": [.object(said)]]).serialized)
    }
}

@Suite struct EndpointLogLikelihoodTests {
    private static let turns = Prompt.chat([ChatMessage(.system, "s"), ChatMessage(.user, "née?")])
    private static let begun = Prompt.chat([ChatMessage(.user, "née?"), ChatMessage(.assistant, "Q:")])

    @Test(arguments: [Prompt.text("née "), turns, begun], ["Hé!", " a"])
    func `vLLM's server tells each token's log-probability in one answer`(_ prompt: Prompt, _ continuation: String) async throws {
        try await withServer(LoopbackServer { CharacterServer(kind: .vLLM).act($0) }) { model, server, _ in
            let found = try await model.logLikelihood(of: continuation, after: prompt)
            #expect(found.tokens == continuation.unicodeScalars.map { Int($0.value) })
            #expect(found.logProbabilities == found.tokens.map(CharacterServer.nats))
            #expect(server.requests.count { $0.path == "/v1/completions" } == 1)
        }
    }

    @Test(arguments: [Prompt.text("née "), turns, begun], ["Hé!", " a"])
    func `llama.cpp's server is made to say the tokens one by one`(_ prompt: Prompt, _ continuation: String) async throws {
        try await withServer(LoopbackServer { CharacterServer(kind: .llamaCpp).act($0) }) { model, server, _ in
            for round in 1...2 {
                let found = try await model.logLikelihood(of: continuation, after: prompt)
                #expect(found.logProbabilities == continuation.unicodeScalars.map { CharacterServer.nats(Int($0.value)) })
                #expect(server.requests.count { $0.path == "/completion" } == round * continuation.unicodeScalars.count)
            }
            // That it has no echo is found out once.
            #expect(server.requests.count { $0.path == "/v1/completions" } <= 2)
        }
    }

    @Test func `a server without a tokenizer repeats a text, which is cut by characters`() async throws {
        try await withServer(LoopbackServer { CharacterServer(kind: .textOnly).act($0) }) { model, _, _ in
            let found = try await model.logLikelihood(of: "Hé!", after: .text("née "))
            #expect(found.logProbabilities == "Hé!".unicodeScalars.map { CharacterServer.nats(Int($0.value)) })
            #expect(found.tokens == [-1, -1, -1])
        }
    }

    @Test(arguments: [Prompt.text("née "), turns])
    func `a server that tells none is asked once, and the error says so`(_ prompt: Prompt) async throws {
        try await withServer(LoopbackServer { CharacterServer(kind: .none).act($0) }) { model, server, _ in
            let error = await #expect(throws: EndpointError.self) { try await model.logLikelihood(of: "Hé!", after: prompt) }
            guard case .noLogLikelihoods? = error else { throw error ?? .wrongKey }
            let asked = server.requests.count
            await #expect(throws: EndpointError.self) { try await model.logLikelihood(of: "Hé!", after: prompt) }
            #expect(server.requests.count == asked)
        }
    }

    @Test(arguments: [turns, begun])
    func `by a template that is given, a server without a tokenizer tells of an answer to a chat`(_ prompt: Prompt) async throws {
        let server = try LoopbackServer { CharacterServer.pythonEcho($0) }
        defer { server.stop() }
        let model = try EndpointModel(
            address: EndpointAddress("http://127.0.0.1:\(server.port)/v1#tiny"), requests: 1, key: nil, patience: .init(),
            render: { "<" + $0.map(\.content).joined(separator: "><") + ">" })
        let found = try await model.logLikelihood(of: "Hé!", after: prompt)
        #expect(found.logProbabilities == "Hé!".unicodeScalars.map { CharacterServer.nats(Int($0.value)) })
        let asked = try #require(server.requests.last?.body)
        #expect(asked.contains(prompt == Self.begun ? "<née?>Q:Hé!" : "<s><née?>Hé!"))
    }

    @Test func `an echo whose rows are off by one is refused and not believed`() async throws {
        try await withServer(LoopbackServer { CharacterServer.pythonEcho($0) }) { model, _, _ in
            let error = await #expect(throws: EndpointError.self) { try await model.logLikelihood(of: "Hé", after: .text("née ")) }
            #expect(error?.description.contains("off by one token") == true)
        }
    }

    @Test func `an echo without log-probabilities is none`() async throws {
        let server = try LoopbackServer { request in
            request.path == "/v1/completions"
                ? .answer(200, #"{"choices":[{"text":"née Hé!","logprobs":null}]}"#) : CharacterServer(kind: .vLLM).act(request)
        }
        try await withServer(server) { model, _, _ in
            let error = await #expect(throws: EndpointError.self) { try await model.logLikelihood(of: "Hé!", after: .text("née ")) }
            #expect(error?.description.contains("holds no log-probabilities") == true)
        }
    }
}
