import Testing

@testable import Ingest

@Suite struct PassageLinesTests {
    private func line(_ text: String, _ kind: PageText.Block.Kind = .paragraph) -> PassageLines.Line? {
        PassageLines([PageText.Block(kind, text)]).lines.first
    }

    @Test(
        "words have a letter, and two characters of a script without spaces are one",
        arguments: [
            ("Sow two seeds at each pole.", 6), ("12 x 3,5 = 42", 1), ("It's well-known", 2), ("豆を植える人", 3), ("🇦🇱 Albania", 1),
            ("Über Äpfel", 2),
            ("콩을 심는다", 2),
        ])
    func words(_ text: String, _ count: Int) { #expect(line(text)?.words == count) }

    @Test(
        "a sentence ends at its mark, quotes, brackets and notes behind it left out",
        arguments: [
            ("They were right.", true), ("“They were right.”", true), ("So it is said.[12]", true), ("Was it?", true), ("豆を植える。", true),
            ("What it needs:", true), ("Add to cart", false), ("Beans, peas", false), ("(free) [edit]", false),
        ])
    func ends(_ text: String, _ expected: Bool) { #expect(line(text)?.endsSentence == expected) }

    @Test("pieces stand between bars or dots, and an earlier line is known again")
    func pieces() {
        #expect(line("4 MP | Audio | Night vision")?.isPieces == true)
        #expect(line("Either beans | or peas")?.isPieces == false)
        let lines = PassageLines([.init(.paragraph, "Sold out\nBeans\nSold out")]).lines
        #expect(lines.map(\.isRepeated) == [false, false, true])
        #expect(lines.map(\.characters) == [8, 5, 8])
    }

    @Test("the share is of characters, and code is one line")
    func share() {
        let passage = PassageLines([.init(.paragraph, "abcd"), .init(.code(language: ""), "a\nb c\nd")])
        #expect(passage.lines.map(\.kind) == [.text, .code])
        #expect(passage.characters == 11)
        #expect(passage.share { $0.kind == .text ? 1 : 0.5 } == (4 + 3.5) / 11)
        #expect(PassageLines([]).share { _ in 0 } == 1)
    }
}
