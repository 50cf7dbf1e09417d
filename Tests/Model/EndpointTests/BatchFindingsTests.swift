import Foundation
import Ground
import LanguageModels
import Records
import TestSupport
import Testing

@testable import Endpoint

@Suite struct BatchFindingsTests {
    private static let sampling = Sampling(maxNewTokens: 5)

    private func model(_ batch: RequestBatch, _ usage: EndpointUsage = EndpointUsage()) throws -> EndpointModel {
        try EndpointModel(
            address: EndpointAddress("https://nowhere.invalid/v1#tiny"), requests: 1, key: nil, patience: .init(), usage: usage,
            batch: batch)
    }

    private func prompt(_ number: Int) -> Prompt { .chat([ChatMessage(.user, "Say \(number).")]) }

    /// The lines that answer some prompts, asked for a text or for probabilities.
    private func ids(_ count: Int, in folder: URL, probabilities: Bool = false) async throws -> [String] {
        let file = folder.appending(path: "ask")
        let batch = try RequestBatch(writingTo: file.path, answers: [])
        let model = try model(batch)
        for number in 0..<count {
            await #expect(throws: Rejection.self) {
                if probabilities {
                    _ = try await model.probabilities(of: [Label("1")], after: prompt(number))
                } else {
                    _ = try await model.complete(prompt(number), sampling: Self.sampling, key: "a")
                }
            }
        }
        try batch.finish()
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
            try #require(JSONObject(parsing: String($0))["custom_id"]?.string)
        }
    }

    private func line(_ id: String, _ said: String?, model: String = "tiny", status: Int = 200, rest: String = "") -> String {
        let content = said.map { "\"\($0)\"" } ?? "null"
        return #"{"custom_id":"\#(id)","response":{"status_code":\#(status),"body":{"model":"\#(model)","#
            + #""choices":[{"message":{"content":\#(content)},"finish_reason":"stop"}],"#
            + #""usage":{"prompt_tokens":10,"completion_tokens":2}}}\#(rest)}"# + "\n"
    }

    private func batch(_ lines: [String], in folder: URL) throws -> RequestBatch {
        let file = folder.appending(path: "said")
        try Data(lines.joined().utf8).write(to: file)
        return try RequestBatch(writingTo: nil, answers: [file.path])
    }

    @Test("failures of the server, other models, empty texts and several answers to one request are each counted and told")
    func faults() async throws {
        try await withTemporaryDirectory { folder in
            let ids = try await ids(7, in: folder)
            let batch = try batch(
                [
                    line(ids[0], "A."), line(ids[0], "B."), line(ids[1], "C.", model: "other"), line(ids[2], ""),
                    line(ids[3], "D.", rest: #","error":{"message":"expired","code":"batch_expired"}"#),
                    #"{"custom_id":"\#(ids[4])","response":{"status_code":429,"body":{"error":{"message":"slow"}}}}"# + "\n",
                    #"{"custom_id":"\#(ids[5])","response":{"status_code":400,"body":{"error":{"message":"no"}}}}"# + "\n",
                    line(ids[6], "E.", model: "owner/Tiny-2025-01-01"), line(ids[6], "E."),
                ], in: folder)
            let model = try model(batch)
            #expect(try await model.complete(prompt(0), sampling: Self.sampling, key: "a").text == "B.")
            var reasons: [String] = []
            for number in 1..<7 {
                do {
                    _ = try await model.complete(prompt(number), sampling: Self.sampling, key: "a")
                } catch let rejection as Rejection {
                    reasons.append("\(number) \(rejection.reason) \(rejection.isPassing)")
                }
            }
            #expect(reasons == ["3 batch_failed true", "4 batch_failed true", "5 endpoint_refused false"])
            let said = batch.findings.sentences(model: "tiny", isAskedAgain: false)
            for words in [
                "1 request failed (error batch_expired: expired)", "1 request failed (status 429: slow)",
                "1 request was refused (status 400: no)",
                "1 request was answered by a model that calls itself other, and tiny was asked",
                "1 request was answered with an empty text",
                "2 requests with several good answers, 1 of them different",
            ] {
                #expect(said.contains { $0.hasPrefix(words) }, "\(words): \(said)")
            }
            #expect(said.count == 6, "\(said)")
        }
    }

    @Test("an answer without log-probabilities changes what its own record is asked and no other, and that is told")
    func withoutProbabilities() async throws {
        try await withTemporaryDirectory { folder in
            let ids = try await ids(3, in: folder, probabilities: true)
            let good =
                #"{"custom_id":"\#(ids[2])","response":{"status_code":200,"body":{"choices":[{"message":{"content":"1"},"logprobs":"#
                + #"{"content":[{"top_logprobs":[{"token":"1","logprob":0.0}]}]}}]}}}"# + "\n"
            let batch = try batch([line(ids[0], "1"), line(ids[1], "<think>hm</think>1"), good], in: folder)
            let model = try model(batch)
            for number in 0..<2 {
                await #expect(throws: ProbabilitiesUnavailable.self) {
                    try await model.probabilities(of: [Label("1")], after: prompt(number))
                }
            }
            #expect(try await model.probabilities(of: [Label("1")], after: prompt(2)) == [1])
            let said = batch.findings.sentences(model: "tiny", isAskedAgain: false)
            #expect(said.count == 1 && said[0].hasPrefix("2 requests asked for log-probabilities, and the answers have none"), "\(said)")
        }
    }

    @Test("tokens are counted once a request, however many records ask it")
    func usage() async throws {
        try await withTemporaryDirectory { folder in
            let ids = try await ids(1, in: folder)
            let usage = EndpointUsage()
            let model = try model(batch([line(ids[0], "A.")], in: folder), usage)
            for _ in 0..<3 { _ = try await model.complete(prompt(0), sampling: Self.sampling, key: "a") }
            #expect(usage.count == EndpointUsage.Count(requests: 1, read: 10, written: 2))
        }
    }

    @Test("answers to other requests are told where none is of use, and a pipe is no file of answers")
    func strangers() async throws {
        try await withTemporaryDirectory { folder in
            let batch = try batch([line("humpback-other", "A.")], in: folder)
            await #expect(throws: Rejection.self) { try await model(batch).complete(prompt(0), sampling: Self.sampling, key: "a") }
            let said = batch.findings.sentences(model: "tiny", isAskedAgain: false)
            #expect(said.count == 1 && said[0].hasPrefix("None of the 1 answers belongs to a request of this run"), "\(said)")
            for (name, words) in [("-", "standard input"), (folder.path, "a folder"), ("/dev/null", "a pipe"), ("nowhere", "no such file")]
            {
                let error = try #require(throws: EndpointError.self) { try RequestBatch(writingTo: nil, answers: [name]) }
                #expect(error.description.contains(words), "\(error)")
            }
        }
    }

    @Test("a date, the owner and latest make no other model")
    func names() {
        #expect(BatchFindings.areAlike("gpt-4o-mini", "gpt-4o-mini-2024-07-18") && BatchFindings.areAlike("q/Tiny", "tiny:latest"))
        #expect(!BatchFindings.areAlike("qwen2.5-7b", "qwen2.5-7b-instruct") && !BatchFindings.areAlike("tiny", "other"))
    }
}
