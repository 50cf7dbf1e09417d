import Foundation
import TestSupport
import Testing

@testable import humpback

@Suite struct TokenPricesTests {
    private func prices(_ content: String, in folder: URL) throws -> TokenPrices {
        let file = folder.appending(path: "prices")
        try Data(content.utf8).write(to: file)
        return try TokenPrices(file: file.path)
    }

    @Test("there is no sum where a price is missing, and it is said which")
    func missing() async throws {
        try await withTemporaryDirectory { folder in
            let prices = try prices(#"{"m": {"prompt": 1000, "answer": 2000}}"#, in: folder)
            #expect(prices.words(for: ["m": (1000, 2000)], isBound: false).hasPrefix("That is 5.00, by "))
            #expect(prices.words(for: ["m": (1, 0)], isBound: true).hasPrefix("At most about less than 0.01, by "))
            let words = prices.words(for: ["m": (1000, 2000), "b": (1, 1), "a": (1, 1)], isBound: false)
            #expect(words.hasPrefix("No sum of what it costs: ") && words.contains("has no price of a, b (it has m)"), "\(words)")
        }
    }

    @Test(
        "what is no file of prices is told by its line, its model and its key",
        arguments: [
            ("[]", "prices: it is no JSON object;"), ("{\n\"m\": }", "prices:2: it is no JSON object: "), ("{}", "it names no model"),
            (#"{"m": 3}"#, "\"m\" is no object with the two prices"), (#"{"m": {"prompt": 1}}"#, "\"m\" has no key \"answer\""),
            (#"{"m": {"prompt": 1, "answer": 2, "completion": 3}}"#, "\"m\" has the key \"completion\""),
            (#"{"m": {"prompt": 1e308, "answer": 2}}"#, "\"prompt\" of \"m\" is "),
            (#"{"m": {"prompt": 1, "answer": -1}}"#, "\"answer\" of \"m\" is -1, and a price is a number from 0 to 1000000"),
            (#"{"m": {"prompt": "1", "answer": 1}}"#, "\"prompt\" of \"m\" is \"1\""),
        ])
    func faults(_ content: String, _ words: String) async throws {
        try await withTemporaryDirectory { folder in
            let error = try #require(throws: UsageError.self) { try prices(content, in: folder) }
            #expect(error.description.contains(words), "\(error)")
        }
    }

    @Test("prices that cannot be read are refused before anything is asked, in every command")
    func refusals() async throws {
        try await withTemporaryDirectory { folder in
            for (name, words) in [("nowhere", "there is no such file"), (".", "that is a folder"), ("-", "standard input")] {
                let ended = try BuiltTool.run(
                    ["compare", "--judge", "http://127.0.0.1:9/v1#m", "--prices", name, "a", "b"], in: folder)
                #expect(ended.status == 64 && ended.messages.contains("--prices") && ended.messages.contains(words), "\(ended)")
            }
        }
    }
}
