import Foundation
import Ground
import LanguageModels
import TestSupport
import Testing

@testable import Endpoint

@Suite struct EndpointDialectTests {
    private let prompt = Prompt.chat([ChatMessage(.user, "Say it.")])

    /// A server that refuses every body with one of the fields, in its own words.
    private func server(refusing fields: [String], _ words: @escaping @Sendable (String) -> String) throws -> LoopbackServer {
        try LoopbackServer { request in
            let body = (try? JSONObject(parsing: request.body)) ?? JSONObject()
            guard let field = fields.first(where: { body[$0] != nil }) else { return .answer(200, EndpointModelTests.hello) }
            return .answer(400, words(field))
        }
    }

    private static let openAI: @Sendable (String) -> String = { field in
        let advice = field == "max_tokens" ? "Use 'max_completion_tokens' instead." : "Only the default (1) value is supported."
        return
            #"{"error":{"message":"Unsupported parameter: '\#(field)' is not supported with this model. \#(advice)","param":"\#(field)","code":"unsupported_parameter"}}"#
    }
    private static let pydantic: @Sendable (String) -> String = {
        #"{"object":"error","message":"[{'type': 'extra_forbidden', 'loc': ('body', '\#($0)'), 'msg': 'Extra inputs are not permitted'}]"}"#
    }
    private static let plain: @Sendable (String) -> String = { #"{"error":"unknown field \"\#($0)\"","message":"unknown field '\#($0)'"}"# }

    @Test(arguments: 0..<3, [["max_tokens"], ["seed"], ["max_tokens", "temperature", "top_p"], ["top_p", "seed", "max_tokens"]])
    func `what a server does not know is said otherwise or left out, and known from then on`(_ words: Int, _ fields: [String]) async throws
    {
        let server = try server(refusing: fields, [Self.openAI, Self.pydantic, Self.plain][words])
        try await withServer(server) { model, server, _ in
            for _ in 0..<2 {
                #expect(try await model.complete(prompt, sampling: Sampling(maxNewTokens: 9), key: "").text == "Hello.")
            }
            // One refusal a field, then it is known.
            #expect(server.requests.count == fields.count + 2)
            let last = try JSONObject(parsing: try #require(server.requests.last).body)
            for field in fields { #expect(last[field] == nil) }
            #expect((last["max_completion_tokens"] ?? last["max_tokens"]) == 9)
        }
    }

    @Test(arguments: [
        #"{"error":{"message":"max_tokens is too large: 9. This model supports at most 4 completion tokens.","param":"max_tokens"}}"#,
        #"{"error":{"message":"This model's maximum context length is 4 tokens. However, you requested 9."}}"#,
        #"{"error":{"message":"'messages' is not allowed to be empty"}}"#, "no",
    ])
    func `a request that is refused for what it holds is not asked again`(_ body: String) async throws {
        try await withServer(LoopbackServer([.answer(400, body)])) { model, server, _ in
            let met = try await rejection { _ = try await model.complete(prompt, sampling: Sampling(), key: "") }
            #expect(met.reason == "endpoint_refused" && !met.isPassing && server.requests.count == 1)
        }
    }

    @Test func `what was asked for in so many words is not left out`() async throws {
        try await withServer(try server(refusing: ["top_k"], Self.openAI)) { model, _, _ in
            let met = try await rejection { _ = try await model.complete(prompt, sampling: Sampling(topK: 5), key: "") }
            #expect(met.reason == "endpoint_refused")
        }
    }

    @Test func `a model that thinks gets room for it once it was cut in its thoughts`() async throws {
        let server = try LoopbackServer { request in
            let most = (try? JSONObject(parsing: request.body))?["max_tokens"]?.integer ?? 0
            return most < 1000
                ? .answer(200, #"{"choices":[{"message":{"content":null,"reasoning_content":"Let me see"},"finish_reason":"length"}]}"#)
                : .answer(200, #"{"choices":[{"message":{"content":"<think>\nso\n</think>\n\n4"},"finish_reason":"stop"}]}"#)
        }
        try await withServer(server) { model, server, _ in
            for _ in 0..<2 {
                let answer = try await model.complete(prompt, sampling: .greedy(maxNewTokens: 8), key: "")
                #expect(answer.text == "4" && answer.end == .stop)
            }
            #expect(server.requests.count == 3)
            await #expect(throws: ProbabilitiesUnavailable.self) {
                try await model.probabilities(of: EndpointModelTests.labels, after: prompt)
            }
            #expect(server.requests.count == 3)
        }
    }

    @Test(arguments: [
        #""logprobs":{"content":[{"token":"4","logprob":-0.01,"top_logprobs":[]}]}"#, #""logprobs":{"content":[]}"#, #""logprobs":null"#,
        #""logprobs":{"content":[{"token":"4","logprob":-0.01}]}"#, #""logprobs":{"top_logprobs":[null]}"#, #""logprobs":{"content":null}"#,
        #""logprobs":{"content":[{"token":"4","top_logprobs":[{"token":"4","logprob":null}]}]}"#,
        #""logprobs":{"content":[{"token":"<think>","top_logprobs":[{"token":"<think>","logprob":-0.1}]}]}"#,
    ])
    func `a server whose log-probabilities hold nothing gives a score in text`(_ field: String) async throws {
        try await withServer(LoopbackServer([.answer(200, #"{"choices":[{"message":{"content":"4"},\#(field)}]}"#)])) { model, _, _ in
            let score = try await Judge(model, by: .trained).score(of: "A text.", to: "Write a text.")
            #expect(score.score == 4 && score.mass == 1)
        }
    }

    @Test(arguments: [("Ġ4", 0.5), ("▁4", 0.5), (" 4", 0.5), ("4", 0.5), ("44", 0)])
    func `a space is read however a tokenizer writes it`(_ token: String, _ mass: Double) async throws {
        let body =
            #"{"choices":[{"message":{"content":"4"},"logprobs":{"content":[{"top_logprobs":[{"token":"\#(token)","logprob":-0.6931471805599453}]}]}}]}"#
        try await withServer(LoopbackServer([.answer(200, body)])) { model, _, _ in
            let masses = try await model.probabilities(of: EndpointModelTests.labels, after: prompt)
            #expect(abs(masses[3] - mass) < 1e-9)
        }
    }

    @Test(
        arguments: [
            ("Okay, all 3 of", "length", nil), ("4", "length", nil), ("I would give it a 4", "length", nil),
            ("<think>\n2 of", "length", nil),
            ("4\n\nThe answer is", "length", 4.0), ("Score: 5\nIt", "max_tokens", 5), ("3", "stop", 3), ("**2**", "eos", 2),
        ] as [(String, String, Double?)])
    func `a judge that was cut before its score gives none`(_ said: String, _ end: String, _ score: Double?) async throws {
        let answer: JSONObject = ["message": ["content": .string(said)], "finish_reason": .string(end)]
        let body = JSONValue.object(["choices": [.object(answer)]]).serialized
        try await withServer(LoopbackServer([.answer(200, body)])) { model, _, _ in
            var found: Double?
            let met = try await rejection { found = try await Judge(model, by: .trained).score(of: "A text.", to: "Write a text.").score }
            #expect(found == score)
            #expect(score != nil || met.reason == "answer_cut")
        }
    }
}
