import Foundation
import Ground
import TestSupport
import Testing

/// Requests to a file and answers from files, in the place of a server.
@Suite struct BatchCommandTests {
    private static func body(_ said: String) -> String {
        #"{"choices":[{"message":{"content":"\#(said)"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":2}}"#
    }

    /// What a server says to a request, of which it repeats the last word.
    private static func answer(to request: String) -> String {
        let number = request.firstMatch(of: /Say (\d+)\./)?.1 ?? "?"
        return body("Fine, \(number) it is.")
    }

    private func lines(_ name: String, in folder: URL) throws -> [JSONObject] {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8).split(separator: "\n").map {
            try JSONObject(parsing: String($0))
        }
    }

    private func answers(_ requests: [JSONObject], status: Int = 200) throws -> String {
        try requests.map { request in
            let answer = try JSONObject(parsing: Self.answer(to: request["body"]?.serialized ?? ""))
            let line: JSONObject = [
                "id": "batch_req_1", "custom_id": request["custom_id"] ?? .null,
                "response": ["status_code": .integer(status), "request_id": "1", "body": .object(answer)], "error": .null,
            ]
            return line.serialized + "\n"
        }.joined()
    }

    @Test("requests written, answered in any order and taken back are the bytes of a server asked; holes are told and asked again")
    func roundTrip() async throws {
        try await withTemporaryDirectory { folder in
            let questions = (0..<30).map { #"{"id":"q\#($0)","instruction":"Say \#($0)."}"# }.joined(separator: "\n")
            try Data(questions.utf8).write(to: folder.appending(path: "in.jsonl"))
            let server = try LoopbackServer { .answer(200, Self.answer(to: $0.body)) }
            let base = ["generate", "--model", "http://127.0.0.1:\(server.port)/v1#m", "in.jsonl"]
            let whole = try BuiltTool.run(base + ["-o", "whole"], in: folder)
            server.stop()
            #expect(whole.status == 0, "\(whole)")

            try Data(#"{"m": {"prompt": 1000, "answer": 2000}}"#.utf8).write(to: folder.appending(path: "prices"))
            let emitted = try BuiltTool.run(base + ["--emit-batch", "requests", "--prices", "prices"], in: folder)
            #expect(
                emitted.status == 0 && emitted.output.isEmpty && emitted.messages.contains("requests: 30 requests, about"), "\(emitted)")
            #expect(emitted.messages.contains("At most about ") && emitted.messages.contains("by prices"), "\(emitted)")
            let requests = try lines("requests", in: folder)
            #expect(requests.count == 30 && Set(requests.compactMap { $0["custom_id"]?.string }).count == 30)
            #expect(requests.allSatisfy { $0.keys == ["custom_id", "method", "url", "body"] && $0["url"] == "/v1/chat/completions" })
            #expect(requests.allSatisfy { $0["method"] == "POST" && $0["body"]?.object?["model"] == "m" })
            #expect(try BuiltTool.run(base + ["--emit-batch", "requests"], in: folder).status == 64)

            // Twenty come back, in another order; two failed, one is still being written.
            let failed = try answers(Array(requests[20..<22]), status: 500)
            let torn = try answers([requests[22]]).prefix(60)
            try Data((answers(requests[..<20].reversed()) + failed + torn).utf8).write(to: folder.appending(path: "answers"))
            let words = base + ["--from-batch", "answers", "-o", "out", "--rejects", "holes"]
            let first = try BuiltTool.run(words, in: folder)
            #expect(first.status == 1 && first.messages.contains("10 records were given up"), "\(first)")
            let holes = try lines("holes", in: folder)
            #expect(
                holes.map { $0["reason"]?.string } == Array(repeating: "batch_failed", count: 2)
                    + Array(repeating: "batch_unanswered", count: 8))
            #expect(
                first.messages.contains("2 requests failed (status 500): no answer")
                    && first.messages.contains("answers ends in the middle of"),
                "\(first)")
            let again = try BuiltTool.run(base + ["--from-batch", "answers", "--emit-batch", "more"], in: folder)
            let missing = try lines("more", in: folder)
            #expect(again.status == 0 && missing == Array(requests[20...]), "\(again)")
            try Data(answers(missing).utf8).write(to: folder.appending(path: "rest"))
            let last = try BuiltTool.run(words + ["--from-batch", "rest", "--resume", "--prices", "prices"], in: folder)
            #expect(last.status == 0 && last.messages.contains("That is 0.13, by prices."), "\(last)")
            func bytes(_ name: String) -> Data? { FileManager.default.contents(atPath: folder.appending(path: name).path) }
            #expect(bytes("out") == bytes("whole") && bytes("out")?.isEmpty == false)
            let done = try BuiltTool.run(
                base + ["--from-batch", "answers", "--from-batch", "rest", "--emit-batch", "none"], in: folder)
            #expect(done.status == 0 && done.messages.contains("none: no request"), "\(done)")
        }
    }

    @Test("what is no file of answers, no model of a server and no price is refused by its name")
    func refusals() async throws {
        try await withTemporaryDirectory { folder in
            try Data(#"{"id":"q","instruction":"Say 1."}"#.utf8).write(to: folder.appending(path: "in.jsonl"))
            let base = ["generate", "--model", "http://127.0.0.1:9/v1#m", "in.jsonl"]
            for (content, words) in [
                ("nothing\n{}\n", "the line is no JSON object"), (#"{"custom_id":"1"}"# + "\n", "no custom_id and response"),
                (#"{"custom_id":"1","method":"POST","url":"/v1","body":{}}"# + "\n", "a request, not an answer"),
            ] {
                try Data(content.utf8).write(to: folder.appending(path: "answers"))
                let ended = try BuiltTool.run(base + ["--from-batch", "answers"], in: folder)
                #expect(ended.status == 2 && ended.messages.contains("answers:1: ") && ended.messages.contains(words), "\(ended)")
            }
            let both = try BuiltTool.run(base + ["--emit-batch", "out", "-o", "records"], in: folder)
            #expect(both.status == 64 && both.messages.contains("leave --output out"), "\(both)")
            let kitchen = try Kitchen.open()
            let local = try BuiltTool.run(
                ["generate", "--model", kitchen.folder.appending(path: "forward").path, "in.jsonl", "--emit-batch", "out"], in: folder)
            #expect(local.status == 64 && local.messages.contains("name one, http://"), "\(local)")
        }
    }
}
