import Foundation
import Ground
import LanguageModels
import Records
import TestSupport
import Testing

@testable import Endpoint

@Suite struct RequestBatchTests {
    private static let labels = (1...5).map { Label("\($0)", " \($0)") }
    private static let prompt = Prompt.chat([ChatMessage(.user, "Which?")])

    private func model(_ batch: RequestBatch) throws -> EndpointModel {
        try EndpointModel(
            address: EndpointAddress("https://nowhere.invalid/v1#tiny"), requests: 2, key: nil, patience: .init(), batch: batch)
    }

    /// Answers what was written by `answer`, which sees the body asked.
    private func answered(_ file: URL, by answer: (JSONObject) -> (status: Int, body: String)) throws -> String {
        try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
            let request = try JSONObject(parsing: String(line))
            let (status, body) = answer(request["body"]?.object ?? JSONObject())
            return
                "{\"custom_id\":\((request["custom_id"] ?? .null).serialized),\"response\":{\"status_code\":\(status),\"body\":\(body)}}\n"
        }.joined()
    }

    @Test("probabilities and texts are asked for and read, and a word that the server does not take is said otherwise in the next batch")
    func rounds() async throws {
        try await withTemporaryDirectory { folder in
            func file(_ name: String) -> URL { folder.appending(path: name) }
            var files: [String] = []
            for round in 1...2 {
                let batch = try RequestBatch(writingTo: file("ask\(round)").path, answers: files)
                let model = try model(batch)
                await #expect(throws: Rejection.self) {
                    try await model.complete(Self.prompt, sampling: Sampling(maxNewTokens: 5), key: "a")
                }
                if round == 1 {
                    await #expect(throws: Rejection.self) { try await model.probabilities(of: Self.labels, after: Self.prompt) }
                    // Twice the same is one request.
                    await #expect(throws: Rejection.self) { try await model.probabilities(of: Self.labels, after: Self.prompt) }
                }
                #expect(batch.written.requests == (round == 1 ? 2 : 1))
                try batch.finish()
                let lines = try answered(file("ask\(round)")) { body in
                    if body["top_logprobs"] != nil {
                        return (
                            200,
                            #"{"choices":[{"message":{"content":"4"},"logprobs":{"content":[{"top_logprobs":[{"token":"4","logprob":0.0}]}]}}]}"#
                        )
                    }
                    if body["max_tokens"] != nil {
                        return (
                            400,
                            #"{"error":{"message":"Use 'max_completion_tokens' instead.","param":"max_tokens","code":"unsupported_parameter"}}"#
                        )
                    }
                    return (200, #"{"choices":[{"message":{"content":"Both."},"finish_reason":"stop"}]}"#)
                }
                try Data(lines.utf8).write(to: file("said\(round)"))
                files.append(file("said\(round)").path)
            }
            let model = try model(RequestBatch(writingTo: nil, answers: files))
            #expect(try await model.complete(Self.prompt, sampling: Sampling(maxNewTokens: 5), key: "a").text == "Both.")
            #expect(try await model.probabilities(of: Self.labels, after: Self.prompt) == [0, 0, 0, 1, 0])
            await #expect(throws: EndpointError.notInBatch(path: "/tokenize")) {
                try await model.logLikelihood(of: "x", after: Self.prompt)
            }
        }
    }

    @Test("a file where requests would grow is refused, unless a killed run has left it")
    func strangers() async throws {
        try await withTemporaryDirectory { folder in
            let (file, beside) = (folder.appending(path: "requests").path, folder.appending(path: "requests.new"))
            try Data("precious".utf8).write(to: beside)
            #expect(throws: FileError.inTheWay(file: beside.path, what: "the requests for \(file)")) {
                try RequestBatch(writingTo: file, answers: [])
            }
            #expect(try String(contentsOf: beside, encoding: .utf8) == "precious")
            try Data(#"{"custom_id":"humpback-0123","met"#.utf8).write(to: beside)
            try RequestBatch(writingTo: file, answers: []).finish()
            #expect(try Data(contentsOf: URL(filePath: file)).isEmpty)
        }
    }
}
