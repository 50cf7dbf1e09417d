import Foundation
import Ground
import Synchronization
import Testing

@testable import Tokenization

/// How fast texts become tokens, for BENCHMARKS.md: HUMPBACK_TOKENIZER names a tokenizer.json and HUMPBACK_TEXTS a file of records with
/// `text`; without them there is nothing to measure.
@Suite struct TokenizerSpeedTests {
    private static let environment = ProcessInfo.processInfo.environment

    private static let isAsked = environment["HUMPBACK_TOKENIZER"] != nil && environment["HUMPBACK_TEXTS"] != nil

    @Test("encodes on one thread, and on two", .enabled(if: isAsked))
    func speed() throws {
        let tokenizer = try Tokenizer(json: Array(Data(contentsOf: URL(filePath: Self.environment["HUMPBACK_TOKENIZER"] ?? ""))))
        let lines = try Data(contentsOf: URL(filePath: Self.environment["HUMPBACK_TEXTS"] ?? "")).split(separator: 0x0A)
        let texts = try lines.map { try JSONNode(parsing: Array($0))["text"]?.string ?? "" }
        let megabytes = Double(texts.reduce(0) { $0 + $1.utf8.count }) / 1e6
        let rounds = Int(Self.environment["HUMPBACK_ROUNDS"] ?? "") ?? 3
        for threads in [1, 2] {
            var times: [Double] = []
            let counts = Mutex<[Int]>([])
            for _ in 0..<rounds {
                let start = ContinuousClock.now
                DispatchQueue.concurrentPerform(iterations: threads) { part in
                    // Each thread takes every second text, so that both have the same work.
                    var count = 0
                    for index in stride(from: part, to: texts.count, by: threads) { count += tokenizer.encode(texts[index]).count }
                    counts.withLock { $0.append(count) }
                }
                times.append((ContinuousClock.now - start) / .seconds(1))
            }
            let count = counts.withLock { $0.reduce(0, +) } / rounds
            let (best, median) = (times.min() ?? 0, times.sorted()[times.count / 2])
            #expect(count > 0)
            print(
                "\(threads) thread(s): \(megabytes) MB, best \(megabytes / best) MB/s, median \(megabytes / median) MB/s, \(count) tokens")
        }
    }
}
