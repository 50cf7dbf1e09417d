import Testing

@testable import Ingest

@Suite struct HTMLTreeShadowRootsTests {
    @Test(
        "shows a declared shadow tree in the place of its host's content, which stands where the slots are",
        arguments: [
            ("<x-a><template shadowrootmode=open><p>in</p></template></x-a><p>b</p>", "inb"),
            ("<x-a><template shadowrootmode=CLOSED><p>one <slot></slot> two</p></template><b>mid</b></x-a>", "one mid two"),
            (
                "<x-a><template shadowrootmode=open><h2><slot name=t>none</slot></h2><p><slot></slot></p></template>text<i slot=t>Title</i></x-a>",
                "Titletext"
            ),
            ("<x-a><template shadowrootmode=open><p>x <slot name=q>else</slot></p></template><i>lost</i></x-a>", "x else"),
            (
                "<x-a><template shadowrootmode=open><x-b><template shadowrootmode=open>[<slot></slot>]</template><slot></slot></x-b></template>deep</x-a>",
                "[deep]"
            ),
        ])
    func shows(_ html: String, _ expected: String) {
        #expect(HTMLParser.parse(Array(html.utf8)).foldedText(of: 0) == expected)
    }

    @Test("other templates stay unseen")
    func templates() {
        let page = BlockCollector.blocks(of: HTMLParser.parse(Array("<p>a</p><template shadowrootmode=no><p>never</p></template>".utf8)))
        #expect(page.blocks.map { page.string(of: $0) } == ["a"])
    }

    @Test("a copied tree is whole: texts, ends and parents fit")
    func invariants() {
        let tree = HTMLParser.parse(
            Array("<div><x-a><template shadowrootmode=open><p>a<slot></slot></p></template><b>b</b>c</x-a></div><p>d".utf8))
        for (index, node) in tree.nodes.enumerated() {
            #expect(Int(node.end) <= tree.nodes.count && Int(node.end) > index && node.textStart <= node.textEnd)
            if index > 0 { #expect(Int(node.parent) < index && tree.nodes[Int(node.parent)].end >= node.end) }
        }
    }

    @Test("ten thousand hosts in hosts end in time", .timeLimit(.minutes(1)))
    func hostile() {
        let html = String(repeating: "<x-a><template shadowrootmode=open><slot></slot>", count: 10_000) + "deep"
        _ = HTMLParser.parse(Array(html.utf8))
        let wide = String(repeating: "<x-a><template shadowrootmode=open><slot></slot></template>y</x-a>", count: 50_000)
        #expect(HTMLParser.parse(Array(wide.utf8)).text.count == 50_000)
    }
}
