import Testing

@testable import Ingest

@Suite struct PromotionFilterTests {
    private func points(_ markdown: String) -> Double { LineRules.finding(markdown, PromotionFilter().rule).value.double ?? 0 }
    private func passes(_ markdown: String) -> Bool { LineRules.finding(markdown, PromotionFilter().rule).isPassed }

    @Test(
        "drops what a firm says of itself and of its wares",
        arguments: [
            """
            At Beanworks we deliver tailored bean solutions to leading brands worldwide. Our team of passionate experts is committed to your \
            growth: discover our trusted platform, and unlock the perfect harvest for your customers.
            """,
            """
            Whether you run a farm or a balcony, our premium bean service gives you everything you need. We have proven results, dedicated \
            partners and an experience that your clients will praise for years to come.
            """,
            """
            Genießen Sie bei uns die perfekte Bohne: Unser kompetentes Team berät Sie individuell, und unsere hochwertigen Angebote erfüllen \
            Ihren Wunsch nach einer exklusiven Ernte. Entdecken Sie jetzt unsere innovativen Lösungen für Ihre Kunden.
            """,
        ])
    func praise(_ text: String) { #expect(!passes(text)) }

    @Test(
        "lets texts pass that explain, tell and advise",
        arguments: [
            """
            Beans climb because their tips turn as they grow, and hold on to what they meet. If a pole is rough, such a tip may need no help; \
            on smooth wire you can bind it once, and it will then go on by itself.
            """,
            """
            The company was founded in 1921 by two brothers who had sold seeds on markets. Its beans were known for their colour, and by the \
            time of the war half of the gardens of the town had them on their fences.
            """,
            """
            Bohnen klettern, weil sich ihre Spitzen beim Wachsen drehen. Sie halten sich an dem, was sie berühren; an glattem Draht kann man \
            sie einmal anbinden, und dann wachsen sie ohne Hilfe weiter, während die unteren Blätter gelb werden.
            """,
        ])
    func explanation(_ text: String) { #expect(passes(text)) }

    @Test("points in a hundred words: praise and the own voice one, the customer a half, what tells minus one, what reasons minus a half")
    func arithmetic() {
        let filler = Array(repeating: "bean", count: 95).joined(separator: " ")
        #expect(points("premium we’re you was if \(filler).") == 1 + 1 + 0.5 - 1 - 0.5)
        // "Sie" is the customer, "sie" is not.
        #expect(points("Sie sie Ihnen ihnen beans \(filler).") == 1)
    }

    @Test("fewer than twenty-five words and blocks of code are not counted")
    func short() {
        #expect(passes("Our premium team of experts delivers trusted, tailored, innovative solutions to your customers."))
        #expect(passes("Beans want sun.\n\n```\n" + Array(repeating: "our premium service", count: 20).joined(separator: "\n") + "\n```"))
    }
}
