import Testing

@testable import Augment

struct InstructionFilterTests {
    @Test(
        "words that stand again behind themselves are found, idioms of one word and its twin are not",
        arguments: [
            ("What is the dance of the dance?", "dance"), ("What is the difference between a bee and a bee?", "bee"),
            ("Why are Edinburgh, Edinburgh and Berlin cold?", "edinburgh"),
            ("Was ist der Unterschied zwischen Bienen und Bienen?", "bienen"), ("How do bees dance?", nil),
            ("How do I learn to dance step by step?", nil), ("What changes from day to day?", nil), ("", nil), ("a a a", nil),
        ] as [(String, String?)])
    func repetition(said: String, found: String?) {
        #expect(InstructionFilter.repetition(in: InstructionFilter.words(said)) == found)
    }

    @Test("a request that points at something it holds, or at nothing, passes")
    func pointing() {
        #expect(InstructionFilter.pointing(in: "Which of the following are planets? Sun, Mars, Moon") == nil)
        #expect(InstructionFilter.pointing(in: "Sum up this text: bees dance.") == nil)
        #expect(InstructionFilter.pointing(in: "What happened in the days following the war?") == nil)
        #expect(InstructionFilter.pointing(in: "What are the passages of the Alps?") == nil)
        #expect(InstructionFilter.pointing(in: "Name the Following songs") == "the following")
    }
}
