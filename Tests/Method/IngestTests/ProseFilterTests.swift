import Testing

@testable import Ingest

@Suite struct ProseFilterTests {
    private func passes(_ markdown: String) -> Bool { LineRules.finding(markdown, ProseFilter().rule).isPassed }

    @Test(
        "drops options, prices, countries and filters",
        arguments: [
            "Brand\n\nAcme\n\nBolt\n\nColour\n\nRed\n\nBlue\n\nPrice\n\nUp to $10\n\n$10 to $20",
            "Walnut table\n\n1.299,00 €\n\nin den Warenkorb\n\nEsche natur\n\n899,00 €\n\nin den Warenkorb",
            "Table en noyer\n\n899,00 €\n\nAjouter au panier\n\nChaise en chêne\n\n120,00 €\n\nAjouter au panier",
            "Mesa de nogal\n\n899,00 €\n\nAñadir al carrito\n\nSilla de roble\n\n120,00 €\n\nAñadir al carrito",
            "11d\n\nNew York\n\nFull-time\n\n🇦🇱 Albania\n\n🇧🇪 Belgium\n\n🇧🇬 Bulgaria",
            "- Cars (12)\n- Boats (7)\n- Planes (3)\n- Trains (9)",
            "## Senior cook\n\nBerlin\n\nVollzeit\n\n## Junior cook\n\nHamburg\n\nTeilzeit",
            "名称\n\n価格 12,800円\n\n在庫なし\n\n数量\n\n前の商品\n\n次の商品",
        ])
    func lists(_ text: String) { #expect(!passes(text)) }

    @Test(
        "lets sentences pass, with lists of facts, tables and code between them",
        arguments: [
            "Beans want sun, warm soil and something to climb.",
            "Bohnen wollen Sonne, warmen Boden und etwas, woran sie klettern.",
            "Les haricots aiment le soleil et une terre chaude.",
            "Las judías quieren sol y tierra caliente.",
            "豆は日光と暖かい土を好み、登るものを必要とします。",
            "These are the side effects that were seen:\n\n- Dry mouth\n- Red eyes\n- A faster heart rate\n- Dizziness",
            "- Refresh rate of the screen now 90 hertz\n- Peak brightness now at 1,000 nits or more\n- Trackpads with less delay than before",
            "| Month | Kilos |\n| --- | --- |\n| July | 2 |",
            "### Beans want sun, warm soil and something to climb, and who gives them all three will have pods from July on.",
            "Run it so:\n\n```\nsow --beans 12 --peas 4\n```",
        ])
    func texts(_ text: String) { #expect(passes(text)) }

    @Test("the value is the share of the characters in lines that count")
    func arithmetic() {
        // 25 characters of a sentence of five words, 25 of a heading and a label.
        let finding = LineRules.finding("# Beans and peas\n\nThe beans are now in pots.\n\nIn stock now", ProseFilter().rule)
        #expect(finding.reason == "too_little_prose")
        #expect(finding.value.double == (26.0 / 52 * 10_000).rounded() / 10_000)
        #expect(!finding.isPassed)
    }

    @Test("links that stand alone and lines said before count for nothing, a paragraph that is a link counts")
    func links() {
        #expect(!passes("=> How we grew beans on the roof of the house.\n\n=> Why we will never again grow peas there."))
        let long = (1...9).map { "Number \($0) of them" }.joined(separator: ", ")
        #expect(passes("=> \(long)."))
        #expect(
            !passes("Free estimates from all local firms.\n\nFree estimates from all local firms.\n\nFree estimates from all local firms."))
    }
}
