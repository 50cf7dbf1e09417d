import Foundation
import Synchronization
import TestSupport
import Testing

/// What a run keeps of answers that were paid for, and what it makes of servers that misbehave.
@Suite struct ServerJournalTests {
    private static let answer =
        #"{"choices":[{"message":{"content":"Fine."},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":2}}"#
    private static let key = "sk-0123456789abcdefABCDEF"

    private static func questions(_ count: Int, in folder: URL) throws {
        let lines = (0..<count).map { #"{"id":"q\#($0)","instruction":"Say \#($0)."}"# }.joined(separator: "\n")
        try Data(lines.utf8).write(to: folder.appending(path: "in.jsonl"))
    }

    private static func words(_ server: LoopbackServer, batch: Int, _ more: String...) -> [String] {
        [
            "generate", "--model", "http://127.0.0.1:\(server.port)/v1#m", "--batch", "\(batch)", "in.jsonl", "-o", "out", "--rejects",
            "rejects", "--server-timeout", "2",
        ] + more
    }

    /// The number of the question that a request asks.
    private static func number(_ request: LoopbackServer.Request) -> Int? {
        request.body.split(separator: "Say ").last.flatMap { Int($0.prefix { $0.isNumber }) }
    }

    private static func lines(_ name: String, in folder: URL) throws -> [Substring] {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8).split(separator: "\n")
    }

    @Test("no answer that was given before a kill is asked for again, and none is lost or doubled")
    func paidOnce() async throws {
        try await withTemporaryDirectory { folder in
            try Self.questions(30, in: folder)
            let isSilent = Atomic(true)
            let server = try LoopbackServer { request in
                Self.number(request) == 12 && isSilent.load(ordering: .relaxed) ? .keepSilent : .answer(200, Self.answer)
            }
            defer { server.stop() }
            // One request at a time: once the thirteenth has come, twelve answers are written down, used or not.
            try BuiltTool.killed(Self.words(server, batch: 1, "--resume"), in: folder) { server.requests.count == 13 }
            #expect(try Self.lines("out.answers", in: folder).count == 12)
            isSilent.store(false, ordering: .relaxed)
            let ended = try BuiltTool.run(Self.words(server, batch: 1, "--resume"), in: folder)
            #expect(ended.status == 0, "\(ended)")
            let asked = server.requests.compactMap(Self.number)
            #expect(asked.count == 31 && Set(asked) == Set(0..<30) && asked.count { $0 == 12 } == 2)
            let made = try Self.lines("out", in: folder)
            #expect(made.count == 30 && made.enumerated().allSatisfy { $1.contains("\"q\($0)\"") })
            #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "out.answers").path))
        }
    }

    @Test("a run through servers that fail in every way keeps each record once, as an answer or as a reject with its reason")
    func everyWay() async throws {
        try await withTemporaryDirectory { folder in
            try Self.questions(16, in: folder)
            let chunk = Array(repeating: UInt8(0x20), count: 1 << 16)
            // What becomes of a question when it is asked for the first time; asked again it is answered.
            let passing: [Int: LoopbackServer.Act] = [
                1: .answer(429, #"{"error":{"message":"slow"}}"#, headers: ["Retry-After: 0"]), 2: .answer(500, "no"),
                3: .answer(503, "<html>busy</html>"), 4: .keepSilent, 5: .hangUp,
                6: .text("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{\"choices\": [{"),
            ]
            let lasting: [Int: (act: LoopbackServer.Act, reason: String)] = [
                8: (.answer(200, String(Self.answer.dropLast(40))), "endpoint_unreadable"),
                9: (.answer(200, "{\"choices\": nothing}"), "endpoint_unreadable"),
                10: (.answer(200, "<html><body>Welcome</body></html>"), "endpoint_unreadable"),
                11: (.endless(Array("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".utf8), chunk), "endpoint_too_long"),
                12: (.answer(400, #"{"error":{"message":"bad \#(Self.key)"}}"#), "endpoint_refused"),
            ]
            let met = Mutex<Set<Int>>([])
            let server = try LoopbackServer { request in
                guard let number = Self.number(request) else { return .answer(200, Self.answer) }
                if let act = lasting[number]?.act { return act }
                let isFirst = met.withLock { $0.insert(number).inserted }
                if number == 13 { return .answer(200, Self.answer.replacing("Fine.", with: "Use \(Self.key).")) }
                return isFirst ? passing[number] ?? .answer(200, Self.answer) : .answer(200, Self.answer)
            }
            defer { server.stop() }
            let ended = try BuiltTool.run(
                Self.words(server, batch: 4, "--max-broken", "1"), in: folder, environment: ["HUMPBACK_API_KEY": Self.key])
            #expect(ended.status == 0 && ended.messages.contains("in 11 requests"), "\(ended)")
            let (made, refused) = (try Self.lines("out", in: folder), try Self.lines("rejects", in: folder))
            #expect(made.count == 11 && refused.count == 5)
            for number in 0..<16 {
                let lines = (made + refused).filter { $0.contains("\"q\(number)\"") }
                #expect(
                    lines.count == 1 && lines.allSatisfy { lasting[number].map { $0.reason }.map($0.contains) ?? true },
                    "\(number): \(lines)")
            }
            #expect(server.requests.allSatisfy { $0.head.contains("Bearer \(Self.key)") })
            for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
                let text = String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
                #expect(!text.contains(Self.key), "\(name)")
            }
            #expect(!ended.messages.contains(Self.key) && !ended.output.contains(Self.key))
        }
    }

    @Test("a model that the server does not have ends the run with what the server says, and nothing is written but what was there")
    func wrongModel() async throws {
        try await withTemporaryDirectory { folder in
            try Self.questions(3, in: folder)
            let server = try LoopbackServer([.answer(404, #"{"error":{"message":"The model `m` does not exist."}}"#)])
            defer { server.stop() }
            let ended = try BuiltTool.run(Self.words(server, batch: 1), in: folder)
            #expect(ended.status == 2 && ended.messages.contains("The model `m` does not exist"), "\(ended)")
            #expect((try? Self.lines("out", in: folder).count) ?? 0 == 0)
        }
    }
}
