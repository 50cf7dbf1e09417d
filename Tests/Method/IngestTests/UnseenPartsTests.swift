import Testing

@testable import Ingest

@Suite struct UnseenPartsTests {
    private let around = "<p>\(Pages.story[0])</p><p>\(Pages.story[1])</p>"

    private func text(_ html: String) -> String {
        MarkdownWriter.text(
            of: Extractor.extract(Array("<article>\(around)\(html)\(around.replacing("the", with: "a"))</article>".utf8)).page.blocks)
    }

    @Test(
        "what a style hides is no text, in a block of its own or within a sentence",
        arguments: [
            "<p hidden>Gold coins and pills for everyone who reads this line today.</p>",
            "<div style='DISPLAY : none'><p>Gold coins and pills for everyone who reads this line today.</p></div>",
            "<p style='position:absolute; left:-9999px'>Gold coins and pills for everyone who reads this line today.</p>",
            "<p style='height:0;overflow:hidden'>Gold coins and pills for everyone who reads this line today.</p>",
            "<p>The boats <span style='visibility: hidden'>Gold</span>left at dawn, as they had done on every day before.</p>",
            "<p><span hidden>Gold</span>The boats left at dawn, as they had done on every day before.</p>",
            "<p>The boats <span style='font-size:0'>Gold</span>left at dawn, as they had done on every day before.</p>",
            "<dialog><p>Gold coins and pills for everyone who reads this line today.</p></dialog>",
            "<div popover><p>Gold coins and pills for everyone who reads this line today.</p></div>",
        ])
    func hidden(_ html: String) {
        let found = text(html)
        #expect(!found.contains("Gold"))
        if html.contains("boats") { #expect(found.contains("The boats left at dawn")) }
    }

    @Test(
        "what a reader can have shown is left to the classification of blocks, as any text is",
        arguments: [
            "<button aria-controls=x1>More</button><div id=x1 hidden>", "<h3>What do they carry?</h3><div style='display:none'>",
            "<div><span aria-expanded=false>More</span></div><div style='visibility:hidden'>", "<div role=tabpanel hidden>",
            "<div class=faq-answer style='display:none'>", "<ul><li><a href='#t2'>Two</a></li></ul><div id=t2 style='display:none'>",
        ])
    func panels(_ opening: String) {
        let page = BlockCollector.blocks(of: HTMLParser.parse(Array("\(opening)<p>\(Pages.story[4])</p></div>".utf8)))
        #expect(page.blocks.last?.place.contains(.hidden) == true && page.blocks.last?.place.contains(.unseen) == false)
    }

    @Test("a page that hides nearly everything until a script shows it is read")
    func shownLater() {
        let page = Extractor.extract(Array("<body><div style='display:none'><article>\(around)</article></div><p>Loading</p>".utf8)).page
        #expect(page.blocks.contains { $0.text == Pages.story[0] })
    }

    @Test("what only looks hidden stays")
    func visible() {
        for style in ["opacity:0", "position:absolute;left:-9px", "display:block", "height:0"] {
            #expect(text("<p style='\(style)'>\(Pages.story[4])</p>").contains(Pages.story[4]), "\(style)")
        }
    }

    @Test(
        "what an author struck out is marked, and is no part of what he put in its place",
        arguments: [
            ("costs <del>30</del><ins>25</ins> crowns", "costs ~~30~~ 25 crowns"), ("at <s>7:00</s> 8:00", "at ~~7:00~~ 8:00"),
            ("a wor<del>l</del>d of", "a wor~~l~~d of"), ("a <strike>boss</strike> friend", "a ~~boss~~ friend"),
            ("for <span style='text-decoration: line-through'>$10</span> $8", "for ~~$10~~ $8"), ("a <del> </del>b", "a b"),
        ])
    func struck(_ html: String, _ expected: String) {
        let page = BlockCollector.blocks(of: HTMLParser.parse(Array("<p>\(html)</p>".utf8)))
        #expect(page.blocks.map { page.string(of: $0) } == [expected])
    }

    @Test("a strike without end does not take the page along")
    func endless() {
        let page = BlockCollector.blocks(of: HTMLParser.parse(Array("<p>a <s>b</p><p>c</p><p>d</p>".utf8)))
        #expect(page.blocks.map { page.string(of: $0) }.suffix(2) == ["c", "d"])
    }

    @Test(
        "links to edit a section, or to point at it, are no part of its heading",
        arguments: [
            "<h2>Ropes<span class=mw-editsection>[<a href=x>edit</a> | <a href=y>edit source</a>]</span></h2>",
            "<h2>Ropes <small>[<a href='?action=edit'>Bearbeiten</a>]</small></h2>", "<h2>Ropes <a href='/e'>[edit]</a></h2>",
            "<h2>Ropes<a class=headerlink href='#ropes' title=x>Permalink</a></h2>", "<h2><a class=anchor href='#ropes'>link</a>Ropes</h2>",
        ])
    func headings(_ html: String) {
        let page = BlockCollector.blocks(of: HTMLParser.parse(Array(html.utf8)))
        #expect(page.blocks.map { page.string(of: $0) } == ["Ropes"])
    }

    @Test("a heading that is a link, or is about editing, stays")
    func wholeHeadings() {
        for html in [
            "<h2><a class=anchor href='#x'>Ropes</a></h2>", "<h2><a href='/e'>Edit</a></h2>", "<h2>How to <a href=x>edit a page</a></h2>",
        ] {
            #expect(BlockCollector.blocks(of: HTMLParser.parse(Array(html.utf8))).blocks.count == 1, "\(html)")
        }
    }
}
