import Testing

@testable import Ingest

@Suite struct BlockMarksTests {
    private let story = Pages.story.map { "<p>\($0)</p>" }.joined()

    /// The texts that are marked as comments.
    private func comments(_ html: String) -> [String] {
        let bytes = Array("<title>The table</title><main><article><h1>The table</h1>\(html)".utf8)
        let tree = HTMLParser.parse(bytes)
        let blocks = BlockCollector.blocks(of: tree)
        var marks = BlockMarks(tree, FrequentQuestions(), isAllContent: false, isDiscussion: false)
        return blocks.blocks.filter { marks.marks(of: $0, in: blocks).contains(.comment) }.map(blocks.string)
    }

    @Test(
        "comments are told by their element, or by the heading they stand under",
        arguments: [
            "<section id=comments><p>Ours broke.</p></section>", "<ol class='x commentlist'><li>Ours broke.</ol>",
            "<div itemtype='https://schema.org/Comment'><p>Ours broke.</p></div>", "<div itemprop=comment>Ours broke.</div>",
            "<div id=leserkommentare><p>Ours broke.</p></div>", "<div class=commentaires>Ours broke.</div>",
            "<div class=home-testimonials__list><p>Ours broke.</p></div>",
        ])
    func kinds(_ html: String) {
        #expect(comments(story + html) == ["Ours broke."])
        // The same without a text before it is what the page is there for.
        #expect(comments(html).isEmpty)
    }

    @Test(
        "a heading of comments makes comments of what stands under it, up to the next heading of its rank",
        arguments: ["3 Comments", "Kommentare (12)", "Commentaires", "Deja un comentario"])
    func heading(_ heading: String) {
        let html = "\(story)<div><h2>\(heading)</h2><p>Ours broke.</p><h3>Ada</h3><p>Mine too.</p></div><h2>Tools</h2><p>A saw.</p>"
        #expect(comments(html) == [heading, "Ours broke.", "Ada", "Mine too."])
        #expect(comments("\(story)<h2>Comments on oak</h2><p>It bends.</p>").isEmpty)
        #expect(comments("\(story)<h2 id=stories-and-testimonials>Stories</h2><p>It bends.</p>").isEmpty)
    }

    @Test("the words of people are no comments where the page is a discussion")
    func discussions() {
        let html =
            "<script type='application/ld+json'>{\"@type\":\"DiscussionForumPosting\"}</script><h1>Tables</h1>\(story)<div class=comment>\(story.replacing("table", with: "chair"))</div>"
        let page = Extractor.extract(Array(html.utf8)).page
        #expect(page.blocks.count > 9 && !page.blocks.contains { $0.marks.contains(.comment) })
    }

    @Test("a passage ends where the comments begin, and they go with their reason")
    func passages() {
        let html =
            "<title>The table</title><h1>The table</h1>\(story)<div id=comments><h3>2 Comments</h3>\(story.replacing("table", with: "chair"))</div>"
        let page = Extractor.extract(Array(html.utf8)).page
        let passages = Segmenter().passages(of: page)
        #expect(passages.map(\.drop) == (page.blocks.contains { $0.marks.contains(.comment) } ? [nil, .comments] : [nil]))
        #expect(passages.first?.text.contains("chair") == false)
    }

    @Test(
        "questions are told by the markup of lists of them",
        arguments: [
            "<details><summary>Do beans climb?</summary><p>They do.</p></details>", "<dl><dt>Do beans climb?<dd>They do.</dl>",
            "<div class=faq-item><div class=question>Do beans climb?</div><div>They do.</div></div>",
            "<div><button aria-expanded=false>Do beans climb?</button></div><div><p>They do.</p></div>",
        ])
    func questions(_ html: String) {
        let page = Extractor.extract(Array(html.utf8), isAllContent: true).page
        #expect(page.blocks.map { $0.marks.contains(.question) } == [true, false])
    }

    @Test("the title of another page in a box does not head the text behind the box")
    func boxes() {
        let html = "<h2>Tables</h2><p>One.</p><aside><h3><a href=https://chairs.example/>Chairs</a></h3><p>More.</p></aside><p>Two.</p>"
        let page = Extractor.extract(Array(html.utf8), isAllContent: true).page
        #expect(page.blocks.map(\.text) == ["Tables", "One.", "Chairs", "More.", "Two."])
        #expect(page.blocks.map(\.kind) == [.heading(level: 2), .paragraph, .paragraph, .paragraph, .paragraph])
    }

    @Test("a question elsewhere is a figure of speech")
    func figures() {
        let page = Extractor.extract(Array("<p>Do beans climb?</p><p>They do.</p>".utf8), isAllContent: true).page
        #expect(page.blocks.allSatisfy { $0.marks.isEmpty })
    }
}
