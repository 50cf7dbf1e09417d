import Testing

@testable import Curate

@Suite struct OutputSignalsTests {
    @Test(
        "an opening that points backwards is told from one that does not",
        arguments: [
            ("This is why bread rises.", 1.0), ("However, the dough rests.", 1), ("As mentioned, salt it.", 1),
            ("Außerdem gibt es Salz.", 1),
            ("Bread rises by its yeast.", 0), ("Thistles grow here.", 0), ("", 0),
        ])
    func opening(text: String, value: Double) { #expect(BackwardOpening.value(text) == value) }

    @Test("references to what stands elsewhere are counted a sentence")
    func dangling() {
        #expect(DanglingReferences.value("Knead it, see below. Then wait.") == 0.5)
        #expect(DanglingReferences.value("The city was founded in 1200 [3]. It grew [12] and burned.") == 1)
        #expect(DanglingReferences.value("Knead it. Then wait [sic].") == 0)
        #expect(DanglingReferences.value("this article this article this article.") == 1)
        #expect(DanglingReferences.value("") == 0)
    }

    @Test("list items, links and scraps are shares of the lines that are not empty")
    func lines() {
        let text =
            "Buy:\n\n- flour\n1. yeast\n2) salt\n• water\n-none\nhttps://a.example\nHome | About | Log in\nKnead the dough well for ten minutes."
        #expect(LineShares.lists(text) == 4.0 / 9)
        #expect(LineShares.links(text) == 2.0 / 9)
        // "-none" and the address are scraps; "Buy:" ends what it says, and the menu has six words and bars.
        #expect(LineShares.short(text) == 2.0 / 9)
        #expect(LineShares.short("Just one line") == 0)
        #expect(LineShares.lists("") == 0 && LineShares.links("\n\n") == 0)
    }

    @Test("digits and price marks are a share of what is visible")
    func figures() {
        #expect(FigureShare.value("$12 ab") == 3.0 / 5)
        #expect(FigureShare.value(" \n") == 0 && FigureShare.value("bread") == 0)
    }

    @Test(
        "a text that stops in the middle is told from one that ends",
        arguments: [
            ("Knead it and", 1.0), ("Knead it", 1), ("Knead it.", 0), ("He said \"knead it.\"", 0), ("Knead it (well).\n \n", 0),
            ("So:\n```\na\n```", 0), ("", 0), ("Wie schön!", 0), ("…", 0),
        ])
    func end(text: String, value: Double) { #expect(UnfinishedEnd.value(text) == value) }

    @Test("words of the writer's own and calls to act are told")
    func voice() {
        #expect(PersonalVoice.value("I salt my soup") == 0.5)
        #expect(PersonalVoice.value("Ich salze meine Suppe") == 0.5)
        #expect(PersonalVoice.value("Soup needs salt") == 0 && PersonalVoice.value("") == 0)
        #expect(CallsToAct.value("Salt the soup. Subscribe to our newsletter!") == 1)
        #expect(CallsToAct.value("Salt the soup. Stir it. Click here. Eat.") == 0.25)
        #expect(CallsToAct.value("Salt the soup. Stir it.") == 0)
    }

    @Test("what stands alone has 1, and each fault takes its share of the rest")
    func standsAlone() {
        #expect(OutputSignals.values("Bread rises by its yeast.")[.standsAlone] == 1)
        #expect(StandsAlone.value([.backwardOpening: 1, .unfinishedEnd: 1]) == 0.25)
        #expect(StandsAlone.value([.linkShare: 1]) == 0)
        #expect(StandsAlone.value([.listShare: 1]) == 0.75)
    }

    @Test("words are found whole, also where two stand side by side")
    func occurrences() {
        #expect(DanglingReferences.occurrences(of: " a b ", in: " a b a b ") == 2)
        #expect(DanglingReferences.occurrences(of: " a ", in: " ba a ab ") == 1)
    }
}
