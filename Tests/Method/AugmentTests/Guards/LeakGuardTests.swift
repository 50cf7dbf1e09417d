import LanguageModels
import TestSupport
import Testing

@testable import Augment

struct LeakGuardTests {
    private let english = LeakGuard(asking: BackwardPrompt(for: ScriptedModel().card))
    private let trained = LeakGuard(asking: BackwardPrompt(for: ScriptedModel(roles: [.backward]).card))

    @Test("the prompt's words, an example's instruction and a template's marks are leaks")
    func leaks() {
        for (asking, said) in [
            (english, "Write the question or instruction that it answers."), (english, "How does sourdough bread rise without yeast?"),
            (trained, "Which request does this text answer?"), (trained, "What is a dam?<|im_end|>"), (english, "[INST] What is a dam?"),
        ] {
            #expect(asking.rejection(of: WrittenInstruction(said, about: "Dams."))?.reason == "instruction_leaks_prompt", "\(said)")
        }
    }

    @Test("six words of an example's instruction in a row are a leak in any sentence, unless the passage has them")
    func example() {
        let german = LeakGuard(asking: BackwardPrompt(for: ScriptedModel().card, language: "de"))
        let said = "Wie kommt man im Winter sicher mit dem Rad zur Arbeit, wenn die Fähre nicht fährt?"
        #expect(german.rejection(of: WrittenInstruction(said, about: "Dämme."))?.reason == "instruction_leaks_prompt")
        #expect(german.rejection(of: WrittenInstruction(said, about: "So fährt man im Winter sicher mit dem Rad zur Arbeit.")) == nil)
        #expect(english.rejection(of: WrittenInstruction(said, about: "Dämme.")) == nil)
    }

    @Test("an instruction that shares a topic or a few words with the prompt is none")
    func passes() {
        for said in [
            "How do sourdough and yeast bread differ?", "Write the question and the answer on a card.", "Which request does it answer?",
        ] {
            #expect(english.rejection(of: WrittenInstruction(said, about: "Dams.")) == nil)
            #expect(trained.rejection(of: WrittenInstruction(said, about: "Dams.")) == nil)
        }
    }
}
