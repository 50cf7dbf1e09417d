import Testing

@testable import Ingest

@Suite struct ScriptMarkTests {
    private func text(_ html: String) -> String {
        let page = BlockCollector.blocks(of: HTMLParser.parse(Array("<p>\(html)</p>".utf8)))
        return page.blocks.map { page.string(of: $0) }.joined(separator: "\n")
    }

    @Test(
        "a raised number never becomes a part of another one",
        arguments: [
            ("10<sup>9</sup> stars", "10^9 stars"), ("5 km<sup>2</sup>", "5 km^2"), ("3<sup>-4</sup>", "3^-4"),
            ("6·10<sup>−23</sup>", "6·10^−23"),
            ("2<sup>n+1</sup>", "2^(n+1)"), ("e<sup>x</sup>", "e^x"), ("(a+b)<sup>2</sup>", "(a+b)^2"), ("м<sup>3</sup>", "м^3"),
            ("2<sup>10</sup>", "2^10"), ("SO<sub>4</sub><sup>2−</sup>", "SO4^2−"), ("the isotope <sup>14</sup>C", "the isotope ^14C"),
            ("3<sup>1</sup>/<sub>2</sub> cups", "3 1/2 cups"), ("<sup>1</sup>&frasl;<sub>4</sub>", "1⁄4"),
        ])
    func powers(_ html: String, _ expected: String) { #expect(text(html) == expected) }

    @Test(
        "ordinals, abbreviations and trade marks stay words",
        arguments: [
            ("the 21<sup>st</sup> of May", "the 21st of May"), ("le 1<sup>er</sup> mai", "le 1er mai"),
            ("XX<sup>e</sup> siècle", "XXe siècle"),
            ("M<sup>me</sup> Roy", "Mme Roy"), ("n<sup>o</sup> 5", "no 5"), ("Foo<sup>TM</sup>", "Foo™"), ("20<sup>o</sup>C", "20°C"),
        ])
    func ordinals(_ html: String, _ expected: String) { #expect(text(html) == expected) }

    @Test(
        "references to notes stand in brackets",
        arguments: [
            ("It sank in 1912.<sup><a href='#n1'>1</a></sup>", "It sank in 1912.[1]"),
            ("since 2004<sup><a href='#x'>[7]</a></sup> then", "since 2004[7] then"),
            ("as shown before.<sup>3,4</sup> And", "as shown before.[3,4] And"), ("the harbours<sup>2</sup> are", "the harbours[2] are"),
        ])
    func notes(_ html: String, _ expected: String) { #expect(text(html) == expected) }

    @Test(
        "lowered numbers stay in chemical formulas and get a mark elsewhere",
        arguments: [
            ("H<sub>2</sub>O", "H2O"), ("C<sub>6</sub>H<sub>12</sub>O<sub>6</sub>", "C6H12O6"), ("Ca(OH)<sub>2</sub>", "Ca(OH)2"),
            ("NaCl<sub>2</sub>", "NaCl2"), ("x<sub>1</sub>", "x_1"), ("101<sub>2</sub>", "101_2"), ("log<sub>2</sub>8", "log_2 8"),
            ("V<sub>max</sub>", "V_max"), ("a<sub>n+1</sub>", "a_(n+1)"),
        ])
    func lowered(_ html: String, _ expected: String) { #expect(text(html) == expected) }

    @Test("readings of characters stand in round brackets, once")
    func ruby() {
        #expect(text("<ruby>牡蠣<rp>(</rp><rt>かき</rt><rp>)</rp></ruby>を食べる") == "牡蠣(かき)を食べる")
        #expect(text("<ruby>漢<rt>kan<rt></ruby>") == "漢(kan)")
    }
}
