import Foundation
import Ground
import LanguageModels
import Records
import Synchronization
import TestSupport
import Testing

@testable import Endpoint

/// Answers with bytes changed, doubled and left out, as a broken server or a line between might.
@Suite struct MutatedAnswersTests {
    private static let seeds = [
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 70\r\nConnection: close\r\n\r\n"
            + #"{"choices":[{"message":{"content":"Fine."},"finish_reason":"stop"}]}  "#,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n46\r\n"
            + #"{"choices":[{"message":{"content":"Fine."},"finish_reason":"stop"}]}  "# + "\r\n0\r\n\r\n",
        "HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/x\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 429 Slow\r\nRetry-After: 3\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
    ].map { Array($0.utf8) }
    private static let words = [
        "\r\n", "\r\n\r\n", "9223372036854775808", "-1", "\0", ":", "HTTP/1.1 200 OK\r\n", "Content-Length: 3\r\n", "\u{FFFF}",
    ]

    private static func mutated(_ random: inout KeyedRandom) -> [UInt8] {
        func below(_ bound: Int) -> Int { Int(random.next() % UInt64(max(1, bound))) }
        var bytes = seeds[below(seeds.count)]
        for _ in 0...below(4) {
            let place = below(bytes.count)
            switch below(5) {
            case 0: bytes[place] = UInt8(truncatingIfNeeded: below(256))
            case 1: bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(20)))
            case 2: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 1 + below(60))], at: below(bytes.count))
            case 3: bytes.insert(contentsOf: words[below(words.count)].utf8, at: place)
            default: bytes.removeLast(min(bytes.count - 1, below(bytes.count)))
            }
            if bytes.isEmpty { bytes = [0x0A] }
        }
        return bytes
    }

    @Test("two thousand mutated answers end as an answer, a rejection or an error", .timeLimit(.minutes(3)), arguments: 0..<8)
    func mutations(_ part: Int) async throws {
        let random = Mutex(KeyedRandom(seed: 1, key: "answers \(part)"))
        let server = try LoopbackServer { _ in .bytes(random.withLock { Self.mutated(&$0) }) }
        try await withServer(server, tries: 1, timeout: 5) { model, _, _ in
            var ends = 0
            for _ in 0..<250 {
                do {
                    _ = try await model.complete(.text("Say it."), sampling: Sampling(), key: "")
                } catch is Rejection {
                } catch is EndpointError {}
                ends += 1
            }
            #expect(ends == 250)
        }
    }
}
