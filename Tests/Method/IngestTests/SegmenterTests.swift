import Testing

@testable import Ingest

@Suite struct SegmenterTests {
    private func page(_ blocks: PageText.Block..., title: String? = "Title") -> PageText {
        var page = PageText(blocks: blocks)
        page.metadata.title = title
        return page
    }
    private func heading(_ level: Int, _ text: String) -> PageText.Block { .init(.heading(level: level), text) }
    private func prose(_ first: Int, _ characters: Int) -> PageText.Block { .init(.paragraph, Pages.prose(first, characters: characters)) }

    @Test("takes the largest section that fits, with its deeper headings, and none inside it")
    func largest() {
        let page = page(
            heading(1, "Book"), heading(2, "A"), prose(0, 900), heading(3, "A1"), prose(20, 900), heading(2, "B"), prose(40, 1500))
        let passages = Segmenter().passages(of: page)
        #expect(passages.map(\.heading) == [["Book", "A"], ["Book", "B"]])
        #expect(passages.allSatisfy { $0.drop == nil })
        #expect(passages.first?.text.contains("\n\n### A1\n\n") == true)
        #expect(passages.first?.text.hasPrefix("The miller") == true)
        for passage in passages { #expect(passage.characters == passage.text.unicodeScalars.count) }
    }

    @Test("with overlaps takes the sections inside as well")
    func overlaps() {
        var segmenter = Segmenter()
        segmenter.overlaps = true
        let page = page(heading(1, "A"), prose(0, 900), heading(2, "A1"), prose(20, 900))
        #expect(segmenter.passages(of: page).map(\.heading) == [["A"], ["A", "A1"]])
    }

    @Test("names what is too short or too long, and the ends of the range still fit")
    func range() {
        func drops(_ characters: Int) -> Segmenter.Reason? {
            let page = page(heading(1, "A"), .init(.paragraph, String(repeating: "ä", count: characters)))
            return Segmenter().passages(of: page).first?.drop
        }
        #expect(drops(599) == .tooShort)
        #expect(drops(600) == nil)
        #expect(drops(3000) == nil)
        #expect(drops(3001) == .tooLong)
    }

    @Test("two questions or more with half of the text are passages of their own, and their answers may be shorter")
    func questions() {
        let short = PageText.Block(.paragraph, Pages.sentence(3, length: 130))
        let page = page(
            heading(2, "Beans"), prose(0, 150), heading(3, "When do I have to sow beans?"), short,
            heading(3, "How do I have to water beans?"),
            prose(9, 800), heading(3, "Why?"), short)
        let passages = Segmenter().passages(of: page)
        #expect(
            passages.map(\.heading.last) == ["Beans", "When do I have to sow beans?", "How do I have to water beans?", "Why?"])
        #expect(passages.map(\.drop) == [.tooShort, nil, nil, .tooShort])
        #expect(passages.map(\.least) == [600, 120, 120, 600])
        var segmenter = Segmenter()
        segmenter.leastAnswer = 131
        #expect(segmenter.passages(of: page).map(\.drop) == [nil])
        segmenter.leastAnswer = 9000
        #expect(segmenter.passages(of: page).allSatisfy { $0.least == 600 })
    }

    @Test("one question, or questions with little of the text, stay in their section")
    func fewQuestions() {
        #expect(
            Segmenter().passages(of: page(heading(2, "Beans"), prose(0, 900), heading(3, "When do I have to sow beans?"), prose(20, 300)))
                .map(\.heading.last) == ["Beans"])
        #expect(
            Segmenter().passages(
                of: page(
                    heading(2, "Beans"), prose(0, 900), heading(3, "When do I have to sow beans?"), prose(20, 200),
                    heading(3, "And how much?"),
                    prose(30, 200))
            ).map(\.heading.last) == ["Beans"])
    }

    @Test("questions under a promise of them may be short, and the page's title may not")
    func promised() {
        let short = PageText.Block(.paragraph, Pages.sentence(3, length: 130))
        let faq = page(heading(1, "FAQ"), .init(.paragraph, "And why?"), short, .init(.paragraph, "And when?"), short)
        #expect(Segmenter().passages(of: faq).map(\.drop) == [nil, nil])
        #expect(Segmenter().passages(of: faq).map(\.heading) == [["FAQ", "And why?"], ["FAQ", "And when?"]])
        #expect(Segmenter().passages(of: page(short, title: "When do I have to sow beans?")).map(\.drop) == [.tooShort])
    }

    @Test("what stands below somebody's name is his, deeper headings included")
    func authors() {
        let name = PageText.Block(.heading(level: 2), "Ada", marks: .author)
        let passages = Segmenter().passages(
            of: page(name, prose(0, 700), heading(3, "Sowing"), prose(20, 2900), heading(2, "Beans"), prose(60, 700)))
        #expect(passages.map { $0.marks.contains(.author) } == [true, true, false])
    }

    @Test("comments are a part of no passage")
    func comments() {
        let comment = PageText.Block(.paragraph, Pages.prose(40, characters: 700), marks: .comment)
        let passages = Segmenter().passages(of: page(heading(1, "A"), prose(0, 700), comment))
        #expect(passages.map(\.drop) == [nil, .comments])
        #expect(passages.map(\.text) == [Pages.prose(0, characters: 700), comment.text])
    }

    @Test("drops the introduction of a long section, and cuts its deeper headings")
    func longSection() {
        let passages = Segmenter().passages(of: page(heading(1, "A"), prose(0, 700), heading(2, "A1"), prose(20, 2900)))
        #expect(passages.map(\.heading) == [["A"], ["A", "A1"]])
        #expect(passages.map(\.drop) == [.introduction, nil])
    }

    @Test("cuts long text at the ends of its blocks where it is asked to")
    func splitting() {
        var segmenter = Segmenter()
        segmenter.splitsLongText = true
        let passages = segmenter.passages(of: page(heading(1, "A"), prose(0, 1500), prose(20, 1400), prose(40, 1400), prose(60, 300)))
        #expect(passages.map(\.part) == [1, 2])
        #expect(passages.allSatisfy { $0.drop == nil && $0.characters <= 3000 })
    }

    @Test("text before the first heading, and a page without headings, stand under the page's title")
    func title() {
        #expect(Segmenter().passages(of: page(prose(0, 1000))).map(\.heading) == [["Title"]])
        let passages = Segmenter().passages(of: page(prose(0, 700), heading(2, "A"), prose(20, 2900)))
        #expect(passages.map(\.heading) == [["Title"], ["A"]])
    }

    @Test("no character stands in two passages")
    func disjoint() {
        var blocks: [PageText.Block] = []
        for index in 0..<60 {
            blocks.append(heading(index % 7 % 4 + 1, "H\(index)"))
            blocks.append(prose(index * 10, 200 + index * 37 % 900))
        }
        let kept = Segmenter().passages(of: PageText(blocks: blocks)).filter { $0.drop == nil }
        let paragraphs = kept.flatMap { $0.text.split(separator: "\n\n") }.filter { !$0.hasPrefix("#") }
        #expect(!kept.isEmpty)
        #expect(Set(paragraphs).count == paragraphs.count)
    }
}
