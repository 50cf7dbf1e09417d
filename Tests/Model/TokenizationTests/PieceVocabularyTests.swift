import Foundation
import TestSupport
import Testing

@testable import Tokenization

@Suite struct PieceVocabularyTests {
    @Test("gives the tokens and the texts of sentencepiece", arguments: ["llama2", "gemma"])
    func equalsSentencePiece(name: String) throws {
        let golden = try Golden(name)
        for item in golden.cases {
            #expect(golden.tokenizer.encode(item.text) == item.plain, "\(item.text.debugDescription)")
            #expect(golden.tokenizer.encode(item.text, parsingSpecialTokens: false, addingSpecialTokens: true) == item.parsed)
            #expect(golden.tokenizer.decode(item.plain).utf8.elementsEqual(item.skipped.utf8), "\(item.text.debugDescription)")
        }
    }

    /// The pieces are those of sentencepiece 0.2.3.
    @Test(
        "a user-defined symbol is found where sentencepiece finds it: in the text as its spaces are written",
        arguments: [
            (true, ["  "], "a  b", "▁a|▁|▁|b"), (false, ["  "], "a  b", "a|▁|▁|b"), (true, [" a"], "ab a", "▁ab|▁a"),
            (true, ["▁▁"], "a  b", "▁a|▁▁|b"), (true, ["▁▁"], " <x>b", "▁▁|<|x>|b"), (true, ["▁▁"], "     b", "▁▁|▁▁|▁▁|b"),
            (false, ["▁▁"], "a  b", "a|▁▁|b"), (false, ["▁▁"], "     b", "▁▁|▁▁|▁|b"),
            (true, ["▁▁", "▁▁▁"], "     b", "▁▁▁|▁▁▁|b"), (false, ["▁▁", "▁▁▁"], "     b", "▁▁▁|▁▁|b"),
            (false, ["▁<x>"], " <x>b", "▁<x>|b"), (false, ["▁<x>"], "a<x>b", "a|<|x>|b"), (false, ["\n\n", "<x>"], "a<x>b", "a|<x>|b"),
        ])
    func symbols(addsSpace: Bool, symbols: [String], text: String, expected: String) throws {
        let normal = ["▁a", "▁ab", "ab", "▁▁b", "x>", "▁"] + "abcdefghxyz<>".map { "\($0)" }
        var vocabulary = PieceVocabulary(pieces: [.init(text: "<unk>", score: 0, kind: .unknown)], addsSpace: addsSpace)
        vocabulary.symbolsAreWritten = true
        vocabulary.pieces += symbols.map { .init(text: $0, score: 0, kind: .userDefined) }
        vocabulary.pieces += normal.enumerated().map { .init(text: $1, score: -Float($0), kind: .normal) }
        let tokenizer = try vocabulary.tokenizer()
        #expect(tokenizer.encode(text).map { tokenizer.file.content($0) }.joined(separator: "|") == expected)
    }

    @Test("a symbol of llama.cpp's stands in the text as it came")
    func symbolsAsTheyCame() throws {
        let tokenizer = try Tokenizer(
            gguf: GGUFVocabulary(
                model: "llama", tokens: ["<unk>", "  ", "▁", "a", "b"], kinds: [.unknown, .userDefined, .normal, .normal, .normal],
                scores: [0, 0, -1, -2, -3], addsSpacePrefix: false))
        #expect(tokenizer.encode("a  b") == [3, 1, 4])
    }

    @Test(
        "reads a SentencePiece model only as far as it is one",
        arguments: [[0x0A, 0x7F], [0x0F], [0x08, 0xFF], [0x0A, 0x02, 0x18, 0x09]])
    func brokenModel(bytes: [UInt8]) throws {
        #expect(throws: TokenizationError.self) { try SentencePieceFile(bytes) }
    }

    @Test("refuses a llama2.c file that is cut short or of another size")
    func brokenLlama2C() async throws {
        try await withTemporaryDirectory { place in
            let file = place.appending(path: "tokenizer.bin")
            for bytes: [UInt8] in [[], [1, 0], [1, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 65], [1, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255]] {
                try Data(bytes).write(to: file)
                #expect(throws: TokenizationError.self) { try Tokenizer(llama2c: file) }
            }
        }
    }

    @Test("reads the tokenizer of stories260K", .enabled(if: SharedData.isPresent, "needs ../shared/data"))
    func stories() throws {
        let file = try #require(SharedData.directory).appending(path: "stories260K/tok512.bin")
        let tokenizer = try Tokenizer(llama2c: file, vocabularySize: 512)
        #expect(tokenizer.beginToken == 1 && tokenizer.endTokens == [2] && tokenizer.vocabularySize == 512)
        #expect(tokenizer.encode("Once upon a time").map { tokenizer.file.content($0) } == ["▁Once", "▁upon", "▁a", "▁time"])
        for text in ["One day, Tom and his dog", "  two spaces\n\"and\" 🙂", ""] {
            #expect(tokenizer.decode(tokenizer.encode(text)) == text)
        }
        #expect(throws: TokenizationError.self) { try Tokenizer(llama2c: file, vocabularySize: 32000) }
    }

    @Test("reads Llama 2's pieces alike from SentencePiece and llama2.c", .enabled(if: SharedData.isPresent, "needs ../shared/data"))
    func llama2() throws {
        let place = try #require(SharedData.directory).appending(path: "tokenizers/llama2")
        let one = try Tokenizer(sentencePiece: place.appending(path: "tokenizer.model"))
        #expect(try one.fingerprint == Tokenizer(llama2c: place.appending(path: "tokenizer.bin")).fingerprint)
    }
}
