import Ground
import Testing

@testable import Ingest

@Suite struct HTMLParserTests {
    /// The tree as nested names, for comparison by eye.
    private func outline(_ html: String) -> String {
        let tree = HTMLParser.parse(Array(html.utf8))
        func write(_ index: Int) -> String {
            let node = tree.nodes[index]
            if node.tag == .text {
                return "'" + String(decoding: tree.text[Int(node.textStart)..<Int(node.textEnd)], as: UTF8.self) + "'"
            }
            var children: [String] = []
            var child = index + 1
            while child < Int(node.end) {
                children.append(write(child))
                child = Int(tree.nodes[child].end)
            }
            return "\(node.tag)" + (children.isEmpty ? "" : "(" + children.joined(separator: " ") + ")")
        }
        return write(0)
    }

    @Test("closes paragraphs, items, cells and options where browsers do")
    func impliedEnds() {
        #expect(outline("<p>a<p>b<div>c</div>d") == "document(p('a') p('b') div('c') 'd')")
        #expect(outline("<ul><li>a<ul><li>b</ul><li>c</ul>") == "document(ul(li('a' ul(li('b'))) li('c')))")
        #expect(outline("<table><tr><td>a<td>b<tr><td>c</table>d") == "document(table(tr(td('a') td('b')) tr(td('c'))) 'd')")
        #expect(outline("<dl><dt>a<dd>b<dt>c</dl>") == "document(dl(dt('a') dd('b') dt('c')))")
        #expect(outline("<h1>a<h2>b</h2>c") == "document(h1('a') h2('b') 'c')")
    }

    @Test("ends a link across blocks and lets no link stand in a link")
    func links() {
        #expect(outline("<a>x<div>y</a>z</div>w") == "document(a('x' div('y')) div('z') 'w')")
        #expect(outline("<a>x<a>y</a>z") == "document(a('x') a('y') 'z')")
        #expect(outline("<b><p>x</b>y</p>") == "document(b(p('x')) p('y'))")
    }

    @Test("does not let a cell's end tags reach beyond its table")
    func scopes() {
        #expect(outline("<div><table><tr><td></div>x</td></tr></table>y</div>z") == "document(div(table(tr(td('x'))) 'y') 'z')")
    }

    @Test("takes scripts and comments for no text, and titles for text without tags")
    func rawText() {
        #expect(outline("<script>if (a<b) '</p>'</script>x<!-- <p>no --><!-->y") == "document(script 'xy')")
        #expect(outline("<title>a <b> &amp; c</title>") == "document(title('a <b> & c'))")
        #expect(outline("<style>p{}</STYLE >x") == "document(style 'x')")
    }

    @Test(
        "ends comments where browsers do",
        arguments: [
            ("a<!-- b --!>c", "ac"), ("a<!--->b-->c", "ab-->c"), ("a<!---->b", "ab"), ("a<!--!>b-->c", "ac"), ("a<!-- b --!c -->d", "ad"),
            ("a<!-- -- > b -->c", "ac"), ("a<!-- <!-- b -->c", "ac"), ("a<!b>c", "ac"), ("a<?b?>c", "ac"), ("a<!-- b", "a"),
        ])
    func comments(_ source: String, _ expected: String) {
        #expect(HTMLParser.parse(Array(source.utf8)).foldedText(of: 0) == expected)
    }

    @Test("character data is text in foreign content alone")
    func characterData() {
        #expect(outline("<math><mi><![CDATA[a<b]]></mi></math><![CDATA[c]]>d") == "document(math(unknown('a<b')) 'd')")
        #expect(outline("<svg><![CDATA[x") == "document(svg('x'))")
    }

    @Test(
        "decodes references as browsers do",
        arguments: [
            ("&amp;&lt;&uuml;&Uuml;", "&<üÜ"), ("&copy 2020", "© 2020"), ("&notit; &notin;", "¬it; ∉"), ("&#8364;&#x20ac;&#128;", "€€€"),
            ("&;&&#;&#x;&unknown;", "&;&&#;&#x;&unknown;"), ("&#0;&#xD800;&#99999999999;", "\u{FFFD}\u{FFFD}\u{FFFD}"),
            ("&NotEqualTilde;", "\u{2242}\u{338}"),
        ])
    func references(_ source: String, _ expected: String) {
        #expect(outline(source) == "document('\(expected)')")
    }

    @Test("keeps references in attributes where they look like parameters")
    func attributeReferences() {
        let tree = HTMLParser.parse(Array("<a href='?a=1&copy=2&amp;b' CLASS=x class=y>".utf8))
        #expect(tree.string(.href, of: 1) == "?a=1&copy=2&b")
        #expect(tree.string(.class, of: 1) == "x")
    }

    @Test("no two names of tags, attributes or references share a hash")
    func hashes() {
        let tags = HTMLTag.allCases.filter { $0.rawValue > HTMLTag.document.rawValue }
        for tag in tags { #expect(HTMLTag.named("\(tag)") == tag) }
        #expect(HTMLTag.named("x-menu") == .unknown)
        let names = htmlEntityNames.split(whereSeparator: \.isWhitespace).map { $0.prefix { $0 != "=" && $0 != "!" } }
        #expect(names.count > 2000)
        #expect(Set(names.map { FNV1a.hash32(Array($0.utf8)[...]) }).count == names.count)
    }

    @Test(
        "makes a tree of anything",
        arguments: [
            "", "<", "</", "<!", "<!-", "<a", "<a b", "<a b=", "<a b='", "&", "&#", "<script>", "<title>x", "<!-->", "</p></div>",
            "<a/b/c>",
            "a\0b", "<p =x>", "<p/ >", "<svg><p>x</svg>y",
        ])
    func anything(_ source: String) {
        let tree = HTMLParser.parse(Array(source.utf8))
        #expect(tree.nodes.allSatisfy { Int($0.end) <= tree.nodes.count && $0.textStart <= $0.textEnd })
    }

    @Test("bounds the depth of 100,000 nested tags and the number of elements")
    func bounds() {
        let deep = HTMLParser.parse(Array(String(repeating: "<div>", count: 100_000).utf8) + Array("deep".utf8))
        #expect(deep.nodes.allSatisfy { $0.depth <= 512 })
        #expect(String(decoding: deep.text, as: UTF8.self) == "deep")
        let stray = HTMLParser.parse(
            Array(String(repeating: "<b>", count: 1000).utf8) + Array(String(repeating: "</i>", count: 300_000).utf8))
        #expect(stray.nodes.count == 1001)
        var limits = HTMLParser.Limits()
        limits.nodes = 1000
        let many = HTMLParser.parse(Array(String(repeating: "<p>", count: 5000).utf8), limits: limits)
        #expect(many.isTruncated && many.nodes.count <= 1001)
    }

    @Test("reads a million attributes in linear time")
    func attributes() {
        let names = (0..<1_000_000).map { "a\($0)=\($0 % 7)" }.joined(separator: " ")
        let tree = HTMLParser.parse(Array("<p class=x \(names)>text".utf8))
        #expect(tree.attributes.count == 1)
    }
}
