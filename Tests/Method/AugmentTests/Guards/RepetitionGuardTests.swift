import Testing

@testable import Augment

struct RepetitionGuardTests {
    @Test(
        "a run of words said again right behind itself is found",
        arguments: [
            ("What is the dance, the dance, the dance of bees?", "the dance"), ("Why why why do bees dance?", "why"),
            ("How do bees dance how do bees dance", "how do bees dance"),
            ("What is the name of the name of the name of it?", "the name of"),
            ("什么是什么是水坝？", "什 么 是"),
        ])
    func circles(said: String, run: String) {
        let rejection = RepetitionGuard.rejection(of: WrittenInstruction(said, about: "Bees dance."))
        #expect(rejection?.reason == "instruction_repeats" && rejection?.value.string == run)
    }

    @Test(
        "what languages double is no circle",
        arguments: [
            "How do I learn to dance step by step?", "What changes from day to day?", "It is very, very cold: what should I wear?",
            "Comment avancer pas à pas ?", "Wie lerne ich es Schritt für Schritt?", "我们应该怎么慢慢看看这本书？", "一步一步教我做菜", "",
        ])
    func doubled(said: String) { #expect(RepetitionGuard.circle(in: WrittenInstruction.words(said)) == nil) }
}
