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
}
