import LanguageModels
import TestSupport
import Testing

@testable import Augment

struct LeakGuardTests {
    private let example = LeakGuard(asking: BackwardPrompt(for: ScriptedModel().card))
    private let trained = LeakGuard(asking: BackwardPrompt(for: ScriptedModel(roles: [.backward]).card))

    @Test("the prompt's words, an example's instruction and a template's marks are leaks")
    func leaks() {
        for (asking, said) in [
            (example, "Write the question or instruction that it answers."), (example, "How does sourdough bread rise without yeast?"),
            (trained, "Which request does this text answer?"), (trained, "What is a dam?<|im_end|>"), (example, "[INST] What is a dam?"),
        ] {
            #expect(asking.rejection(of: WrittenInstruction(said, about: "Dams."))?.reason == "instruction_leaks_prompt", "\(said)")
        }
    }

    @Test("an instruction that shares a topic or a few words with the prompt is none")
    func passes() {
        for said in [
            "How do sourdough and yeast bread differ?", "Write the question and the answer on a card.", "Which request does it answer?",
        ] {
            #expect(example.rejection(of: WrittenInstruction(said, about: "Dams.")) == nil)
            #expect(trained.rejection(of: WrittenInstruction(said, about: "Dams.")) == nil)
        }
    }
}
