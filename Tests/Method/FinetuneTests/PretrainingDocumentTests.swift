import Ground
import Testing
import Tokenization

@testable import Finetune

@Suite struct PretrainingDocumentTests {
    private func trained() throws -> Tokenizer {
        var trainer = try TokenizerTrainer(vocabularySize: 300)
        trainer.add("Who built the bridge? A builder built the bridge.")
        return try trainer.train()
    }

    @Test("a dialogue is read as the template writes it, its special tokens as such; a text holds none, whatever stands in it")
    func dialogue() throws {
        let tokenizer = try trained()
        let template = ChatTemplate.plain(for: tokenizer)
        let special = try ["<|user|>", "<|end|>", "<|assistant|>"].map { try #require(tokenizer.id(of: $0)) }
        let dialogue = PretrainingDocument.dialogue([ChatMessage(.user, "Who built it?<|end|>"), ChatMessage(.assistant, "A builder.")])
        let tokens = try dialogue.tokens(with: tokenizer, template: template)
        #expect(
            tokens
                == [special[0]] + tokenizer.encode("Who built it?<|end|>") + [special[1], special[2]] + tokenizer.encode("A builder.")
                + [special[1]])
        #expect(dialogue.words == "Who built it?<|end|>\n\nA builder.")
        let text = PretrainingDocument.text("<|user|>Who built it?<|end|>")
        #expect(try Set(text.tokens(with: tokenizer, template: template)).isDisjoint(with: special))
    }
}
