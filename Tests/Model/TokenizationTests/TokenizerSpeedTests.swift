import Foundation
import Testing

@testable import Tokenization

/// How fast texts become tokens, for BENCHMARKS.md: HUMPBACK_TOKENIZER names a tokenizer.json and HUMPBACK_TEXTS a file of records with
/// `text`; without them there is nothing to measure.
@Suite struct TokenizerSpeedTests {
    private static let environment = ProcessInfo.processInfo.environment

    @Test("encodes on one thread", .enabled(if: environment["HUMPBACK_TOKENIZER"] != nil && environment["HUMPBACK_TEXTS"] != nil))
    func oneThread() throws {
        let tokenizer = try Tokenizer(json: Array(Data(contentsOf: URL(filePath: Self.environment["HUMPBACK_TOKENIZER"] ?? ""))))
        let lines = try Data(contentsOf: URL(filePath: Self.environment["HUMPBACK_TEXTS"] ?? "")).split(separator: 0x0A)
        let texts = try lines.map { try JSONNode(parsing: Array($0))["text"]?.string ?? "" }
        let megabytes = Double(texts.reduce(0) { $0 + $1.utf8.count }) / 1e6
        var best = Double.infinity
        var count = 0
        for _ in 0..<3 {
            let start = ContinuousClock.now
            count = texts.reduce(0) { $0 + tokenizer.encode($1).count }
            let time = (ContinuousClock.now - start) / .seconds(1)
            best = min(best, time)
            print("\(count) tokens, \(megabytes / time) MB/s")
        }
        #expect(count > 0)
        print("tokenizer \(megabytes) MB, best \(megabytes / best) MB/s")
    }
}
