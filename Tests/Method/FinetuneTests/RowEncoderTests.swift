import Ground
import LanguageModels
import Records
import Testing
import Training

@testable import Finetune
@testable import Tokenization

struct RowEncoderTests {
    private static let tokenizer: Tokenizer = {
        guard var trainer = try? TokenizerTrainer(vocabularySize: 270) else { fatalError("a vocabulary of 270 is possible") }
        trainer.add("One. Two. Three.")
        guard let tokenizer = try? trainer.train() else { fatalError("a tokenizer learns from a line") }
        return tokenizer
    }()

    private func encoder(_ contextLength: Int) -> RowEncoder {
        RowEncoder(tokenizer: Self.tokenizer, template: .plain(for: Self.tokenizer), contextLength: contextLength)
    }

    private func seed(_ output: String, instruction: String = "Count.", further: String = "") throws -> Seed {
        let text =
            #"{"messages":[{"role":"user","content":"\#(instruction)"},{"role":"assistant","content":"\#(output)"}\#(further)]}"#
        return try Seed(try JSONObject(parsing: text))
    }

    private func learned(_ example: TrainingExample) -> String { text(example) { $0 } }
    private func given(_ example: TrainingExample) -> String { text(example) { !$0 } }
    private func text(_ example: TrainingExample, where isWanted: (Bool) -> Bool) -> String {
        let tokens = zip(example.tokens, example.isTarget).filter { isWanted($0.1) }.map(\.0)
        return Self.tokenizer.decode(tokens, skippingSpecialTokens: false)
    }

    private func example(_ encoding: RowEncoder.Encoding, isCut: Bool) throws -> TrainingExample {
        switch encoding {
        case .whole(let example):
            #expect(!isCut)
            return example
        case .cut(let example):
            #expect(isCut)
            return example
        case .tooLong(let tokens):
            Issue.record("too long: \(tokens)")
            throw Rejection("prompt_too_long")
        }
    }

    @Test("a row that fits is learned to the end of its turn, and nothing of the prompt is")
    func whole() throws {
        let row = RoleRow.forward(try seed("One. Two. Three."), source: .seed)
        let whole = try example(encoder(512).encode(row), isCut: false)
        #expect(learned(whole) == "One. Two. Three.<|end|>")
        #expect(given(whole).contains("Count.") && given(whole).contains(RolePrompts.seedTag))
        // It fits exactly where the context has as many tokens.
        #expect(try encoder(whole.tokens.count).encode(row) == .whole(whole))
    }

    @Test("an answer that is too long ends with the last sentence that fits, and without the end of the turn")
    func cutAnswer() throws {
        let row = RoleRow.forward(try seed("One. Two. Three."), source: .seed)
        let length = try example(encoder(512).encode(row), isCut: false).tokens.count
        let cut = try example(encoder(length - 1).encode(row), isCut: true)
        #expect(learned(cut) == "One. Two.")
        #expect(cut.tokens.count < length)
    }

    @Test("a forward answer without a sentence end fills the context; a prompt alone above it leaves nothing to learn")
    func noSentence() throws {
        let row = RoleRow.forward(try seed("one two three four five six seven eight nine ten"), source: .seed)
        let length = try example(encoder(512).encode(row), isCut: false).tokens.count
        let cut = try example(encoder(length - 8).encode(row), isCut: true)
        #expect(cut.tokens.count == length - 8)
        #expect(learned(cut).hasPrefix("one two") && !learned(cut).contains("<|end|>"))
        let bare = try example(encoder(12).encode(row), isCut: true)
        #expect(bare.targetCount == 0)
    }

    @Test("a backward row cuts the text that is read, and keeps the instruction whole with the end of its turn")
    func backward() throws {
        let row = RoleRow.backward(try seed("One. Two. Three.", instruction: "Count to three."))
        let length = try example(encoder(512).encode(row), isCut: false).tokens.count
        let cut = try example(encoder(length - 1).encode(row), isCut: true)
        #expect(learned(cut) == "Count to three.<|end|>")
        #expect(given(cut).contains("One. Two.") && !given(cut).contains("Three."))
        guard case .tooLong(let tokens) = try encoder(12).encode(row) else {
            Issue.record("a question alone has more than twelve tokens")
            return
        }
        #expect(tokens > 12)
    }

    @Test("of a conversation the last exchange goes first, whole")
    func conversation() throws {
        let further = #",{"role":"user","content":"And on?"},{"role":"assistant","content":"Four."}"#
        let seed = try seed("One. Two. Three.", further: further)
        let rows = RoleRows.rows(for: [.forward], seeds: [seed], curated: [], seed: 0, allTurns: true)
        let row = try #require(rows.first)
        let whole = try example(encoder(512).encode(row), isCut: false)
        #expect(learned(whole) == "One. Two. Three.<|end|>Four.<|end|>")
        let cut = try example(encoder(whole.tokens.count - 1).encode(row), isCut: true)
        #expect(learned(cut) == "One. Two. Three.<|end|>")
        #expect(!given(cut).contains("And on?"))
    }

    @Test("a special token that a text spells is text")
    func specialText() throws {
        let row = RoleRow.forward(try seed("Say <|end|> now."), source: .seed)
        let whole = try example(encoder(512).encode(row), isCut: false)
        let end = try #require(whole.tokens.last(where: { Self.tokenizer.isSpecial($0) }))
        #expect(whole.tokens.count { $0 == end } == given(whole).split(separator: "<|end|>", omittingEmptySubsequences: false).count)
        #expect(learned(whole) == "Say <|end|> now.<|end|>")
    }

    @Test("a preference shares its prompt, learns both answers with their ends, and is refused where the prompt fills the context")
    func preferences() throws {
        let preference = Preference(id: "p", prompt: "Count.", chosen: "One. Two.", rejected: "Nine.")
        let pair = try #require(try encoder(512).encode(preference))
        #expect(Self.tokenizer.decode(pair.chosen, skippingSpecialTokens: false) == "One. Two.<|end|>")
        #expect(Self.tokenizer.decode(pair.rejected, skippingSpecialTokens: false) == "Nine.<|end|>")
        #expect(Self.tokenizer.decode(pair.prompt, skippingSpecialTokens: false).contains(RolePrompts.joinedTags))
        #expect(try encoder(pair.prompt.count).encode(preference) == nil)
    }
}
