import Ground
import Testing

@testable import Tokenization

/// Which tokens of a conversation are the assistant's, where the template's text and an answer's meet in one token.
@Suite struct LossMarksTests {
    /// A byte-level vocabulary with these merges, written as the file has them, over bytes and the tokens before.
    private static func byteLevel(_ merges: [(String, String)], splitting pattern: String = WordSplitter.gpt2.pattern) throws -> Tokenizer {
        var writer = TokenizerWriter()
        writer.vocabulary = (0..<256).map { ByteAlphabet.token([UInt8($0)]) }
        for (left, right) in merges {
            let ids = try [left, right].map { token in try #require(writer.vocabulary.firstIndex(of: token)) }
            writer.merges.append((ids[0], ids[1]))
            writer.vocabulary.append(left + right)
        }
        writer.isByteLevel(splittingBy: pattern)
        writer.added = [AddedToken(id: Int32(writer.vocabulary.count), content: "</s>")]
        var settings = TokenizerSettings()
        (settings.isPresent, settings.endToken) = (true, "</s>")
        return Tokenizer(try TokenizerFile(writer), settings: settings)
    }

    /// Pieces of which the first of every text, or of the whole one alone, gets a space that is not written.
    private static func pieces(_ steps: String) throws -> Tokenizer {
        var vocabulary = ["<unk>", "<s>", "</s>", "▁", "▁S"] + "Seven boats left.[INST]/USERASSISTANT:hi".unicodeScalars.map { "\($0)" }
        vocabulary = vocabulary.enumerated().filter { vocabulary.firstIndex(of: $1) == $0 && $1 != " " }.map(\.element)
        let listed = vocabulary.enumerated().map { "\(JSONText.quoted($1)): \($0)" }.joined(separator: ", ")
        let added = (1...2).map {
            #"{"id": \#($0), "content": "\#(vocabulary[$0])", "special": true, "normalized": false}"#
        }.joined(separator: ", ")
        let json = #"""
            {"added_tokens": [\#(added)], \#(steps), "post_processor": null, "decoder": {"type": "Replace", "pattern": {"String": "▁"},
             "content": " "}, "model": {"type": "BPE", "unk_token": "<unk>", "vocab": {\#(listed)}, "merges": ["▁ S"]}}
            """#
        var settings = TokenizerSettings()
        (settings.isPresent, settings.beginToken, settings.endToken) = (true, "<s>", "</s>")
        return try Tokenizer(json: Array(json.utf8), settings: settings)
    }

    private static let prepended =
        #""normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"}, "#
        + #"{"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}, "pre_tokenizer": null"#
    private static let first =
        #""normalizer": null, "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": false}"#

    private static let turns = [ChatMessage(.user, "hi"), ChatMessage(.assistant, "Seven boats left.")]

    private func said(_ template: String, _ tokenizer: Tokenizer, _ turns: [ChatMessage] = turns) throws -> [String] {
        let (tokens, isAssistant) = try ChatTemplate(jinja: template).tokens(turns, addingGenerationPrompt: false, with: tokenizer)
        return zip(tokens, isAssistant).filter(\.1).map { tokenizer.decode([$0.0], skippingSpecialTokens: false) }
    }

    static let vicuna =
        "{% for m in messages %}{% if m.role == 'user' %}USER: {{ m.content }} {% else %}ASSISTANT: {{ m.content }}{{ eos_token }}"
        + "{% endif %}{% endfor %}"

    @Test("the token that joins the template's space and an answer's first letters is learned, as transformers has it")
    func spaceBefore() throws {
        let tokenizer = try Self.byteLevel([("Ġ", "S"), ("ĠS", "e"), ("e", "n")])
        let said = try said(Self.vicuna, tokenizer)
        #expect(said.first == " Se" && said.joined() == " Seven boats left.</s>", "\(said)")
        // Where no token joins them, the space is the template's.
        let apart = try self.said(Self.vicuna, try Self.byteLevel([("S", "e")]))
        #expect(apart.first == "Se" && apart.joined() == "Seven boats left.</s>", "\(apart)")
    }

    @Test("so is the token that joins an answer's line break with the template's, at its beginning and at its end")
    func lineBreaks() throws {
        let tokenizer = try Self.byteLevel([("Ċ", "Ċ"), (".", "Ċ")], splitting: WordSplitter.llama3(digits: 3).pattern)
        let template = "{% for m in messages %}{{ m.role }}\n{{ m.content }}\n{{ eos_token }}{% endfor %}"
        let said = try said(template, tokenizer, [ChatMessage(.user, "hi."), ChatMessage(.assistant, "\nSeven.")])
        #expect(said.first == "\n\n" && said.suffix(2) == [".\n", "</s>"], "\(said)")
        #expect(said.joined() == "\n\nSeven.\n</s>", "\(said)")
    }

    @Test(
        "with pieces, a space put before every section or before the text alone moves no mark",
        arguments: [(prepended, " [/INST] "), (prepended, "[/INST]"), (first, " [/INST] "), (first, "[/INST]")])
    func pieces(steps: String, mark: String) throws {
        let template = "{{ bos_token }}[INST] {{ messages[0].content }}\(mark){{ messages[1].content }} {{ eos_token }}"
        let said = try said(template, try Self.pieces(steps))
        #expect(said.joined() == (mark.last == " " ? " S" : "S") + "even boats left. </s>", "\(said)")
        let opening = "{{ bos_token }}{{ messages[1].content }}{{ eos_token }}"
        let bare = try self.said(opening, try Self.pieces(steps))
        #expect(bare.joined() == (steps == Self.prepended ? " S" : "S") + "even boats left.</s>", "\(bare)")
    }

    @Test("an answer that is not learned has no mark, nor has the token that ends it; the others keep theirs")
    func unlearned() throws {
        let tokenizer = try Self.byteLevel([("Ġ", "S")])
        let turns = [
            ChatMessage(.user, "hi"), ChatMessage(.assistant, "Six.", isLearned: false), ChatMessage(.user, "hi"),
            ChatMessage(.assistant, "Seven."),
        ]
        #expect(try said(Self.vicuna, tokenizer, turns).joined() == " Seven.</s>")
        let marked =
            "{% for m in messages %}{% if m.role == 'assistant' %}{% generation %}A:{{ m.content }}{{ eos_token }}{% endgeneration %}"
            + "{% else %}U:{{ m.content }}{% endif %}{% endfor %}"
        #expect(try said(marked, tokenizer, turns).joined() == "A:Seven.</s>")
        let none = turns.map { ChatMessage($0.role, $0.content, isLearned: false) }
        #expect(try said(marked, tokenizer, none).isEmpty && said(Self.vicuna, tokenizer, none).isEmpty)
    }
}
