import Foundation
import Ground
import LanguageModels
import Records
import Synchronization
import TestSupport
import Testing

@testable import Endpoint

/// A clock that only waits move, and the waits a model asked for, none of which is waited.
final class Clock: Sendable {
    private let state = Mutex<(now: Double, waits: [Double])>((1000, []))
    var waits: [Double] { state.withLock { $0.waits } }
    var now: Double { state.withLock { $0.now } }
    func wait(_ seconds: Double) {
        state.withLock {
            $0.now += seconds
            $0.waits.append(seconds)
        }
    }
}

@Suite struct EndpointModelTests {
    static let hello = #"{"choices":[{"message":{"content":"Hello."},"finish_reason":"stop"}],"usage":{"completion_tokens":2}}"#
    static let prompt = Prompt.chat([ChatMessage(.system, "Be brief."), ChatMessage(.user, "Say \"hello\"")])
    static let labels = (1...5).map { Label("\($0)", " \($0)") }

    /// Lets `body` ask a model whose server acts as told.
    @discardableResult func with<Result>(
        _ acts: [LoopbackServer.Act], requests: Int = 4, key: String? = nil, tries: Int = 3, timeout: Double = 20,
        _ body: (EndpointModel, LoopbackServer, Clock) async throws -> Result
    ) async throws -> Result {
        try await withServer(LoopbackServer(acts), requests: requests, key: key, tries: tries, timeout: timeout, body)
    }

    @Test func `a chat is asked for in the words of the protocol, and answered`() async throws {
        try await with([.answer(200, Self.hello)], key: "secret") { model, server, _ in
            let sampling = Sampling(temperature: 0.5, topP: 0.9, maxNewTokens: 7, stop: ["END"], seed: 3)
            let answer = try await model.complete(Self.prompt, sampling: sampling, key: "a")
            #expect(answer == Completion(text: "Hello.", end: .stop, tokenCount: 2))
            let request = try #require(server.requests.first)
            #expect(request.head.hasPrefix("POST /v1/chat/completions HTTP/1.1"))
            #expect(request.head.contains("Authorization: Bearer secret"))
            let body = try JSONObject(parsing: request.body)
            #expect(body["model"] == "tiny")
            #expect(body["messages"]?.array?.last?.object?["content"] == "Say \"hello\"")
            #expect(body["max_tokens"] == 7)
            #expect(body["stop"] == ["END"])
            #expect(body["top_k"] == nil)
        }
    }

