import Testing

@testable import Tokenization

@Suite struct TokenizerTrainerTests {
    private static let texts = [
        "the bridge over the river, the bridge over the sea", "Über die Brücke, über den Fluss", "1847 1848 1849", "the the the bridge",
    ]

    private func trained(_ texts: [String], size: Int = 300) throws -> Tokenizer {
        var trainer = try TokenizerTrainer(vocabularySize: size)
        for text in texts { trainer.add(text) }
        return try trainer.train()
    }

    @Test("puts the special tokens first and writes any text")
    func specialTokensFirst() throws {
        let tokenizer = try trained(Self.texts)
        #expect(tokenizer.id(of: "<|endoftext|>") == 0 && tokenizer.id(of: "<|end|>") == 4)
        #expect(tokenizer.endTokens == [0, 4] && tokenizer.padToken == 0 && tokenizer.vocabularySize <= 300)
        for text in ["", "never seen: 🙂 ß\u{0}\r\n", "<|end|>"] { #expect(tokenizer.decode(tokenizer.encode(text)) == text) }
    }

    @Test("merges the commonest pair first, among equals the one with the lower ids")
    func mergesInOrder() throws {
        // aab twice, bc twice: (a,a), (a,b) and (b,c) all occur twice, and a comes before b.
        let tokenizer = try trained(["aab aab", "bc\nbc"], size: 5 + 256 + 1)
        #expect(tokenizer.id(of: "aa") == 261)
    }

    @Test("keeps every digit apart")
    func digitsApart() throws {
        let tokenizer = try trained(Array(repeating: "1847 1847", count: 50))
        #expect(tokenizer.encode("1847").count == 4)
    }

    @Test("gives the same vocabulary whatever the order of the texts")
    func orderDoesNotMatter() throws {
        #expect(try trained(Self.texts).fingerprint == trained(Self.texts.reversed()).fingerprint)
    }

    @Test("merges runs of one letter from the left")
    func runsOfOneLetter() throws {
        let tokenizer = try trained(["aaaaa aaaaa aaa"], size: 5 + 256 + 2)
        #expect(tokenizer.decode(tokenizer.encode("aaaaaaa")) == "aaaaaaa")
        #expect(tokenizer.encode("aaaa").count < 4)
    }

    @Test("refuses a vocabulary without room for the bytes, and training without text")
    func refuses() throws {
        #expect(throws: TokenizationError.self) { try TokenizerTrainer(vocabularySize: 100) }
        #expect(throws: TokenizationError.self) { try TokenizerTrainer(specialTokens: ["<a>", "<a>"]) }
        #expect(throws: TokenizationError.self) { try TokenizerTrainer().train() }
    }

    @Test("learns the merges that counting every pair anew would learn")
    func equalsSlowLearner() throws {
        let text = "low lower lowest newer newest wider widest the slow river newest low"
        var words: [[[UInt8]]] = text.split(separator: " ").enumerated().map { index, word in
            ((index == 0 ? "" : " ") + word).utf8.map { [$0] }
        }
        var slow: [[UInt8]] = []
        while slow.count < 30 {
            var counts: [[[UInt8]]: Int] = [:]
            for word in words { for pair in zip(word, word.dropFirst()) { counts[[pair.0, pair.1], default: 0] += 1 } }
            func id(_ token: [UInt8]) -> Int { token.count == 1 ? Int(token[0]) : 256 + (slow.firstIndex(of: token) ?? 0) }
            let best = counts.min { (-$0.value, id($0.key[0]), id($0.key[1])) < (-$1.value, id($1.key[0]), id($1.key[1])) }
            guard let best, best.value > 1 else { break }
            let token = best.key[0] + best.key[1]
            if !slow.contains(token) { slow.append(token) }
            words = words.map { word in
                var merged: [[UInt8]] = []
                var at = 0
                while at < word.count {
                    let isPair = at + 1 < word.count && word[at] == best.key[0] && word[at + 1] == best.key[1]
                    merged.append(isPair ? token : word[at])
                    at += isPair ? 2 : 1
                }
                return merged
            }
        }
        let tokenizer = try trained([text], size: 5 + 256 + 30)
        #expect((261..<Int32(tokenizer.vocabularySize)).map { tokenizer.bytes(of: $0) } == slow)
    }
}
