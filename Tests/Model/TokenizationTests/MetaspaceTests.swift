import Testing

@testable import Tokenization

@Suite struct MetaspaceTests {
    private static let first = #"{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": true}"#
    private static let always = #"{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}"#
    private static let words = #"{"type": "WhitespaceSplit"}"#
    private static let withoutX = #"{"type": "Split", "pattern": {"String": "x"}, "behavior": "Removed", "invert": false}"#
    private static let strip = #"{"type": "Strip", "strip_left": true, "strip_right": true}"#
    private static let prepend = #"{"type": "Prepend", "prepend": "x"}"#
    private static let remove = #"{"type": "Replace", "pattern": {"String": "x"}, "content": ""}"#

    /// Steps, normalizer, text, and the pieces of tokenizers 0.23.3, joined.
    private static let cases: [([String], String, String, String)] = [
        ([words, first], "null", "a b", "▁ab"), ([words, first], "null", " a b", "ab"), ([words, first], "null", "\na", "a"),
        ([words, first], "null", "<s>a b", "<s>ab"), ([words, first], "null", "a<s>b", "▁a<s>b"),
        ([words, first], prepend, " a b", "▁xab"), ([words, first], remove, "xa b", "ab"), ([words, first], strip, " a b", "ab"),
        ([words, always], "null", " a b", "▁a▁b"), ([words, always], "null", "a<s>b", "▁a<s>▁b"),
        ([first], "null", " a b", "▁a▁b"), ([first], "null", "\na", "▁\na"), ([first], strip, " a b", "a▁b"),
        ([first], remove, "xxa", "a"), ([first], remove, "a", "▁a"), ([first], prepend, "a", "▁xa"),
        ([withoutX, first], "null", "xa b", "a▁b"), ([withoutX, first], "null", "a xb", "▁a▁b"),
        ([withoutX, first], prepend, "a b", "▁a▁b"), ([withoutX, first], "null", "<s> a", "<s>▁a"),
    ]

    @Test(
        "the mark of a text's first piece is written where that piece begins with the text, whatever was taken from its front",
        arguments: cases)
    func mark(steps: [String], normalizer: String, text: String, expected: String) throws {
        let vocabulary = ["<unk>", "▁", "a", "b", "1", "<s>", " ", "\n", "x"]
        let listed = vocabulary.enumerated().map { "\(JSONText.quoted($1)): \($0)" }.joined(separator: ", ")
        let json = #"""
            {"added_tokens": [{"id": 5, "content": "<s>", "special": true, "normalized": false}], "normalizer": \#(normalizer),
             "pre_tokenizer": {"type": "Sequence", "pretokenizers": [\#(steps.joined(separator: ", "))]},
             "model": {"type": "BPE", "unk_token": "<unk>", "vocab": {\#(listed)}, "merges": []}}
            """#
        let tokens = try Tokenizer(json: Array(json.utf8)).encode(text, parsingSpecialTokens: true, addingSpecialTokens: false)
        #expect(tokens.map { vocabulary[Int($0)] }.joined() == expected)
    }
}
