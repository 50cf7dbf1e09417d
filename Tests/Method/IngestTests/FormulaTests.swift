import Testing

@testable import Ingest

@Suite struct FormulaTests {
    private func text(_ html: String) -> [String] {
        let page = BlockCollector.blocks(of: HTMLParser.parse(Array(html.utf8)))
        return page.blocks.map { page.string(of: $0) }
    }

    @Test(
        "writes each formula once, as TeX where the page has it",
        arguments: [
            (
                "<span class='katex'><span class=katex-mathml><math><semantics><mrow><mi>a</mi></mrow><annotation encoding='application/x-tex'>a_1+b"
                    + "</annotation></semantics></math></span><span class=katex-html aria-hidden=true>a1+b</span></span>", "a_1+b"
            ),
            (
                "<span class=mwe-math-element><span style='display: none;'><math alttext='{\\displaystyle r^{2}}'><mi>r</mi></math></span>"
                    + "<img class=mwe-math-fallback-image-inline alt='{\\displaystyle r^{2}}'></span>", "r^{2}"
            ),
            (
                "<span class=MathJax_Preview>x</span><span class=MathJax>x glyphs</span><script type='math/tex'>x \\le y</script>",
                "x \\le y"
            ),
            (
                "<math><msup><mi>x</mi><mn>2</mn></msup><mo>+</mo><mfrac><mn>1</mn><mrow><mi>n</mi><mo>+</mo><mn>1</mn></mrow></mfrac></math>",
                "x^2+1/(n+1)"
            ),
            ("<math><msqrt><mi>x</mi></msqrt><mo>=</mo><msubsup><mi>a</mi><mi>i</mi><mn>10</mn></msubsup></math>", "√(x)=a_i^10"),
            ("<img class='tex inline' alt='$\\alpha + 1$'>", "\\alpha + 1"),
        ])
    func once(_ html: String, _ expected: String) { #expect(text("<p>So \(html) holds.</p>") == ["So \(expected) holds."]) }

    @Test(
        "emoji in images are text, other images none",
        arguments: [
            ("<img alt='🎉' src=x>", "So 🎉 holds."), ("<img class='emoji' alt=':-)'>", "So :-) holds."), ("<img alt='👩‍🌾'>", "So 👩‍🌾 holds."),
            ("<img alt='A harbour at dawn'>", "So holds."), ("<img class=photo alt='7'>", "So holds."), ("<img alt=''>", "So holds."),
        ])
    func emoji(_ html: String, _ expected: String) { #expect(text("<p>So \(html) holds.</p>") == [expected]) }

    @Test("delimiters and MediaWiki's style go from TeX")
    func cleaned() {
        #expect(Formula.cleaned("{\\displaystyle \n a  = b}") == "a = b")
        #expect(Formula.cleaned("\\(x\\)") == "x")
        #expect(Formula.cleaned("$$y$$") == "y")
        #expect(Formula.cleaned("$") == "$")
    }
}
