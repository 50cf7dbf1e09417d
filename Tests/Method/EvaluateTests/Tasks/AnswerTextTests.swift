import Testing

@testable import Evaluate

struct AnswerTextTests {
    @Test("answers are compared without case, punctuation, articles and extra space")
    func normalized() {
        #expect(AnswerText.normalized(" The  Black-Forest, in a\tvalley! ") == "blackforest in valley")
        #expect(AnswerText.isExact("the Danube.", among: ["Rhine", "Danube"]))
        #expect(!AnswerText.isExact("Danube river", among: ["Rhine", "Danube"]))
        #expect(AnswerText.normalized("theatre an anthem") == "theatre anthem")
    }

    @Test("F1 counts shared words as often as both have them, with the nearest answer")
    func f1() {
        // Precision 2 of 3, recall 2 of 2.
        #expect(abs(AnswerText.f1("big big cat", among: ["dog", "big cat"]) - 0.8) < 1e-12)
        #expect(AnswerText.f1("dog", among: ["cat"]) == 0 && AnswerText.f1("", among: ["cat"]) == 0)
        #expect(AnswerText.f1("the", among: ["a"]) == 1)
    }

    @Test(
        "the last number is read as the harness reads it",
        arguments: [
            ("so it is 18", "18"), ("it costs $1,500.", "1500"), ("3 plus 4 is 7. Then -2", "-2"), ("12 apples, and so on", "12"),
            ("1/2 of 5", "5"), ("about 3.50 dollars", "3.50"), ("#### 70000", "70000"), ("ten - 5", "5"), ("--8", "-8"),
        ])
    func lastNumber(text: String, wanted: String) { #expect(AnswerText.lastNumber(text) == wanted) }

    @Test("a text without digits has no number, and three dots are read as one, by the same rule")
    func noNumber() {
        #expect(AnswerText.lastNumber("no idea") == nil)
        #expect(AnswerText.lastNumber("7, I think...") == "..")
    }

    @Test("the number behind four hashes is the first one there")
    func marked() {
        #expect(AnswerText.markedNumber("#### 3,000\nQuestion: #### 5") == "3000")
        #expect(AnswerText.markedNumber("it is 3") == nil && AnswerText.markedNumber("#### none") == nil)
        #expect(AnswerText.markedNumber("#### -4.") == "-4")
    }
}
