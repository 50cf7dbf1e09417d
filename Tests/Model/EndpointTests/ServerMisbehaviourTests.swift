import Foundation
import Ground
import LanguageModels
import TestSupport
import Testing

@testable import Endpoint
@testable import Records

/// What a server may do, and what comes of it: an answer, a broken record or the end of the run, with words that say what happened.
struct Misbehaviour: Sendable, CustomTestStringConvertible {
    enum End: Sendable {
        case answered(String)
        case rejected(String, saying: String = "")
        case ended(saying: String)
    }

    let testDescription: String
    let act: LoopbackServer.Act
    let end: End

    init(_ name: String, _ act: LoopbackServer.Act, _ end: End) {
        testDescription = name
        self.act = act
        self.end = end
    }

    static let key = "sk-0123456789abcdefABCDEF"
    static let good = #"{"choices":[{"message":{"content":"Fine."},"finish_reason":"stop"}]}"#

    private static func head(_ lines: String...) -> String { (["HTTP/1.1 200 OK"] + lines).joined(separator: "\r\n") + "\r\n\r\n" }
    private static func choice(_ fields: String) -> LoopbackServer.Act { .answer(200, #"{"choices":[{\#(fields)}]}"#) }
    private static func packed(_ bytes: [UInt8]) -> LoopbackServer.Act {
        let member = (try? GzipMember.pack(bytes)) ?? []
        return .bytes(Array(head("Content-Encoding: gzip", "Content-Length: \(member.count)", "Connection: close").utf8) + member)
    }
    private static func redirect(_ status: Int, _ location: String?, body: String = "") -> LoopbackServer.Act {
        .answer(status, body, headers: location.map { ["Location: \($0)"] } ?? [])
    }

    static let all: [Misbehaviour] = [
        .init("301 to itself", redirect(301, "/v1/chat/completions"), .ended(saying: "status 301, to /v1/chat/completions")),
        .init("302 elsewhere", redirect(302, "http://127.0.0.1:1/x"), .ended(saying: "to http://127.0.0.1:1/x")),
        .init("307 without saying where", redirect(307, nil), .ended(saying: "without saying where")),
        .init("308 with a body", redirect(308, "/x", body: String(repeating: "moved ", count: 5000)), .ended(saying: "to /x")),
        .init("303 to a file", redirect(303, "file:///etc/passwd"), .ended(saying: "file:///etc/passwd")),
        .init(
            "301 on a connection that stays open", .text("HTTP/1.1 301 Moved\r\nLocation: /ok\r\nContent-Length: 5\r\n\r\nmoved"),
            .ended(saying: "to /ok")),
        .init("a redirect that repeats the key", redirect(302, "http://x/?k=\(key)"), .ended(saying: "[the key]")),
        .init(
            "a length of 2^63 - 1", .text(head("Content-Length: 9223372036854775807", "Connection: close") + good),
            .ended(saying: "an answer of 9223372036854775807 bytes")),
        .init(
            "a length of 24 digits", .text(head("Content-Length: 999999999999999999999999") + good), .ended(saying: "more than 92233720368")
        ),
        .init("a length below zero", .text(head("Content-Length: -5") + good), .ended(saying: "no HTTP")),
        .init("a length beyond the end", .text(head("Content-Length: 5000") + good), .ended(saying: "broke off")),
        .init("a length before the end", .text(head("Content-Length: 20") + good), .rejected("endpoint_unreadable")),
        .init(
            "an endless body", .endless(Array(head("Connection: close").utf8), Array(repeating: 0x20, count: 1 << 16)),
            .rejected("endpoint_too_long")),
        .init(
            "an endless body in chunks",
            .endless(
                Array(head("Transfer-Encoding: chunked").utf8), Array("10000\r\n".utf8) + Array(repeating: 0x78, count: 0x10000) + [13, 10]),
            .rejected("endpoint_too_long")),
        .init(
            "an endless header", .endless(Array("HTTP/1.1 200 OK\r\n".utf8), Array("X-A: aaaaaaaaaaaaaaaa\r\n".utf8)),
            .ended(saying: "does not end")),
        .init("a chunk without a length", .text(head("Transfer-Encoding: chunked") + "ZZZ\r\n" + good), .ended(saying: "")),
        .init(
            "a thousand requests to go on",
            .text(String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 1000) + head("Connection: close") + good), .answered("Fine.")),
        .init("a body without a header", .text(good), .ended(saying: "no HTTP")),
        .init("bytes that are nothing", .bytes((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) }), .ended(saying: "")),
        .init("a status of 999", .text("HTTP/1.1 999 Hm\r\nContent-Length: 0\r\n\r\n"), .ended(saying: "status 999")),
        .init("a status of 0", .text("HTTP/1.1 0 Hm\r\nContent-Length: 0\r\n\r\n"), .ended(saying: "")),
        .init("a packed answer", packed(Array(good.utf8)), .answered("Fine.")),
        .init("a packed answer that is huge", packed(Array(repeating: 0x20, count: 40 << 20)), .rejected("endpoint_too_long")),
        .init("a packed answer that is none", .text(head("Content-Encoding: gzip", "Connection: close") + good), .ended(saying: "no HTTP")),
        .init("lists in lists", .answer(200, String(repeating: "[", count: 200_000)), .rejected("endpoint_unreadable")),
        .init("no choice", .answer(200, #"{"choices":[]}"#), .rejected("endpoint_unreadable")),
        .init("no content", choice(#""message":{"content":null}"#), .rejected("endpoint_unreadable")),
        .init(
            "tokens below zero", .answer(200, good.dropLast() + #","usage":{"completion_tokens":-99999999999999999}}"#), .answered("Fine.")),
        .init("tokens beyond counting", .answer(200, good.dropLast() + #","usage":{"completion_tokens":1e300}}"#), .answered("Fine.")),
        .init(
            "an error that repeats the key", .answer(400, #"{"error":{"message":"bad: \#(key)"}}"#),
            .rejected("endpoint_refused", saying: "bad: [the key]")),
        .init("a refusal that repeats the key", .answer(401, "no \(key)"), .ended(saying: "no [the key]")),
        .init("an answer that repeats the key", choice(#""message":{"content":"Use \#(key)."}"#), .answered("Use [the key].")),
        .init(
            "an error in a good status", .answer(200, #"{"error":{"message":"too long","code":400}}"#),
            .rejected("endpoint_refused", saying: "too long")),
        .init(
            "too many requests in a good status", .answer(200, #"{"error":{"message":"slow down","code":429}}"#),
            .ended(saying: "slow down")),
        .init(
            "a filter's cut", choice(#""message":{"content":"How do"},"finish_reason":"content_filter""#),
            .rejected("content_filter", saying: "How do")),
        .init("a filter's refusal", .answer(400, #"{"error":{"message":"no","code":"content_filter"}}"#), .rejected("content_filter")),
        .init(
            "a model's refusal", choice(#""message":{"content":null,"refusal":"I will not."}"#),
            .rejected("model_refused", saying: "I will not.")),
        .init("an aborted answer", choice(#""message":{"content":"How"},"finish_reason":"abort""#), .rejected("endpoint_failed")),
        .init(
            "thoughts that are cut", choice(#""message":{"content":"<think>\nOkay, all 3 of"},"finish_reason":"length""#),
            .rejected("answer_cut")),
        .init("a page in a good status", .answer(200, "<html><body>Welcome to our proxy</body></html>"), .rejected("endpoint_unreadable")),
        .init("half an answer", .answer(200, String(good.dropLast(30))), .rejected("endpoint_unreadable")),
        .init(
            "another character set",
            .bytes(Array(head("Content-Type: application/json; charset=utf-16", "Connection: close").utf8) + [0xFF, 0xFE, 0x7B, 0x00]),
            .rejected("endpoint_unreadable")),
        .init(
            "bytes that are no UTF-8",
            .bytes(
                Array(head("Connection: close").utf8) + Array(#"{"choices":[{"message":{"content":""#.utf8) + [0xC3, 0x28]
                    + Array(#""}}]}"#.utf8)),
            .rejected("endpoint_unreadable")),
        .init(
            "too many requests, later", .answer(429, #"{"error":{"message":"slow"}}"#, headers: ["Retry-After: 0"]), .ended(saying: "slow")),
        .init(
            "too many requests, at a time that has passed",
            .answer(429, #"{"error":{"message":"slow"}}"#, headers: ["Retry-After: Wed, 21 Oct 2015 07:28:00 GMT"]), .ended(saying: "slow")),
        .init(
            "too many requests, at no time", .answer(429, #"{"error":{"message":"slow"}}"#, headers: ["Retry-After: soon, -9e99"]),
            .ended(saying: "slow")),
        .init(
            "a slow drip without end", .drip(Array((head("Content-Length: 100000") + String(repeating: " ", count: 99_999)).utf8)),
            .ended(saying: "in time")),
        .init("a null in each place", choice(#""message":null,"finish_reason":null,"logprobs":null"#), .rejected("endpoint_unreadable")),
        .init("nothing", .hangUp, .ended(saying: "broke off")),
        .init("silence", .keepSilent, .ended(saying: "no answer in time")),
    ]
}

@Suite struct ServerMisbehaviourTests {
    private let prompt = Prompt.chat([ChatMessage(.user, "Say it.")])

    @Test(
        "no answer of a server ends the process, outlasts the time-out or brings the key to light", .timeLimit(.minutes(2)),
        arguments: Misbehaviour.all)
    func misbehaviour(_ one: Misbehaviour) async throws {
        try await withServer(LoopbackServer([one.act]), key: Misbehaviour.key, tries: 2, timeout: 3) { model, _, _ in
            var found = ""
            do {
                let answer = try await model.complete(prompt, sampling: Sampling(), key: "")
                found = answer.text
                guard case .answered(let text) = one.end else { throw Unexpected(found) }
                #expect(text == found)
            } catch let rejection as Rejection {
                found = rejection.description
                guard case .rejected(let reason, let words) = one.end else { throw Unexpected(found) }
                #expect(rejection.reason == reason && (words.isEmpty || found.contains(words)), "\(found)")
            } catch let error as EndpointError {
                found = error.description
                guard case .ended(let words) = one.end else { throw Unexpected(found) }
                #expect(words.isEmpty || found.contains(words), "\(found)")
            }
            #expect(!found.contains(Misbehaviour.key))
        }
    }

    struct Unexpected: Error, CustomStringConvertible {
        let description: String
        init(_ found: String) { description = found }
    }
}
