import Foundation
import Ground
import Testing

@testable import Tokenization

/// Templates in the styles of the families of models; see Goldens/make_chat_templates.py.
@Suite struct ChatTemplateFamiliesTests {
    private let moment = Date(timeIntervalSince1970: 1_753_000_000)

    private func golden() throws -> JSONNode {
        try JSONNode(parsing: Array(try Data(contentsOf: Golden.folder.appending(path: "chat_templates.json"))))
    }

    @Test("renders every conversation as jinja2 does, with and without the assistant's turn opened")
    func equalsReference() throws {
        let golden = try golden()
        let conversations = (golden["conversations"]?.array ?? []).map { conversation in
            (conversation.array ?? []).map {
                ChatMessage(ChatMessage.Role(rawValue: $0["role"]?.string ?? "") ?? .user, $0["content"]?.string ?? "")
            }
        }
        let templates = golden["templates"]?.array ?? []
        #expect(templates.count >= 13)
        for item in templates {
            let name = item["name"]?.string ?? ""
            var template = ChatTemplate(jinja: item["template"]?.string ?? "")
            template.date = moment
            for (index, result) in (item["results"]?.array ?? []).enumerated() {
                let turns = conversations[index / 2]
                func render() throws -> TaggedText {
                    try template.render(turns, addingGenerationPrompt: index % 2 == 1, names: ["bos_token": "<s>", "eos_token": "</s>"])
                }
                if let problem = result["error"]?.string {
                    #expect(throws: TokenizationError.conversation(problem: problem), "\(name) \(index)") { try render() }
                    continue
                }
                let text = try render()
                #expect(String(decoding: text.bytes, as: UTF8.self) == result["text"]?.string, "\(name) \(index)")
                guard text.hasExactTags else { continue }
                // The reference counts characters.
                var said: [[Int]] = []
                var place = 0
                var isSaid = false
                for (byte, tag) in zip(text.bytes, text.tags) where byte & 0xC0 != 0x80 {
                    if tag.contains(.assistant) != isSaid {
                        isSaid.toggle()
                        if isSaid { said.append([place]) } else { said[said.count - 1].append(place) }
                    }
                    place += 1
                }
                if isSaid { said[said.count - 1].append(place) }
                let expected = (result["said"]?.array ?? []).map { ($0.array ?? []).map { $0.integer ?? -1 } }
                #expect(said == expected, "\(name) \(index)")
            }
        }
    }

    @Test("a system turn that a template refuses goes before the first user's text")
    func foldsSystem() throws {
        var trainer = try TokenizerTrainer(vocabularySize: 300, specialTokens: ["<s>"])
        trainer.add("Be brief. Why?")
        let tokenizer = try trainer.train()
        let item = try #require(try golden()["templates"]?.array?.first { $0["name"]?.string == "gemma2" })
        let template = ChatTemplate(jinja: (item["template"]?.string ?? "").replacing("bos_token", with: "''"))
        let turns = [ChatMessage(.system, "Be brief."), ChatMessage(.user, "Why?")]
        #expect(
            try template.text(turns, addingGenerationPrompt: true, with: tokenizer)
                == "<start_of_turn>user\nBe brief.\n\nWhy?<end_of_turn>\n<start_of_turn>model\n")
        #expect(throws: TokenizationError.self) {
            try template.text([ChatMessage(.assistant, "No.")], addingGenerationPrompt: true, with: tokenizer)
        }
    }

    @Test("marks an answer's words and the token that ends its turn in every template that keeps the answer")
    func marksAnswers() throws {
        var trainer = try TokenizerTrainer(vocabularySize: 320, specialTokens: ["<|im_start|>", "<|im_end|>", "<|eot_id|>", "<s>", "</s>"])
        trainer.add("A bridge and a builder, user and assistant.")
        var tokenizer = try trainer.train()
        tokenizer.beginToken = tokenizer.id(of: "<s>")
        tokenizer.endTokens = tokenizer.id(of: "</s>").map { [$0] } ?? []
        let turns = [
            ChatMessage(.user, "Who?"), ChatMessage(.assistant, "A builder."), ChatMessage(.user, "When?"),
            ChatMessage(.assistant, "Then."),
        ]
        for item in try golden()["templates"]?.array ?? [] {
            let name = item["name"]?.string ?? ""
            let template = ChatTemplate(jinja: item["template"]?.string ?? "")
            let (tokens, isAssistant) = try template.tokens(turns, addingGenerationPrompt: false, with: tokenizer)
            let said = tokenizer.decode(zip(tokens, isAssistant).filter(\.1).map(\.0), skippingSpecialTokens: false)
            switch name {
            case "llama3": #expect(said == "A builder.<|eot_id|>Then.<|eot_id|>", "\(name)")
            case "chatml", "qwen2.5", "smollm2": #expect(said == "A builder.<|im_end|>Then.<|im_end|>", "\(name)")
            // What follows the thoughts of the last answer is its content too.
            case "qwen3": #expect(said == "A builder.<|im_end|>Then.<|im_end|>", "\(name)")
            case "smollm3": #expect(said.hasPrefix("<|im_start|>assistant\nA builder.<|im_end|>\n"), "\(name)")
            case "zephyr", "mistral": #expect(said == "A builder.</s>Then.</s>", "\(name)")
            case "llama2": #expect(said == "A builder. </s>Then. </s>", "\(name)")
            default: #expect(said.contains("A builder.") && said.contains("Then."), "\(name)")
            }
        }
    }
}
