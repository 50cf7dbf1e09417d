import Foundation
import TestSupport
import Testing

@testable import Tokenization

@Suite struct TokenizerTests {
    @Test("gives the tokens and the texts of the reference library", arguments: ["gpt2_with_digits", "llama3", "qwen2", "prefix_space"])
    func equalsReference(name: String) throws {
        let golden = try Golden(name)
        #expect(golden.cases.count > 100)
        for item in golden.cases {
            let tokenizer = golden.tokenizer
            #expect(tokenizer.encode(item.text) == item.plain, "\(item.text.debugDescription)")
            #expect(tokenizer.encode(item.text, parsingSpecialTokens: true, addingSpecialTokens: true) == item.parsed)
            #expect(tokenizer.decode(item.parsed, skippingSpecialTokens: false) == item.decoded)
            #expect(tokenizer.decode(item.parsed) == item.skipped)
        }
    }

    @Test("keeps special tokens that stand in a text as text")
    func specialTokensAreText() throws {
        let tokenizer = try Golden("qwen2").tokenizer
        let end = try #require(tokenizer.id(of: "<|end|>"))
        #expect(!tokenizer.encode("a<|end|>b").contains(end))
        #expect(tokenizer.decode(tokenizer.encode("a<|end|>b")) == "a<|end|>b")
        #expect(tokenizer.encode("a<|end|>b", parsingSpecialTokens: true, addingSpecialTokens: false).contains(end))
        #expect(tokenizer.isSpecial(end) && tokenizer.endTokens.contains(end))
    }

    @Test("gives the same tokens from many threads at once as from one")
    func isThreadSafe() async throws {
        let golden = try Golden("llama3")
        let tokenizer = golden.tokenizer
        let texts = golden.cases.map(\.text)
        let expected = texts.map { tokenizer.encode($0) }
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { texts.map { tokenizer.encode($0) } == expected } }
            for await isEqual in group { #expect(isEqual) }
        }
    }

    @Test("writes a folder that reads back as the same tokenizer")
    func roundTrip() async throws {
        let tokenizer = try Golden("qwen2").tokenizer
        try await withTemporaryDirectory { place in
            try tokenizer.write(to: place)
            let again = try Tokenizer(directory: place)
            #expect(again.fingerprint == tokenizer.fingerprint)
            #expect(again.endTokens == tokenizer.endTokens && again.beginToken == tokenizer.beginToken)
            #expect(again.encode("The bridge, 1847.") == tokenizer.encode("The bridge, 1847."))
        }
    }

    @Test("names the file that is missing")
    func missingFile() throws {
        #expect(throws: TokenizationError.missingFile(path: "/nowhere/at/all/tokenizer.json")) {
            try Tokenizer(directory: URL(filePath: "/nowhere/at/all"))
        }
    }

    @Test(
        "refuses a broken file with a reason",
        arguments: [
            ("", "a value is missing"), ("{", "an object wants a field name"), ("{\"model\": 1", "has no end"), ("[]", "no model"),
            (#"{"model": {"type": "Unigram"}}"#, "Unigram"), (#"{"model": {"vocab": {"a": -1}}}"#, "no usable id"),
            (#"{"model": {"vocab": {"a": 0, "b": 0}}}"#, "both have the id 0"),
            (#"{"model": {"vocab": {"a": 99999999999}}}"#, "no usable id"),
            (#"{"model": {"vocab": {"a": 0}, "merges": ["a b"]}}"#, "needs the token b"),
            (#"{"model": {"vocab": {"a": 0, "b": 1}, "merges": ["a b"]}}"#, "needs the token ab"),
            (#"{"model": {"vocab": {"a": 0}, "merges": ["a"]}}"#, "not a pair"),
            (#"{"model": {"vocab": {"": 0, "a": 1}, "merges": [" a"]}}"#, "empty"),
            (#"{"model": {"vocab": {"a": 0}, "unk_token": "u"}}"#, "unk_token"),
            (#"{"model": {"vocab": {}}, "pre_tokenizer": {"type": "Magic"}}"#, "Magic"),
            (#"{"model": {"vocab": {}}, "normalizer": {"type": "Magic"}}"#, "Magic"),
            (#"{"model": {"vocab": {}}, "added_tokens": [{"id": -5, "content": "x"}]}"#, "impossible id"),
            (
                #"{"model": {"vocab": {}}, "post_processor": {"type": "BertProcessing", "cls": ["a", 5], "sep": ["b", 6]}}"#,
                "adds the token 5"
            ),
        ])
    func refusesBrokenFiles(json: String, reason: String) {
        let error = #expect(throws: TokenizationError.self) { try Tokenizer(json: Array(json.utf8)) }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }

    @Test("refuses a file nested without end")
    func refusesDeepNesting() {
        let error = #expect(throws: TokenizationError.self) { try Tokenizer(json: Array(repeating: UInt8(ascii: "["), count: 100_000)) }
        #expect(error?.description.contains("deeper than 512") == true)
    }

    @Test("gives no text for ids outside the vocabulary")
    func unknownIDs() throws {
        let tokenizer = try Golden("qwen2").tokenizer
        #expect(tokenizer.decode([-1, .max, 1_000_000]) == "")
        #expect(tokenizer.bytes(of: -7).isEmpty)
    }

    @Test("encodes a word of a million letters in order")
    func longWord() throws {
        let tokenizer = try Golden("qwen2").tokenizer
        let text = String(repeating: "bridge", count: 50_000)
        #expect(tokenizer.decode(tokenizer.encode(text)) == text)
    }

    @Test("equals the reference on an OLMo tokenizer", .enabled(if: SharedData.isPresent, "needs ../shared/data"))
    func olmo() throws {
        let place = try #require(SharedData.directory).appending(path: "tokenizers/olmo-hf-tokenizer-json")
        let tokenizer = try Tokenizer(directory: place)
        #expect(tokenizer.decode(tokenizer.encode("Hello world,   it's 1847.")) == "Hello world,   it's 1847.")
        #expect(tokenizer.vocabularySize == 50280)
    }
}
