import Foundation
import TestSupport
import Testing

@testable import Tokenization

@Suite struct AddedTokenTests {
    private static let vocabulary = ["<unk>": 0, "a": 1, "b": 2, "c": 3, "<x>": 4, "<y>": 5]

    private static func json(_ added: [(id: Int, content: String)], vocabulary: [String: Int] = vocabulary) -> [UInt8] {
        let listed = vocabulary.map { "\(JSONText.quoted($0)): \($1)" }.joined(separator: ", ")
        let tokens = added.map {
            #"{"id": \#($0.id), "content": \#(JSONText.quoted($0.content)), "special": false, "normalized": false}"#
        }.joined(separator: ", ")
        return Array(
            #"{"added_tokens": [\#(tokens)], "model": {"type": "BPE", "unk_token": "<unk>", "vocab": {\#(listed)}, "merges": []}}"#.utf8)
    }

    /// The ids are those of tokenizers 0.23.3.
    @Test(
        "ids that a file claims for its added tokens give way to the vocabulary's, and to their order behind it",
        arguments: [
            ([(9, "<x>")], "a<x>b", [1, 4, 2]), ([(1, "<y>")], "a<y>b", [1, 5, 2]), ([(9, "<m>")], "a<m>b", [1, 6, 2]),
            ([(2, "<m>")], "a<m>b", [1, 6, 2]), ([(9, "<m>"), (6, "<n>")], "<n><m>", [7, 6]),
            ([(7, "<m>"), (7, "<n>")], "<m><n>", [6, 7]), ([(8, "<m>"), (9, "<x>"), (20, "<n>")], "<n><x><m>", [7, 4, 6]),
        ] as [([(Int, String)], String, [Int32])])
    func ids(added: [(Int, String)], text: String, expected: [Int32]) throws {
        let tokenizer = try Tokenizer(json: Self.json(added.map { (id: $0.0, content: $0.1) }))
        #expect(tokenizer.encode(text) == expected)
        #expect(tokenizer.vocabularySize == 6 + Set(added.map(\.1)).subtracting(Self.vocabulary.keys).count)
        for (_, content) in added { #expect(tokenizer.id(of: content).map { tokenizer.file.content($0) } == content) }
    }

    @Test("a gap in the vocabulary's ids is where the next added token goes, as in the reference")
    func gap() throws {
        let tokenizer = try Tokenizer(json: Self.json([(10, "<m>")], vocabulary: ["<unk>": 0, "a": 1, "b": 2, "c": 9]))
        #expect(tokenizer.encode("a<m>c") == [1, 4, 9])
    }

    private static func folder(_ place: URL, _ settings: String, added: [(Int, String)] = [], map: String? = nil) throws -> Tokenizer {
        try Data(json(added.map { (id: $0.0, content: $0.1) })).write(to: place.appending(path: "tokenizer.json"))
        try Data(settings.utf8).write(to: place.appending(path: "tokenizer_config.json"))
        let other = place.appending(path: "special_tokens_map.json")
        if let map { try Data(map.utf8).write(to: other) } else { try? FileManager.default.removeItem(at: other) }
        return try Tokenizer(directory: place)
    }

    private func parsed(_ tokenizer: Tokenizer, _ text: String) -> [Int32] {
        tokenizer.encode(text, parsingSpecialTokens: true, addingSpecialTokens: false)
    }

    @Test("tokens that tokenizer_config.json alone lists or names are special tokens, of the vocabulary or behind it")
    func besideTheFile() async throws {
        try await withTemporaryDirectory { place in
            let decoder = #"{"added_tokens_decoder": {"7": {"content": "<n>", "special": true}, "4": {"content": "<x>", "special": true}}}"#
            let listed = try Self.folder(place, decoder)
            #expect(parsed(listed, "a<x>b<n>") == [1, 4, 2, 6] && listed.isSpecial(4) && listed.isSpecial(6))
            // What a person wrote stays text.
            #expect(!listed.encode("a<x>b").contains(4))
            for settings in [
                #"{"eos_token": "<x>"}"#, #"{"eos_token": {"content": "<x>"}}"#, #"{"additional_special_tokens": ["<y>", "<x>"]}"#,
                #"{"extra_special_tokens": {"image_token": "<x>"}}"#, #"{"image_token": "<x>"}"#,
            ] {
                let named = try Self.folder(place, settings)
                #expect(parsed(named, "a<x>b") == [1, 4, 2] && named.isSpecial(4), "\(settings)")
            }
            let mapped = try Self.folder(place, "{}", map: #"{"eos_token": "<y>", "additional_special_tokens": ["<x>"]}"#)
            #expect(parsed(mapped, "<x><y>") == [4, 5] && mapped.endTokens == [5])
            // A name that the vocabulary does not have gets no row behind the model's.
            let missing = try Self.folder(place, #"{"pad_token": "[PAD]"}"#)
            #expect(missing.vocabularySize == 6 && missing.padToken == nil)
            #expect(throws: TokenizationError.self) { try Self.folder(place, #"{"added_tokens_decoder": {"-1": {"content": "<q>"}}}"#) }
        }
    }

    @Test("what stands beside the file wins over it, and changes the fingerprint only where it says more")
    func overrides() async throws {
        try await withTemporaryDirectory { place in
            let plain = try Self.folder(place, "{}", added: [(4, "<x>")])
            let same = #"{"added_tokens_decoder": {"4": {"content": "<x>", "special": false, "normalized": false}}}"#
            #expect(try Self.folder(place, same, added: [(4, "<x>")]).fingerprint == plain.fingerprint)
            let other = #"{"added_tokens_decoder": {"4": {"content": "<x>", "special": false, "normalized": false, "lstrip": true}}}"#
            let stripping = try Self.folder(place, other, added: [(4, "<x>")])
            #expect(stripping.fingerprint != plain.fingerprint)
            #expect(stripping.encode("a  <x>b") == [1, 4, 2] && plain.encode("a<x>b") == [1, 4, 2])
            let again = place.appending(path: "again")
            try stripping.write(to: again)
            #expect(try Tokenizer(directory: again).encode("a  <x>b") == [1, 4, 2])
        }
    }
}
