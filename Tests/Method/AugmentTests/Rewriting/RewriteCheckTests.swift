import Records
import Testing

@testable import Augment

struct RewriteCheckTests {
    private static let passage = """
        Welcome to our page! A dam is a wall across a river that holds 300 million tons of water back. It was built in 1936. \
        The water drives turbines, which make power for the towns below. Subscribe to our newsletter!
        """
    private static let instruction = "What is a dam, and how many of the 48 states have one?"

    private func reason(_ text: String, isCutOff: Bool = false, leastKept: Double = 0.8) -> String? {
        RewriteCheck(leastKept: leastKept).rejection(
            of: RewriteCheck.Written(text, isCutOff: isCutOff), passage: Self.passage, instruction: Self.instruction
        )?.reason
    }

    private static let good = "A dam is a wall across a river that holds water back. The water drives turbines, which make power."

    @Test("an answer in the passage's words passes, with what does not belong to it left out")
    func passes() {
        #expect(reason(Self.good) == nil)
    }

    @Test(
        "what is no answer, and what is not the passage's, keeps the original",
        arguments: [
            ("", "rewrite_empty"), ("...", "rewrite_empty"), ("A dam is a wall.", "rewrite_short"), (passage, "rewrite_same"),
            (good + "\n\nREQUEST:\nWhat is a dam?", "rewrite_leaks_prompt"),
            ("I'm sorry, but I cannot answer what a dam is in this river.", "rewrite_refuses"),
            ("Dams are impressive feats of engineering that humans have erected for millennia to store water.", "rewrite_ungrounded"),
            (good.replacing("holds water", with: "holds 500 million tons of water"), "rewrite_invents"),
            ("A dam is a wall across a river that holds water in 1935.", "rewrite_invents"),
            ("A dam is a wall across a river that holds a dam is a wall across a river.", "rewrite_ungrounded"),
            ("It was built in it was built in 1936. A dam is a wall across a river that holds water back.", "rewrite_repeats"),
        ])
    func refused(text: String, expected: String) {
        #expect(reason(text) == expected, "\(text)")
    }

    @Test("what the token limit cut keeps the original, however good")
    func cut() {
        #expect(reason(Self.good, isCutOff: true) == "rewrite_cut_off")
    }

    @Test("numbers of the instruction and of a list's lines are not invented")
    func numbers() {
        #expect(reason(Self.good + " 48 of the states.", leastKept: 0.7) == nil)
        #expect(reason("1. A dam is a wall across a river.\n2. The water drives turbines.\n3) which make power for the towns.") == nil)
        #expect(
            reason("A dam is a wall across a river.\n7.5 The water drives turbines, which make power.", leastKept: 0.5) == "rewrite_invents"
        )
    }

    @Test("a word counts as often as the passage has it, and a share below the least never reads as the least")
    func share() {
        #expect(RewriteCheck.keptShare(of: ["a", "a", "b", "c"], in: ["a", "b"]) == 0.5)
        #expect(RewriteCheck.keptShare(of: [], in: ["a"]) == 0)
        let words = (0..<10_000).map { Substring("w\($0)") }
        #expect(RewriteCheck.keptShare(of: words, in: Array(words.prefix(7_999))) == 0.799)
    }

    @Test("German is checked as English is")
    func german() {
        let check = RewriteCheck()
        let passage = "Hallo und willkommen! Ein Damm ist eine Mauer im Fluss, die das Wasser hält und Strom liefert."
        let written = RewriteCheck.Written("Ein Damm ist eine Mauer im Fluss, die das Wasser hält.")
        #expect(check.rejection(of: written, passage: passage, instruction: "Was ist ein Damm?") == nil)
    }
}
