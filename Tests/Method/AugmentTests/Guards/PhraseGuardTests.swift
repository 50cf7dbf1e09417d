import Testing

@testable import Augment

struct PhraseGuardTests {
    private func written(_ text: String) -> WrittenInstruction { WrittenInstruction(text, about: "A wall across a river.") }

    @Test(
        "a refusal is known by its beginning",
        arguments: [
            "I'm sorry, but I cannot help with that.", "I’m sorry, but the text is empty. Could you share it?",
            "As an AI language model, I have no opinion on dams.", "Please provide the text you would like me to read.",
            "Lo siento, pero no puedo ayudar con eso.", "Como modelo de lenguaje, no tengo opinión.",
            "Je suis désolé, mais je ne peux pas répondre.", "En tant qu'IA, je n'ai pas d'avis.",
            "Es tut mir leid, aber das kann ich nicht.", "Als Sprachmodell habe ich keine Meinung.", "抱歉，我无法回答这个问题。", "作为一个人工智能，我没有意见。",
        ])
    func refusals(said: String) { #expect(PhraseGuard.refusal(in: written(said))?.reason == "instruction_refuses") }

    @Test(
        "a statement about the text, or an announced answer, is no instruction",
        arguments: [
            "The text says how dams hold back water.", "This passage describes dams.", "Here is a summary: dams hold water.",
            "The author explains dams.", "El texto describe las presas.", "Ce texte explique les barrages.", "Der Text beschreibt Dämme.",
            "Dieser Abschnitt handelt von Dämmen.", "这段文字介绍了水坝。",
        ])
    func answers(said: String) { #expect(PhraseGuard.answer(in: written(said))?.reason == "instruction_answers") }

    @Test(
        "an instruction that points at a text which it does not hold says so with the words that point",
        arguments: [
            ("According to the passage, what holds the water back?", "according to the passage"),
            ("What does this text say of dams?", "this text"), ("Summarize the passage above.", "the passage above"),
            ("Classify each of the following as a dam or a weir", "the following"),
            ("Who is mentioned in the text?", "mentioned in the text"),
            ("Según el texto, ¿qué retiene el agua?", "según el texto"),
            ("Selon le texte, qu'est-ce qui retient l'eau ?", "selon le texte"),
            ("Laut dem Text, was hält das Wasser zurück?", "laut dem text"), ("根据上文，什么把水拦住？", "根据上文"),
        ])
    func pointers(said: String, words: String) {
        let rejection = PhraseGuard.pointer(in: written(said))
        #expect(rejection?.reason == "instruction_points_elsewhere" && rejection?.value.string == words)
    }

    @Test(
        "an instruction that brings what it points at, or only uses such words, passes",
        arguments: [
            "Which of the following are planets? Sun, Mars, Moon", "Sum up this text: dams hold water.",
            "Translate this text\n\nBees dance.",
            "What happened in the days following the war?", "What are the passages of the Alps?", "How did the passage of the bill go?",
            "Who is mentioned in the Bible?", "Please provide the steps to build a dam.", "I can't sleep, what should I do?",
            "As an expert skier, where should I go?", "I'm sorry I missed your party: how do I say that in French?",
            "Here are two dams. Which one is older?", "介绍日本文化", "Was geschah in den folgenden Jahren?", "Qui est l'auteur de Candide ?",
            "请提供一个食谱", "我无法入睡，怎么办？",
        ])
    func passes(said: String) {
        let said = written(said)
        #expect(PhraseGuard.refusal(in: said) == nil && PhraseGuard.answer(in: said) == nil && PhraseGuard.pointer(in: said) == nil)
    }
}
