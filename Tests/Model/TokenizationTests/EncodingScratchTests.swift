import Foundation
import Testing

@testable import Tokenization

@Suite struct EncodingScratchTests {
    @Test("a thread gets back the scratch that it gave")
    func belongsToThread() async {
        let pool = EncodingScratch.Pool()
        // What stood in the scratch, and 7 left in it.
        let take: @Sendable () -> Int32 = {
            var scratch = pool.take()
            defer {
                scratch.tokens[0] = 7
                pool.give(scratch)
            }
            return scratch.tokens[0]
        }
        for _ in 0..<100 {
            let found = await withCheckedContinuation { continuation in
                Thread { continuation.resume(returning: [take(), take(), take()]) }.start()
            }
            // A thread that ended may have left its name to this one.
            #expect(found == [0, 7, 7] || found == [7, 7, 7])
        }
    }

    @Test("tokens past the room of one go come in order, from short words and from one that is longer than the room")
    func room() throws {
        let tokenizer = try Golden("llama3").tokenizer
        let words = [" bridge", " of", " 12", " ()--", " naïve", " qzxqzxqzxqzxqzxqzx"]
        let each = words.map { tokenizer.encode($0) }
        for count in [1, 4090, 4095, 4096, 4097, 9000] {
            var (text, expected) = ("", [Int32]())
            for index in 0..<count {
                text += words[index * 7 % words.count]
                expected += each[index * 7 % words.count]
            }
            #expect(tokenizer.encode(text) == expected, "\(count) words")
            let endless = " " + String(repeating: "qzx", count: 5000)
            #expect(tokenizer.encode(text + endless + text) == expected + tokenizer.encode(endless) + expected, "\(count) words")
        }
    }
}
