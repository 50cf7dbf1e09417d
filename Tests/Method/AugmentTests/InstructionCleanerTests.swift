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
            ("Instruction: Explain what a dam is.", "Explain what a dam is."),
            ("**Question:** What is a dam?", "What is a dam?"),
            ("**Question**: What is a dam?", "What is a dam?"),
            ("Sure! Here is the instruction: \"Explain what a dam is.\"", "Explain what a dam is."),
            ("Sure, here's a question that the text answers:\n\nWhat is a dam?", "What is a dam?"),
            ("Certainly! What is a dam?", "What is a dam?"),
            ("<think>The text is about dams.\nSo...</think>\n\nWhat is a dam?", "What is a dam?"),
            ("The text is about dams.</think>What is a dam?", "What is a dam?"),
            ("<think>The text is about dams, and", ""),
            ("1. What is a dam?", "What is a dam?"),
            ("What is a dam?\n\nA dam is a wall across a river.", "What is a dam?"),
            ("What is a dam?\nAnswer: a wall across a river.", "What is a dam?"),
            ("```\nWhat is a dam?\n```", "What is a dam?"),
            ("The instruction is: \"Explain what a dam is.\"", "Explain what a dam is."),
        ])
    func layers(said: String, instruction: String) {
        #expect(InstructionCleaner.cleaned(said) == instruction)
    }

    @Test(
        "an instruction's own words, quotation marks and colons stay",
        arguments: [
            "What does \"dam\" mean?", "\"Dam\" and \"weir\": what is the difference?", "Given the text below, say what a dam is: a wall.",
            "Here are two words, dam and weir. What is the difference?", "List three dams:\n1. in Europe\n2. in Asia",
            "Surely a dam can break?", "Okapi or giraffe: which one lives in the forest?", "Question the use of dams in an essay.",
            "Write a haiku about a dam.\n\nIt should be sad.", "3 reasons to build a dam?",
        ])
    func kept(instruction: String) {
        #expect(InstructionCleaner.cleaned(instruction) == instruction)
    }
}
