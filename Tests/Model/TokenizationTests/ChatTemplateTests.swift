import Foundation
import Ground
import TestSupport
import Testing

@testable import Tokenization

@Suite struct ChatTemplateTests {
    private let turns = [
        ChatMessage(.system, "Answer briefly."), ChatMessage(.user, "Who built the bridge?<|end|>"), ChatMessage(.assistant, "A builder."),
        ChatMessage(.user, "When?"),
    ]

    private func trained(_ specialTokens: [String] = TokenizerTrainer.specialTokens) throws -> Tokenizer {
        var trainer = try TokenizerTrainer(vocabularySize: 300, specialTokens: specialTokens)
        trainer.add("Who built the bridge? A builder built the bridge. ### Instruction:\n### Response:\n\n")
        return try trainer.train()
    }

    @Test("writes turns with the special tokens of the vocabulary and opens the assistant's turn")
    func specialTokens() throws {
        let tokenizer = try trained()
        let template = ChatTemplate.plain(for: tokenizer)
        #expect(
            try template.text(turns, addingGenerationPrompt: true, with: tokenizer)
                == "<|system|>Answer briefly.<|end|><|user|>Who built the bridge?<|end|><|end|><|assistant|>A builder.<|end|>"
                + "<|user|>When?<|end|><|assistant|>")
    }

    @Test("encodes contents as text and marks the assistant's words with the token that ends its turn")
    func marksAssistant() throws {
        let tokenizer = try trained()
        let (tokens, isAssistant) = try ChatTemplate.plain(for: tokenizer).tokens(turns, addingGenerationPrompt: true, with: tokenizer)
        let end = try #require(tokenizer.id(of: "<|end|>"))
        #expect(tokens.count == isAssistant.count)
        #expect(tokens.filter { $0 == end }.count == 4)
        let said = zip(tokens, isAssistant).filter(\.1).map(\.0)
        #expect(tokenizer.decode(said, skippingSpecialTokens: false) == "A builder.<|end|>")
    }

    @Test("makes a prompt that is the beginning of the same conversation with its answer")
    func promptIsPrefix() throws {
        for tokenizer in [try trained(), try trained(["<|endoftext|>"])] {
            let template = ChatTemplate.plain(for: tokenizer)
            let prompt = try template.tokens(Array(turns.prefix(2)), addingGenerationPrompt: true, with: tokenizer).tokens
            let whole = try template.tokens(Array(turns.prefix(3)), addingGenerationPrompt: false, with: tokenizer)
            #expect(whole.tokens.starts(with: prompt))
            #expect(whole.isAssistant.firstIndex(of: true) == prompt.count)
        }
    }

    @Test("writes headings for a vocabulary without the special tokens")
    func headings() throws {
        let tokenizer = try trained(["<|endoftext|>"])
        let template = ChatTemplate.plain(for: tokenizer)
        #expect(
            try template.text(Array(turns.suffix(2)), addingGenerationPrompt: true, with: tokenizer)
                == "### Response:\nA builder.<|endoftext|>\n\n### Instruction:\nWhen?\n\n### Response:\n")
        let (tokens, isAssistant) = try template.tokens(Array(turns.suffix(2)), addingGenerationPrompt: true, with: tokenizer)
        let said = zip(tokens, isAssistant).filter(\.1).map(\.0)
        #expect(tokenizer.decode(said, skippingSpecialTokens: false) == "A builder.<|endoftext|>")
    }

    @Test("travels with the tokenizer's folder")
    func travels() async throws {
        let tokenizer = try trained()
        try await withTemporaryDirectory { place in
            try tokenizer.write(to: place)
            let again = try Tokenizer(directory: place)
            #expect(again.chatTemplate == .plain(for: tokenizer))
            #expect(again.fingerprint == tokenizer.fingerprint)
        }
    }
}
