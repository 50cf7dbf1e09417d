import Testing

@testable import Ingest

@Suite struct MainContentTests {
    @Test("the threshold makes the expected F1 over words highest")
    func threshold() {
        // All of 10 sure words and 10 likely ones: 2 * 18 / (20 + 18.9) with both, 2 * 10 / (10 + 18.9) with the sure ones alone.
        #expect(MainContent.bestThreshold([1, 0.8, 0.09], words: [10, 10, 10]) == 0.8)
        // Nothing is sure: the best is to take what there is.
        #expect(MainContent.bestThreshold([0.1, 0.1], words: [5, 5]) == 0.1)
        #expect(MainContent.bestThreshold([], words: []) == 0.5)
    }

    @Test("says the same of a page every time, and nothing twice that stands elsewhere on the page again")
    func repeated() {
        let story = Pages.story.map { "<p>\($0)</p>" }.joined()
        let again = "<div><p>\(Pages.story[0])</p></div>"
        let html = "<body><article><h2>The table</h2>\(story)</article>\(again)"
        let content = Extractor.extract(Array(html.utf8)).trace.content
        #expect(content.decisions.dropLast().allSatisfy { $0.isKept }, "\(content.decisions)")
        #expect(content.decisions.last?.isKept == false)
        #expect(Extractor.extract(Array(html.utf8)).trace.content.decisions.map(\.probability) == content.decisions.map(\.probability))
    }

    @Test("what the text itself repeats stays, as a refrain does")
    func refrain() {
        let html = "<body><article><h2>The table</h2>\((Pages.story + Pages.story.prefix(1)).map { "<p>\($0)</p>" }.joined())</article>"
        #expect(Extractor.extract(Array(html.utf8)).trace.content.decisions.allSatisfy { $0.isKept })
    }

    @Test("headings of two ranks above kept text both stay")
    func headings() {
        let story = Pages.story.map { "<p>\($0)</p>" }
        let html = "<body><article>\(story[..<4].joined())<h2>Making</h2><h3>Tools</h3>\(story[4...].joined())</article>"
        let text = MarkdownWriter.text(of: Extractor.extract(Array(html.utf8)).page.blocks)
        #expect(text.contains("## Making\n\n### Tools"))
    }

    @Test("rows of a table stay together, code stays with the text around it, and a heading with the text under it")
    func together() {
        let story = Pages.story.map { "<p>\($0)</p>" }
        let html = """
            <body><article>\(story[..<4].joined())<h3>Tools</h3>\(story[4])<pre>glue --warm
            </pre>\(story[5...].joined())<table><tr><th>Part</th><th>Wood</th></tr><tr><td>leg</td><td>oak</td></tr><tr><td>top</td>\
            <td>the same oak, only older</td></tr></table></article>
            """
        let text = MarkdownWriter.text(of: Extractor.extract(Array(html.utf8)).page.blocks)
        #expect(text.contains("### Tools"))
        #expect(text.contains("glue --warm"))
        #expect(text.contains("| Part | Wood |\n| --- | --- |\n| leg | oak |\n| top | the same oak, only older |"), "\(text)")
    }

    @Test("a page without blocks has no decisions")
    func empty() {
        #expect(Extractor.extract([]).trace.content.decisions.isEmpty)
        #expect(Extractor.extract(Array("<p> </p>".utf8)).page.blocks.isEmpty)
    }
}

@Suite struct ObliviousForestTests {
    /// One tree of depth 1 on feature `a` with the border 0.5: -1 below, 2 above; bias 0.25, leaves in steps of 0.5.
    private let bytes: [UInt8] =
        [1, 1, 0] + [UInt8](littleEndian: Float(0.25)) + [UInt8](littleEndian: Float(0.5)) + [0] + [UInt8](littleEndian: Float(0.5))
        + [0xFE, 4]

    @Test("adds the leaf that the answers lead to, for any number of rows", arguments: [1, 15, 16, 17, 40])
    func sums(_ rows: Int) throws {
        let forest = try #require(ObliviousForest(features: "a", data: base64(bytes)))
        var table = FeatureTable(rows: rows, features: 2, wanted: [false, true])
        table.add { _ in 9 }
        table.add { Float($0 % 2) }
        #expect(forest.sums(table, columns: [1]) == (0..<rows).map { $0 % 2 == 0 ? -0.75 : 2.25 })
    }

    @Test("a damaged text is no forest")
    func damaged() {
        #expect(ObliviousForest(features: "a", data: base64(Array(bytes.dropLast()))) == nil)
        #expect(ObliviousForest(features: "", data: base64(bytes)) == nil)
        #expect(ObliviousForest(features: "a", data: "") == nil)
    }

    @Test("the built-in forest reads features that are made")
    func builtIn() {
        #expect(ContentModel.shared.wanted.count { $0 } > 50)
        #expect(Set(BlockFeatures.names).count == BlockFeatures.names.count)
    }

    @Test("the sigmoid is near the true one, and the same everywhere", arguments: [-30, -3.2, -0.5, 0, 0.1, 2, 17])
    func sigmoid(_ x: Float) {
        let value = ContentModel.sigmoid(x)
        #expect((0...1).contains(value))
        #expect(abs(value + ContentModel.sigmoid(-x) - 1) < 1e-5)
    }

    private func base64(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var (text, value, bits) = ("", 0, 0)
        for byte in bytes {
            value = value << 8 | Int(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(digits[value >> bits & 63])
            }
        }
        if bits > 0 { text.append(digits[value << (6 - bits) & 63]) }
        return text
    }
}

extension [UInt8] {
    fileprivate init(littleEndian value: Float) { self = (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } }
}
