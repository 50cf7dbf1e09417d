import Foundation
import Ground
import Testing

@testable import Tokenization

@Suite struct SplitPatternTests {
    private static let bridge = Array("It's 1847; the BRIDGE wasn't\u{A0}built.\r\n\n  naïve'ſ ½Ⅷ日本語🙂\t\t x\u{301}  ".utf8)

    private func pieces(_ steps: [PreTokenizer], _ text: some Sequence<UInt8>) -> [String] {
        var pieces = Pieces(Array(text), front: 1)
        for step in steps { step.apply(to: &pieces) }
        var start = 0
        return pieces.ends.map { end in
            defer { start = end }
            return String(decoding: pieces.bytes[start..<end], as: UTF8.self)
        }
    }

    @Test("cuts text where the pre-tokenizers of the reference library cut it")
    func equalsReference() throws {
        let root = try JSONNode(parsing: Array(try Data(contentsOf: Golden.folder.appending(path: "split_patterns.json"))))
        let texts = (root["texts"]?.array ?? []).compactMap(\.string)
        for golden in root["goldens"]?.array ?? [] {
            let node = try #require(golden["pre_tokenizer"])
            var (steps, isByteLevel) = try PreTokenizer.pipeline(node)
            if isByteLevel { steps.append(.byteAlphabet) }
            for (text, expected) in zip(texts, golden["pieces"]?.array ?? []) {
                let found = pieces(steps, text.utf8).map { Array($0.utf8) }
                #expect(found == expected.array?.compactMap { $0.bytes.map(Array.init) }, "\(text.debugDescription), \(node)")
            }
        }
    }

    @Test("scans by hand as the regular expression does", arguments: [WordSplitter.gpt2, .llama3(digits: 1), .llama3(digits: 3)])
    func scannersEqualExpressions(splitter: WordSplitter) throws {
        let regex = try SplitRegex(splitter.pattern)
        var random = SystemSeed(state: 11)
        for _ in 0..<300 {
            let count = Int(random.next() % 12)
            let text = (0..<count).flatMap { _ in
                let start = Int(random.next() % UInt64(Self.bridge.count))
                return Array(
                    String(decoding: Self.bridge[start..<min(start + Int(random.next() % 9), Self.bridge.count)], as: UTF8.self).utf8)
            }
            var ends: [Int] = []
            splitter.split(text.span, 0..<text.count, into: &ends)
            var expected: [Int] = []
            regex.forEachMatch(in: text.span, 0..<text.count) { expected.append($0.upperBound) }
            #expect(ends == expected, "\(String(decoding: text, as: UTF8.self).debugDescription)")
        }
    }

    @Test("recognises its scanners in the patterns of tokenizer files")
    func recognises() {
        for splitter in [WordSplitter.gpt2, .llama3(digits: 1), .llama3(digits: 3)] {
            #expect(WordSplitter(pattern: splitter.pattern) == splitter)
        }
        #expect(WordSplitter(pattern: #"\w+"#) == nil)
    }

    @Test("gives up on a pattern that would never end")
    func hostilePattern() throws {
        let regex = try SplitRegex("(a+)+(b|(a*)*)*c")
        let text = Array(String(repeating: "a", count: 23).utf8)
        var count = 0
        regex.forEachMatch(in: text.span, 0..<4) { _ in count += 1 }
        #expect(count == 0)
        let slow = try SplitRegex("(?:a|a)*b")
        slow.forEachMatch(in: text.span, 0..<text.count) { _ in count += 1 }
        #expect(count == 0)
    }

    @Test(
        "refuses a pattern that it cannot read, with the reason",
        arguments: [
            "(", ")", "[a", "*a", "a{5,2}", "(?<=a+)b", #"\p{Klingon}"#, #"\q"#, "(?x", "a{2000}", #"\x{FFFFFFFF}"#, "[z-a]", "[[:alpha:]]",
        ])
    func refuses(pattern: String) {
        #expect(throws: TokenizationError.self) { try SplitRegex(pattern) }
    }
}

/// Numbers that are the same in every run.
struct SystemSeed: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33 ^ state
    }
}
