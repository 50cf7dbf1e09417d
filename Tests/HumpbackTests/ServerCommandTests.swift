import Foundation
import Synchronization
import TestSupport
import Testing

/// Commands that ask models of servers, as processes of their own.
@Suite struct ServerCommandTests {
    private static let answer =
        #"{"choices":[{"message":{"content":"Fine."},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":2}}"#
    private static let questions = (0..<30).map { #"{"id":"q\#($0)","instruction":"Say \#($0)."}"# }.joined(separator: "\n")

    private func generate(_ server: LoopbackServer, in folder: URL, to output: String, _ words: String...) throws -> BuiltTool.Ended {
        try BuiltTool.run(
            [
                "generate", "--model", "http://127.0.0.1:\(server.port)/v1#m", "--batch", "2", "in.jsonl", "-o", output, "--rejects",
                "\(output)-rejects",
            ] + words, in: folder)
    }

    private func withQuestions(_ body: (URL) async throws -> Void) async throws {
        try await withTemporaryDirectory { folder in
            try Data(Self.questions.utf8).write(to: folder.appending(path: "in.jsonl"))
            try await body(folder)
        }
    }

    private func bytes(_ name: String, in folder: URL) -> Data? { FileManager.default.contents(atPath: folder.appending(path: name).path) }

    @Test(
        "a redirect and an announced length without measure end the run with status 2 and are named",
        arguments: [
            (LoopbackServer.Act.answer(301, "moved", headers: ["Location: /elsewhere"]), "to /elsewhere"),
            (.text("HTTP/1.1 308 Moved\r\nLocation: /v1/chat/completions\r\nContent-Length: 0\r\n\r\n"), "to /v1/chat/completions"),
            (.text("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n{}"), "9223372036854775807 bytes"),
        ])
    func refused(_ act: LoopbackServer.Act, _ words: String) async throws {
        try await withQuestions { folder in
            let server = try LoopbackServer([act])
            defer { server.stop() }
            let ended = try generate(server, in: folder, to: "out")
            #expect(ended.status == 2 && ended.messages.contains(words), "\(ended)")
        }
    }

    @Test("records that a server fails to answer are asked again by --resume, to the bytes of an undisturbed run")
    func asksAgain() async throws {
        try await withQuestions { folder in
            let fails = Atomic(true)
            let server = try LoopbackServer { request in
                let isFailing = fails.load(ordering: .relaxed) && (request.body.contains("Say 3.") || request.body.contains("Say 17."))
                return isFailing ? .answer(200, Self.answer.replacing("stop", with: "abort")) : .answer(200, Self.answer)
            }
            defer { server.stop() }
            let ended = try generate(server, in: folder, to: "out", "--max-broken", "1")
            #expect(ended.status == 0 && ended.messages.contains("2 records were given up"), "\(ended)")
            #expect(ended.messages.contains("The servers counted 270 tokens of prompts and 60 of answers, in 30 requests."), "\(ended)")
            fails.store(false, ordering: .relaxed)
            let asked = server.requests.count
            let again = try generate(server, in: folder, to: "out", "--max-broken", "1", "--resume")
            #expect(again.status == 0 && server.requests.count == asked + 2, "\(again)")
            #expect(try generate(server, in: folder, to: "whole", "--max-broken", "1").status == 0)
            #expect(bytes("out", in: folder) == bytes("whole", in: folder) && bytes("out", in: folder)?.isEmpty == false)
            #expect(bytes("out-rejects", in: folder) == bytes("whole-rejects", in: folder))
        }
    }

    @Test("a server that is gone ends the run after the patience told, and --resume goes on with it")
    func gone() async throws {
        try await withQuestions { folder in
            let count = Atomic(0)
            let server = try LoopbackServer { _ in count.add(1, ordering: .relaxed).newValue > 10 ? .hangUp : .answer(200, Self.answer) }
            let ended = try generate(server, in: folder, to: "out", "--server-patience", "1")
            #expect(ended.status == 2 && ended.messages.contains("has answered nothing for"), "\(ended)")
            let written = bytes("out", in: folder)?.split(separator: 0x0A).count ?? 0
            // What came behind one that is still waited for is not written yet.
            #expect(written <= 10)
            #expect(bytes("out-rejects", in: folder)?.isEmpty != false)
            let port = server.port
            server.stop()
            let other = try LoopbackServer(port: port) { _ in .answer(200, Self.answer) }
            defer { other.stop() }
            #expect(try generate(other, in: folder, to: "out", "--resume").status == 0)
            // None of the ten answers is asked for again, written or not.
            #expect(other.requests.count == 20)
            #expect(try generate(other, in: folder, to: "whole").status == 0)
            #expect(bytes("out", in: folder) == bytes("whole", in: folder))
        }
    }

    @Test("the ceiling on tokens ends the run with status 2, and --resume goes on with as many more")
    func ceiling() async throws {
        try await withQuestions { folder in
            let server = try LoopbackServer([.answer(200, Self.answer)])
            defer { server.stop() }
            let ended = try generate(server, in: folder, to: "out", "--server-tokens", "220")
            #expect(ended.status == 2 && ended.messages.contains("--server-tokens allows 220"), "\(ended)")
            #expect(try generate(server, in: folder, to: "out", "--server-tokens", "220", "--resume").status == 0)
            #expect(bytes("out", in: folder)?.split(separator: 0x0A).count == 30 && server.requests.count < 34)
        }
    }

    @Test("loglik reads an echo")
    func loglik() async throws {
        try await withTemporaryDirectory { folder in
            let echo = #"{"choices":[{"text":"ab!","logprobs":{"token_logprobs":[null,-0.5,-1],"text_offset":[0,1,2]}}]}"#
            let server = try LoopbackServer { $0.path == "/v1/completions" ? .answer(200, echo) : .answer(404, "{}") }
            defer { server.stop() }
            let ended = try BuiltTool.run(
                "loglik", "--no-template", "--model", "http://127.0.0.1:\(server.port)/v1#m",
                input: #"{"prompt":"a","continuation":"b"}"#, in: folder)
            #expect(ended.status == 0 && ended.output.contains(#""log_probs":[-0.5],"log_prob":-0.5"#), "\(ended)")
        }
    }
}
