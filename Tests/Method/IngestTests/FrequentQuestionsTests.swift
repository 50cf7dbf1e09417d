import Testing

@testable import Ingest

@Suite struct FrequentQuestionsTests {
    private func page(_ body: String, _ questions: String) -> PageText {
        let data =
            "<script type='application/ld+json'>{\"@graph\":[{\"@type\":[\"WebPage\",\"FAQPage\"],\"mainEntity\":[\(questions)]}]}</script>"
        return Extractor.extract(Array("<title>Beans</title>\(data)<h1>Beans</h1>\(body)".utf8)).page
    }
    private func question(_ name: String, _ answer: String) -> String {
        "{\"@type\":\"Question\",\"name\":\"\(name)\",\"acceptedAnswer\":{\"@type\":\"Answer\",\"text\":\"\(answer)\"}}"
    }
    private let story = Pages.story.map { "<p>\($0)</p>" }.joined()

    @Test("an answer that the page does not show becomes a passage under its question")
    func hidden() {
        let answer =
            "They do, and they want a pole of two metres for it; bush beans stay low, and need no pole whatever you have heard. <b>Peas</b> climb too."
        let page = page(story, question("Do beans climb &amp; why", answer))
        #expect(
            page.structuredAnswers.map(\.text) == ["Do beans climb & why", answer.replacing("<b>", with: "").replacing("</b>", with: "")])
        let passage = Segmenter().passages(of: page).last
        #expect(passage?.heading == ["Do beans climb & why"])
        #expect(passage?.drop == nil && passage?.least == 120)
    }

    @Test("an answer that the page shows is told by its question, whatever its element")
    func shown() {
        let page = page(
            "\(story)<div>Do beans climb</div><p>They do, all but the bush beans.</p>",
            question("Do beans climb", "They do, all but the bush beans."))
        #expect(page.structuredAnswers.isEmpty)
        #expect(page.blocks.first { $0.text == "Do beans climb" }?.marks.contains(.question) ?? true)
    }

    @Test(
        "what is no list of questions, or no JSON, gives nothing",
        arguments: [
            "{\"@type\":\"QAPage\",\"mainEntity\":{\"@type\":\"Question\",\"name\":\"FAQPage?\",\"acceptedAnswer\":{\"text\":\"No.\"}}}",
            "{\"@type\":\"FAQPage\",\"mainEntity\":[{\"@type\":\"Question\",\"name\":\"Why?\"}]}", "{\"@type\":\"FAQPage\",",
            "{\"@type\":\"FAQPage\",\"mainEntity\":[{\"@type\":\"Question\",\"name\":\"\",\"acceptedAnswer\":{\"text\":\"So.\"}}]}",
            "\(String(repeating: "[", count: 100_000))FAQPage",
        ])
    func nothing(_ data: String) {
        let page = Extractor.extract(Array("<script type='application/ld+json'>\(data)</script>\(story)".utf8)).page
        #expect(page.structuredAnswers.isEmpty)
    }

    @Test("each answer comes once, and an answer may have a list of questions itself without end")
    func once() {
        let nested = "<script type='application/ld+json'>FAQPage<\\/script>Beans climb."
        let page = page(story, (1...300).map { _ in question("Do beans climb?", nested) }.joined(separator: ","))
        #expect(page.structuredAnswers.map(\.text) == ["Do beans climb?", "Beans climb."])
    }

    @Test(
        "the only question of the page's data, shown as a heading, has its answer as a passage, alone and among other text",
        arguments: ["", "<h1>Beans</h1>"])
    func onlyHeading(before: String) {
        let answer =
            "Beans climb since their stems turn around whatever they touch, and the growing tip swings in a circle until it finds a pole. Give each a stick."
        let page = page("<main>\(before)<h2>Do beans climb?</h2><p>\(answer)</p></main>", question("Do beans climb?", answer))
        #expect(page.structuredAnswers.isEmpty)
        let passages = Segmenter().passages(of: page).filter { $0.drop == nil }
        #expect(passages.map(\.text) == [answer] && passages.first?.heading.last == "Do beans climb?", "\(Segmenter().passages(of: page))")
    }
}