    @Test func `an answer that was begun is not sent, since servers differ in what they do then`() async throws {
        try await with([.answer(200, Self.hello)]) { model, server, _ in
            let begun = Prompt.chat([ChatMessage(.user, "Say hello"), ChatMessage(.assistant, "Hel")])
            _ = try await model.complete(begun, sampling: Sampling(), key: "a")
            let body = try JSONObject(parsing: try #require(server.requests.first).body)
            #expect(body["messages"]?.array?.count == 1 && body["messages"]?.array?.first?.object?["content"] == "Say hello")
        }
    }

    @Test func `the same key gives the same seed, another key another`() async throws {
        try await with([.answer(200, Self.hello)]) { model, server, _ in
            for key in ["a", "a", "b"] { _ = try await model.complete(Self.prompt, sampling: Sampling(seed: 1), key: key) }
            let seeds = try server.requests.map { try JSONObject(parsing: $0.body)["seed"]?.integer }
            #expect(seeds[0] == seeds[1] && seeds[0] != seeds[2])
        }
    }

    @Test func `a text goes to the other path, and an answer cut by length says so`() async throws {
        try await with([.answer(200, #"{"choices":[{"text":" there","finish_reason":"length"}]}"#)]) { model, server, _ in
            let answer = try await model.complete(.text("Over"), sampling: .greedy(maxNewTokens: 1), key: "")
            #expect(answer.text == " there" && answer.end == .length)
            #expect(server.requests[0].head.hasPrefix("POST /v1/completions"))
        }
    }

    @Test func `a busy server is asked again after the time it names`() async throws {
        let acts: [LoopbackServer.Act] = [.answer(429, "{}", headers: ["Retry-After: 9"]), .answer(503, "busy"), .answer(200, Self.hello)]
        try await with(acts) { model, server, clock in
            _ = try await model.complete(Self.prompt, sampling: Sampling(), key: "")
            #expect(clock.waits == [9, 1])
            #expect(server.requests.count == 3)
        }
    }

    @Test
    func `a server that fails one record and answers what it is asked besides makes that record a broken one, which may be tried again`()
        async throws
    {
        let server = try LoopbackServer { request in
            request.path.hasSuffix("/models") ? .answer(200, "{}") : .answer(500, #"{"error":{"message":"out of memory"}}"#)
        }
        try await withServer(server) { model, server, clock in
            let met = try await rejection { _ = try await model.complete(Self.prompt, sampling: Sampling(), key: "") }
            #expect(met.reason == "endpoint_failed" && met.isPassing)
            #expect(met.value == "status 500 out of memory")
            #expect(server.requests.count == 4 && clock.waits == [0.5, 1])
        }
    }

    @Test(arguments: [
        LoopbackServer.Act.answer(500, "no"), .answer(503, "loading"), .answer(429, "{}", headers: ["Retry-After: 86400"]), .hangUp,
    ])
    func `servers that answer nothing any more end the run once the patience is over, and no record is broken by it`(
        _ act: LoopbackServer.Act
    )
        async throws
    {
        try await with([.answer(200, Self.hello), act]) { model, _, clock in
            _ = try await model.complete(Self.prompt, sampling: Sampling(), key: "")
            let begun = clock.now
            let error = await #expect(throws: EndpointError.self) {
                try await model.complete(Self.prompt, sampling: Sampling(), key: "")
            }
            guard case .gone(_, let seconds, _)? = error else { throw error ?? .wrongKey }
            #expect(seconds >= 180 && clock.now - begun < 180 + 30)
            #expect(error?.description.contains("--resume") == true)
        }
    }

    @Test func `after a failure the other server of two is asked`() async throws {
        let (bad, good) = (try LoopbackServer([.answer(500, "no")]), try LoopbackServer([.answer(200, Self.hello)]))
        defer {
            bad.stop()
            good.stop()
        }
        let clock = Clock()
        let address = try EndpointAddress("http://127.0.0.1:\(bad.port)/v1,http://127.0.0.1:\(good.port)/v1#tiny")
        let model = try EndpointModel(
            address: address, requests: 4, key: nil, patience: .init(sleep: { clock.wait($0) }, now: { clock.now }))
        for number in 0..<5 { _ = try await model.complete(Self.prompt, sampling: Sampling(), key: "\(number)") }
        #expect(bad.requests.count == 1 && good.requests.count == 5)
    }

    @Test func `a run ends where the servers have counted as many tokens as it may use`() async throws {
        let answer = #"{"choices":[{"message":{"content":"Hi."}}],"usage":{"prompt_tokens":30,"completion_tokens":4}}"#
        let server = try LoopbackServer([.answer(200, answer)])
        defer { server.stop() }
        let usage = EndpointUsage(most: 60)
        let model = try EndpointModel(
            address: EndpointAddress("http://127.0.0.1:\(server.port)/v1#tiny"), requests: 1, key: nil, patience: .init(), usage: usage)
        for _ in 0..<2 { _ = try await model.complete(Self.prompt, sampling: Sampling(), key: "") }
        await #expect(throws: EndpointError.ceiling(used: 68, most: 60)) {
            try await model.complete(Self.prompt, sampling: Sampling(), key: "")
        }
        #expect(server.requests.count == 2 && usage.count == .init(requests: 2, read: 60, written: 8))
    }

    @Test(arguments: ["<html>", "[]", #"{"choices":[]}"#, #"{"choices":[{"message":{"content":null}}]}"#, ""])
    func `an answer that is none makes the record a broken one, without another try`(_ body: String) async throws {
        try await with([.answer(200, body)]) { model, server, _ in
            let met = try await rejection { _ = try await model.complete(Self.prompt, sampling: Sampling(), key: "") }
            #expect(met.reason == "endpoint_unreadable")
            #expect(server.requests.count == 1)
        }
    }

    @Test func `a connection that breaks off is tried again`() async throws {
        try await with([.hangUp, .answer(200, Self.hello)]) { model, _, clock in
            let answer = try await model.complete(Self.prompt, sampling: Sampling(), key: "")
            #expect(answer.text == "Hello.")
            #expect(clock.waits.count == 1)
        }
    }

    @Test func `an answer that comes too slowly is given up after the time set, however it trickles`() async throws {
        let isFirst = Atomic(true)
        let server = try LoopbackServer { request in
            if request.path.hasSuffix("/models") { return .answer(404, "") }
            if isFirst.exchange(false, ordering: .relaxed) { return .answer(200, Self.hello) }
            return .drip(Array("HTTP/1.1 200 X\r\nContent-Length: 90\r\n\r\n\(Self.hello)".utf8))
        }
        try await withServer(server, tries: 2, timeout: 1) { model, _, _ in
            _ = try await model.complete(Self.prompt, sampling: Sampling(), key: "")
            let met = try await rejection { _ = try await model.complete(Self.prompt, sampling: Sampling(), key: "") }
            #expect(met.reason == "endpoint_failed" && met.value == "no answer in time" && met.isPassing)
        }
    }

    @Test func `a server that is not there ends the run`() async throws {
        let server = try LoopbackServer([.hangUp])
        server.stop()
        let model = try EndpointModel(
            address: EndpointAddress("http://127.0.0.1:\(server.port)/v1#tiny"), requests: 1, key: nil,
            patience: .init(tries: 2, sleep: { _ in }))
        let error = await #expect(throws: EndpointError.self) {
            try await model.complete(Self.prompt, sampling: Sampling(), key: "")
        }
        guard case .unreachable = error else { throw error ?? .wrongKey }
    }

    @Test(arguments: [401, 404])
    func `a wrong key and a wrong path end the run`(_ status: Int) async throws {
        try await with([.answer(status, #"{"error":"no"}"#)]) { model, server, _ in
            await #expect(throws: EndpointError.refused(host: "127.0.0.1:\(server.port)", status: status, message: "no")) {
                try await model.complete(Self.prompt, sampling: Sampling(), key: "")
            }
        }
    }

    @Test func `labels are summed over their spellings from the alternatives a chat gives`() async throws {
        let body = """
            {"choices":[{"message":{"content":"4"},"logprobs":{"content":[{"token":"4","logprob":-0.7,"top_logprobs":[
            {"token":"4","logprob":-0.6931471805599453},{"token":" 4","logprob":-1.3862943611198906},
            {"token":"5","logprob":-2.0794415416798357},{"token":"45","logprob":-3}]}]}}]}
            """
        try await with([.answer(200, body)]) { model, server, _ in
            let masses = try await model.probabilities(of: Self.labels, after: Self.prompt)
            for (mass, expected) in zip(masses, [0, 0, 0, 0.75, 0.125]) { #expect(abs(mass - expected) < 1e-12) }
            let asked = try JSONObject(parsing: server.requests[0].body)
            #expect(asked["logprobs"] == true && asked["top_logprobs"] == 20 && asked["max_tokens"] == 1)
        }
    }

    @Test func `a server without probabilities is asked for them once`() async throws {
        try await with([.answer(200, Self.hello)]) { model, server, _ in
            for _ in 0..<3 {
                await #expect(throws: ProbabilitiesUnavailable.self) {
                    try await model.probabilities(of: Self.labels, after: Self.prompt)
                }
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test func `no more requests run at once than allowed`() async throws {
        try await with([.answer(200, Self.hello)], requests: 3) { model, server, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<40 {
                    group.addTask { _ = try await model.complete(Self.prompt, sampling: Sampling(), key: "\(index)") }
                }
                try await group.waitForAll()
            }
            #expect(server.requests.count == 40)
            #expect(server.mostAtOnce <= 3)
        }
    }

    @Test func `a cancelled request ends at once, one that waits for its turn too`() async throws {
        try await with([.keepSilent], requests: 1, timeout: 600) { model, _, _ in
            let tasks = (0..<3).map { index in
                Task { try await model.complete(Self.prompt, sampling: Sampling(), key: "\(index)") }
            }
            for task in tasks { task.cancel() }
            for task in tasks { await #expect(throws: CancellationError.self) { try await task.value } }
        }
    }
}

/// Lets `body` ask a model of this server, which is stopped at the end.
func withServer<Result>(
    _ server: LoopbackServer, requests: Int = 4, key: String? = nil, tries: Int = 3, timeout: Double = 20,
    _ body: (EndpointModel, LoopbackServer, Clock) async throws -> Result
) async throws -> Result {
    defer { server.stop() }
    let clock = Clock()
    let model = try EndpointModel(
        address: EndpointAddress("http://127.0.0.1:\(server.port)/v1#tiny"), requests: requests, key: key,
        patience: .init(timeoutSeconds: timeout, tries: tries, sleep: { clock.wait($0) }, now: { clock.now }))
    return try await body(model, server, clock)
}

/// The rejection that `body` throws.
func rejection(of body: () async throws -> Void) async throws -> Rejection {
    do { try await body() } catch let rejection as Rejection { return rejection }
    return Rejection("none")
}
