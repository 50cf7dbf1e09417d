import Testing

@testable import Ingest

@Suite struct BlockCollectorTests {
    private func blocks(_ html: String) -> [(kind: PageBlock.Kind, text: String)] {
        let page = BlockCollector.blocks(of: HTMLParser.parse(Array(html.utf8)))
        return page.blocks.map { ($0.kind, page.string(of: $0)) }
    }

    @Test(
        "code stays one block, whatever elements a highlighter makes its lines of",
        arguments: [
            "<pre><div>if a {</div><div>    b()</div><div>}</div></pre>",
            "<pre><code><div>if a {\n</div><div>    b()\n</div><div>}\n</div></code></pre>",
            "<pre><ol><li>if a {<li>    b()<li>}</ol></pre>",
            "<pre><table><tr><td>if a {</td></tr><tr><td>    b()</td></tr><tr><td>}</td></tr></table></pre>",
            "<pre><button>Copy</button>if a {<br>    b()<br>}</pre>",
        ])
    func code(_ html: String) {
        let found = blocks("<p>before</p>\(html)<p>after</p>")
        #expect(found.map(\.text) == ["before", "if a {\n    b()\n}", "after"])
        #expect(found.map(\.kind) == [.paragraph, .code, .paragraph])
    }

    @Test("the mark of a link to a heading is no part of the heading")
    func permalinks() {
        let found = blocks("<h2>C#<a href='#c'> ¶</a></h2><h3><a href='#x'>#</a>F <a href='/c'>C#</a></h3><p>text <a href='#y'>#</a></p>")
        #expect(found.map(\.text) == ["C#", "F C#", "text #"])
    }

    @Test("blank lines between lines of code stay")
    func blankLines() {
        #expect(blocks("<pre><div>a\n</div><div>\n</div><div>b\n</div></pre>").map(\.text) == ["a\n\nb"])
    }

    @Test("a cell with the numbers of the lines goes")
    func lineNumbers() {
        let found = blocks("<table><tr><td><pre>1\n2\n3</pre></td><td><pre>one\ntwo\nthree</pre></td></tr></table>")
        #expect(found.map(\.text) == ["one\ntwo\nthree"])
        #expect(blocks("<pre>1\n2\n3</pre>").count == 1)
    }

    @Test("only the first text of an item is an item, also behind its third paragraph and behind an inner list")
    func items() {
        let found = blocks("<ul><li><p>one<p>two<p>three<ul><li>inner</ul>four<li>next</ul>")
        #expect(found.map(\.text) == ["one", "two", "three", "inner", "four", "next"])
        #expect(found.map(\.kind) == [.item, .paragraph, .paragraph, .item, .paragraph, .item])
    }

    @Test("the text under an item's heading is a paragraph")
    func cards() {
        let found = blocks("<ul><li><h3>Card</h3><p>text</li></ul>")
        #expect(found.map(\.kind) == [.heading, .paragraph])
    }

    @Test("cards that open over a word of a paragraph go")
    func hoverCards() {
        let card = "<span class='rollover-block'><a>Ada Field</a> <a>Ada Field says more about beans than before</a></span>"
        let found = blocks("<p>So said <span class=rollover><a>Ada Field</a>\(card)</span>, a gardener.</p>")
        #expect(found.map(\.text) == ["So said Ada Field, a gardener."])
    }

    @Test(
        "items have the numbers that browsers show",
        arguments: [
            ("<ol start=3><li>a<li value=7>b<li>c</ol>", [3, 7, 8]), ("<ol reversed><li>a<li>b<li>c</ol>", [3, 2, 1]),
            ("<ol reversed start=10><li>a<li value=2>b<li>c</ol>", [10, 2, 1]), ("<ol start=0><li>a<li>b</ol>", [0, 1]),
            ("<ol start=' 4x'><li>a</ol><ol start=x><li>b</ol>", [4, 1]),
            ("<ol start=99999999999999><li>a<li>b</ol>", [999_999_999, 1_000_000_000]),
            ("<ol><li>a<ol><li>b<li>c</ol><li>d</ol>", [1, 1, 2, 2]), ("<ol start=-2><li>a<li>b</ol>", [-2, -1]),
        ])
    func ordinals(_ html: String, _ expected: [Int32]) {
        let page = BlockCollector.blocks(of: HTMLParser.parse(Array(html.utf8)))
        #expect(page.blocks.map(\.ordinal) == expected && page.blocks.allSatisfy(\.isNumbered))
    }

