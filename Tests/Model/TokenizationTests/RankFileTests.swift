import Foundation
import TestSupport
import Testing

@testable import Tokenization

@Suite struct RankFileTests {
    @Test("reads tokens in base 64 in the order of their ranks")
    func reads() throws {
        #expect(try RankFile(Array("YmM= 1\nYQ== 0\r\n\n/+8= 2\n".utf8)).tokens == [[97], [98, 99], [0xFF, 0xEF]])
    }

    @Test("refuses lines and ranks that are wrong", arguments: ["", "YQ==", "YQ 0", "YQ== x", "YQ== 0\nYg== 0", "YQ== 1", "Y*== 0"])
    func refuses(text: String) {
        #expect(throws: TokenizationError.self) { try RankFile(Array(text.utf8)) }
    }

    @Test("lists every way in which a token can be made of two others")
    func merges() {
        #expect(
            RankFile.merges([[97], [98], [97, 98], [97, 97, 98], [97, 97]]).map { [$0, $1] } == [[0, 1], [0, 2], [4, 1], [0, 0]])
    }

    @Test(
        "gives the published tokens of Llama 3 and Qwen", .enabled(if: SharedData.isPresent, "needs ../shared/data"),
        arguments: [("llama-models/llama3/tokenizer.model", "llama-bpe"), ("qwen-tiktoken/qwen.tiktoken", "qwen2")])
    func publishedTokens(file: String, name: String) throws {
        let place = try #require(SharedData.directory).appending(path: "tokenizers")
        let tokenizer = try Tokenizer(tiktoken: place.appending(path: file))
        for (text, tokens) in try VocabularyFixture(place.appending(path: "llama.cpp-vocab/ggml-vocab-\(name).gguf")).cases {
            #expect(tokenizer.encode(text) == tokens, "\(text.debugDescription)")
        }
    }

    @Test("gives the published tokens of GPT-2", .enabled(if: SharedData.isPresent, "needs ../shared/data"))
    func gpt2() throws {
        let place = try #require(SharedData.directory).appending(path: "tokenizers")
        let files = place.appending(path: "gpt2-hf")
        let tokenizer = try Tokenizer(vocabulary: files.appending(path: "encoder.json"), merges: files.appending(path: "vocab.bpe"))
        #expect(tokenizer.endTokens.first == 50256)
        for (text, tokens) in try VocabularyFixture(place.appending(path: "llama.cpp-vocab/ggml-vocab-gpt-2.gguf")).cases {
            #expect(tokenizer.encode(text) == tokens, "\(text.debugDescription)")
        }
    }
}
