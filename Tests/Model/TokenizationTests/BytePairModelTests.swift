import Foundation
import Ground
import Testing

@testable import Tokenization

/// The fast way from text to tokens against the slow one that the definition describes.
@Suite struct BytePairModelTests {
    /// Splits by the regular expression, then looks for the lowest merge again and again; no table of ours, no cache.
    private struct SlowEncoder {
        let regex: SplitRegex
        var ids: [[UInt8]: Int32] = [:]
        var ranks: [Pair: Int] = [:]
        let ignoresMerges: Bool

        struct Pair: Hashable {
            let left: [UInt8]
            let right: [UInt8]
        }

        init(_ tokenizer: Tokenizer, pattern: String) throws {
            regex = try SplitRegex(pattern)
            let model = try JSONNode(parsing: tokenizer.file.json)["model"]
            ignoresMerges = model?["ignore_merges"]?.bool ?? false
            for field in model?["vocab"]?.object ?? [] {
                if let bytes = ByteAlphabet.bytes(of: field.key) { ids[bytes] = Int32(field.value.integer ?? -1) }
            }
            for (rank, merge) in (model?["merges"]?.array ?? []).enumerated() {
                let (left, right) = try VocabularyReader.pair(merge, rank)
                ranks[Pair(left: ByteAlphabet.bytes(of: left) ?? [], right: ByteAlphabet.bytes(of: right) ?? [])] = rank
            }
        }

        func encode(_ text: String) -> [Int32] {
            let bytes = Array(text.utf8)
            var tokens: [Int32] = []
            regex.forEachMatch(in: bytes.span, 0..<bytes.count) { tokens += word(Array(bytes[$0])) }
            return tokens
        }

        private func word(_ bytes: [UInt8]) -> [Int32] {
            if ignoresMerges, let id = ids[bytes] { return [id] }
            var symbols = bytes.map { [$0] }
            while true {
                let found = symbols.indices.dropLast().compactMap { at in
                    ranks[Pair(left: symbols[at], right: symbols[at + 1])].map { (rank: $0, at: at) }
                }
                guard let best = found.min(by: { ($0.rank, $0.at) < ($1.rank, $1.at) }) else { break }
                symbols[best.at] += symbols.remove(at: best.at + 1)
            }
            return symbols.map { ids[$0] ?? -1 }
        }
    }

    @Test("gives the tokens of the slow encoder, for short words and long ones, seen before or not", arguments: ["llama3", "qwen2"])
    func equalsSlowEncoder(name: String) throws {
        let tokenizer = try Golden(name).tokenizer
        let slow = try SlowEncoder(tokenizer, pattern: WordSplitter.llama3(digits: name == "llama3" ? 3 : 1).pattern)
        var state: UInt64 = 17
        func random(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        // Whole characters of composed text, so that Qwen's normal form changes nothing.
        let letters = Array("the bridge over a river, it's built in 1847\n\t naïve über 日本語 ()--==")
        for length in [1, 2, 3, 7, 8, 9, 14, 15, 16, 17, 31, 47, 48, 49, 50, 64, 200] {
            for _ in 0..<40 {
                let isWord = random(2) == 0
                let text = String(
                    (0..<length).map { _ in isWord ? letters[random(10)] == " " ? "e" : letters[random(10)] : letters[random(letters.count)]
                    })
                #expect(tokenizer.encode(text) == slow.encode(text), "\(text.debugDescription)")
                #expect(tokenizer.encode(text) == slow.encode(text), "again: \(text.debugDescription)")
            }
        }
    }

    /// A byte-level file with these tokens beside the single bytes, and these merges.
    private func tokenizer(_ tokens: [String], merges: [String]) throws -> Tokenizer {
        var vocabulary = (0..<256).map { "\(JSONText.quoted(ByteAlphabet.token([UInt8($0)]))): \($0)" }
        for (index, token) in tokens.enumerated() { vocabulary.append("\(JSONText.quoted(token)): \(256 + index)") }
        let list = merges.map(JSONText.quoted).joined(separator: ", ")
        return try Tokenizer(
            json: Array(
                """
                {"pre_tokenizer": \(TokenizerWriter.byteLevel), "decoder": {"type": "ByteLevel"},
                 "model": {"type": "BPE", "vocab": {\(vocabulary.joined(separator: ", "))}, "merges": [\(list)]}}
                """.utf8))
    }

    @Test(
        "merges that come before their parts, stand twice, or make the same token in a circle of ways end, and lose nothing",
        arguments: [
            ["aa aa", "a a"], ["a a", "aa a", "a aa", "aa aa", "aaa a", "a aaa"], ["a aa", "aa a", "a a", "a a"],
            ["a b", "b a", "ab a", "a ba", "aba b", "ab ab"], ["ab ab", "ab a", "b a", "a b"],
        ])
    func circles(merges: [String]) throws {
        let tokens = Set(merges.map { $0.replacing(" ", with: "") }).union(["aa", "ab", "aaa", "ba", "aba"]).sorted()
        let tokenizer = try tokenizer(tokens, merges: merges)
        for unit in ["a", "ab", "aab"] {
            for count in [1, 2, 3, 5, 30, 60, 200_000] {
                let text = String(repeating: unit, count: count)
                let start = ContinuousClock.now
                let found = tokenizer.encode(text)
                #expect(ContinuousClock.now - start < .seconds(5), "\(unit) \(count) times")
                #expect(tokenizer.decode(found) == text && found.count <= text.utf8.count, "\(unit) \(count) times")
            }
        }
    }

    @Test("merges of tokens that are not there are refused by name", arguments: ["a z", "zz a", "a b"])
    func missing(merge: String) throws {
        let error = #expect(throws: TokenizationError.self) { try tokenizer(["aa", "zz"], merges: ["a a", merge]) }
        #expect(error?.description.contains("merge 1 needs the token") == true, "\(error?.description ?? "")")
    }

    @Test(
        "what is encoded comes back, byte for byte, unless the vocabulary rewrites it first",
        arguments: ["llama3", "gpt2_with_digits", "llama2", "gemma"])
    func roundTrip(name: String) throws {
        let golden = try Golden(name)
        var texts = golden.cases.map(\.text)
        var state: UInt64 = 3
        for _ in 0..<300 {
            texts.append(
                String(
                    String.UnicodeScalarView(
                        (0..<20).compactMap { _ in
                            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                            let code = UInt32(state >> 40) % (state >> 60 < 6 ? 0x300 : 0x11_0000)
                            return Unicode.Scalar(code)
                        })))
        }
        // To pieces, their mark is a space.
        let isOfPieces = !golden.tokenizer.file.pipeline.model.isByteLevel
        for text in texts where !(isOfPieces && text.contains("▁")) {
            let again = golden.tokenizer.decode(golden.tokenizer.encode(text), skippingSpecialTokens: false)
            #expect(again.utf8.elementsEqual(text.utf8), "\(text.debugDescription)")
        }
    }
}
