import Testing

@testable import Augment

struct InstructionCleanerTests {
    @Test(
        "what a model says around an instruction is taken off",
        arguments: [
            ("What is a dam?", "What is a dam?"),
            (" \n What is a dam? \n", "What is a dam?"),
            ("\"What is a dam?\"", "What is a dam?"),
            ("“What is a dam?”", "What is a dam?"),
            ("„Was ist ein Damm?“", "Was ist ein Damm?"),
            ("« Qu'est-ce qu'un barrage ? »", "Qu'est-ce qu'un barrage ?"),
            ("「什么是水坝？」", "什么是水坝？"),
            ("**What is a dam?**", "What is a dam?"),
            ("Instruction: Explain what a dam is.", "Explain what a dam is."),
            ("**Question:** What is a dam?", "What is a dam?"),
            ("**Question**: What is a dam?", "What is a dam?"),
            ("**Question: What is a dam?**", "What is a dam?"),
            ("### Question: What is a dam?", "What is a dam?"),
            ("Pregunta: ¿Qué es una presa?", "¿Qué es una presa?"),
            ("Question : Qu'est-ce qu'un barrage ?", "Qu'est-ce qu'un barrage ?"),
            ("Frage: Was ist ein Damm?", "Was ist ein Damm?"),
            ("问题：什么是水坝？", "什么是水坝？"),
            ("Sure! Here is the instruction: \"Explain what a dam is.\"", "Explain what a dam is."),
            ("Sure, here's a question that the text answers:\n\nWhat is a dam?", "What is a dam?"),
            ("Certainly! What is a dam?", "What is a dam?"),
            ("¡Claro! Aquí está la pregunta: ¿Qué es una presa?", "¿Qué es una presa?"),
            ("Bien sûr ! Voici la question : Qu'est-ce qu'un barrage ?", "Qu'est-ce qu'un barrage ?"),
            ("Hier ist die Frage: Was ist ein Damm?", "Was ist ein Damm?"),
            ("当然！以下是问题：什么是水坝？", "什么是水坝？"),
            ("<think>The text is about dams.\nSo...</think>\n\nWhat is a dam?", "What is a dam?"),
            ("The text is about dams.</think>What is a dam?", "What is a dam?"),
            ("<think>The text is about dams, and", ""),
            ("1. What is a dam?", "What is a dam?"),
            ("1. What is a dam?\n2. How is it built?", "What is a dam?"),
            ("- What is a dam?", "What is a dam?"),
            ("What is a dam?\n\nA dam is a wall across a river.", "What is a dam?"),
            ("什么是水坝？\n\n水坝是一道墙。", "什么是水坝？"),
            ("What is a dam?\nAnswer: a wall across a river.", "What is a dam?"),
            ("```\nWhat is a dam?\n```", "What is a dam?"),
            ("The instruction is: \"Explain what a dam is.\"", "Explain what a dam is."),
        ])
    func layers(said: String, instruction: String) {
        #expect(InstructionCleaner.cleaned(said).instruction == instruction)
    }

    @Test(
        "an instruction's own words, quotation marks and colons stay",
        arguments: [
            "What does \"dam\" mean?", "\"Dam\" and \"weir\": what is the difference?", "Given the text below, say what a dam is: a wall.",
            "Here are two words: dam and weir. What is the difference?", "List three dams:\n1. in Europe\n2. in Asia",
            "Surely a dam can break?", "Okapi or giraffe: which one lives in the forest?", "Question the use of dams in an essay.",
            "Write a haiku about a dam.\n\nIt should be sad.", "3 reasons to build a dam?",
            "This is my dam: a heap of stones. Will it hold?",
            "*args: what does it mean in Python?", "#include: what does it do?", "Claro de luna: ¿quién lo compuso?",
            "Natürlich vorkommende Elemente: nenne fünf.",
        ])
    func kept(instruction: String) {
        #expect(InstructionCleaner.cleaned(instruction) == .init(instruction: instruction, hasEnded: false))
    }

    @Test("an instruction behind which a model went on is whole, whatever became of the rest")
    func hasEnded() {
        #expect(InstructionCleaner.cleaned("What is a dam?\n\nA dam is a wall acr").hasEnded)
        #expect(InstructionCleaner.cleaned("Question: What is a dam?\nAnswer: A").hasEnded)
        for said in ["What is a da", "\"What is a dam?\"", "**What is a dam?**", "<think>So", ""] {
            #expect(!InstructionCleaner.cleaned(said).hasEnded, "\(said)")
        }
    }
}
