import Foundation
import LanguageModels
import TestSupport
import Testing
import Tokenization

@testable import Inference

struct PromptEncoderTests {
    @Test(
        "behind plain text a continuation has the tokens of the running text, and no space of its own",
        .enabled(if: SharedData.isPresent, "needs ../shared/data"))
    func continuation() throws {
        let folder = try #require(SharedData.directory).appending(path: "tokenizers/llama2")
        let encoder = PromptEncoder(tokenizer: try Tokenizer(sentencePiece: folder.appending(path: "tokenizer.model")))
        let prompt = Prompt.text("Question: Is it wet?\nAnswer:")
        let before = try encoder.tokens(prompt)
        let next = try encoder.continuation(" A", of: prompt, tokens: before)
        #expect(try before + next == encoder.tokens(.text("Question: Is it wet?\nAnswer: A")))
        // Alone, a text of this family begins with a space of its own.
        #expect(next.count == 1 && encoder.tokenizer.encode(" A").count > 1)
    }

    @Test(
        "where the prompt's own tokens would change, the continuation is read alone",
        .enabled(if: SharedData.isPresent, "needs ../shared/data"))
    func merged() throws {
        let folder = try #require(SharedData.directory).appending(path: "tokenizers/llama2")
        let encoder = PromptEncoder(tokenizer: try Tokenizer(sentencePiece: folder.appending(path: "tokenizer.model")))
        let prompt = Prompt.text("Answ")
        let before = try encoder.tokens(prompt)
        #expect(try encoder.continuation("er", of: prompt, tokens: before) == encoder.tokenizer.encode("er"))
    }
}