    @Test(
        "a button among words is one of them, any other stands alone",
        arguments: [
            ("<p>Press <button>Send</button> to go on.</p>", ["Press Send to go on."]),
            ("<p><button>Send</button> ends the form.</p>", ["Send ends the form."]),
            ("<p>First <button>A</button>, then <button>B</button>.</p>", ["First A, then B."]),
            ("<div><button>Share</button><p>Text of the page.</p></div>", ["Share", "Text of the page."]),
            ("<p><button>Accept</button><button>Decline</button></p>", ["Accept", "Decline"]),
        ])
    func buttons(_ html: String, _ expected: [String]) { #expect(blocks(html).map(\.text) == expected) }

    @Test("each kind of class word has a bit of its own")
    func bits() {
        #expect(ClassSignals.Kind.allCases.count <= 64)
        #expect(TextSignals.Kind.allCases.count <= 63)
        #expect(PageHints.Kind.allCases.count <= 64)
    }

    @Test("what a server sends late comes hidden and is shown by a script")
    func late() {
        let page = BlockCollector.blocks(of: HTMLParser.parse(Array("<div hidden id='S:3'>late</div><div hidden id=x>never</div>".utf8)))
        #expect(page.blocks.map { $0.place.contains(.hidden) } == [false, true])
    }
}

@Suite struct PageHintsTests {
    private func hints(_ head: String) -> PageHints { PageHints(HTMLParser.parse(Array("<head>\(head)</head><p>x".utf8))) }

    @Test("a page that says it is one article is one, unless it says something else as well")
    func article() {
        let news = "<script type='application/ld+json'>{\"@type\":\"NewsArticle\"}</script>"
        let forum = "<script type='application/ld+json'>{\"@type\":\"DiscussionForumPosting\"}</script>"
        #expect(hints(news).isArticle)
        #expect(!hints(news + forum).isArticle)
        #expect(!hints("<meta property='og:type' content='article'>").isArticle)
        #expect(!hints("").isArticle)
    }

    @Test(
        "reads what the page's own address says",
        arguments: [
            ("https://a.example/", PageHints.Kind.urlHome), ("https://a.example/2019/11/one", .urlDated),
            ("https://a.example/story-123456", .urlNumbered), ("https://a.example/products/chair", .urlProduct),
            ("https://a.example/tags/chair", .urlList), ("https://forum.a.example/x", .urlForum), ("https://docs.a.example/x", .urlDocs),
            ("https://a.example/news/x", .urlBlog), ("https://a.example/how-to-prune-an-apple-tree", .urlLong),
        ])
    func address(_ url: String, _ kind: PageHints.Kind) {
        #expect(hints("<link rel=canonical href='\(url)'>").bits & (1 << kind.rawValue) != 0)
    }
}

@Suite struct RepeatedTextTests {
    private func page(_ paragraphs: [String]) -> PageBlocks {
        BlockCollector.blocks(of: HTMLParser.parse(Array(paragraphs.map { "<p>\($0)</p>" }.joined().utf8)))
    }

    @Test("tells what stood before and what stands again")
    func shares() {
        // Runs of four words, counted for blocks of four runs and more.
        let first = "one two three four five six seven"
        let shares = RepeatedText.shares(of: page([first, "six seven eight nine ten eleven twelve", first + " eight", "a b"]))
        #expect(shares.map(\.before) == [0, 0, 0.8, 0])
        #expect(shares.map(\.after) == [1, 0, 0, 0])
    }

    @Test("a set of runs knows what it was given, also when it has grown")
    func runSet() {
        var set = RunSet()
        for number in 0..<1000 as Range<UInt64> { set.insert(number &* 0x9E37_79B9_7F4A_7C15) }
        #expect((0..<1000 as Range<UInt64>).allSatisfy { set.contains($0 &* 0x9E37_79B9_7F4A_7C15) })
        #expect((1000..<2000 as Range<UInt64>).count { set.contains($0 &* 0x9E37_79B9_7F4A_7C15) } < 3)
    }
}
