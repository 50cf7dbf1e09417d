import Glibc
import HTMLOracle
import Testing

@testable import Ingest

/// Our parser against libxml2's, on pages that are well-formed, where the two must agree.
@Suite struct HTMLOracleTests {
    private func folded(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

    @Test(
        "sees the same text in a well-formed page as libxml2 does",
        arguments: [
            "<html><head><title>Beans</title></head><body><p>One.</p><p>Two <b>bold <i>both</i></b> end.</p></body></html>",
            "<html><body><h1>A &amp; B</h1><p>&uuml;ber &lt;tags&gt; &#8364; &#x20AC; &copy; caf\u{E9} \u{65E5}\u{672C}</p></body></html>",
            "<html><body><ul><li>one</li><li>two<ol><li>deep</li></ol></li></ul><dl><dt>t</dt><dd>d</dd></dl></body></html>",
            "<html><body><table><tr><th>a</th><td>b</td></tr><tr><td colspan=\"2\">c</td></tr></table>after</body></html>",
            "<html><body><pre>  line one\n    line two &amp;\n</pre><code>x &lt; y</code><br><img src=\"a.png\" alt=\"no\"><hr>tail</body></html>",
            "<html><body><!-- not <b>this</b> --><blockquote><p>said <a href=\"?a=1&amp;b=2\">she</a></p></blockquote></body></html>",
            "<html><body><div><section><article>x<span> y</span> z</article></section></div><p title='a > b'>quoted</p></body></html>",
        ])
    func agrees(_ page: String) throws {
        let tree = HTMLParser.parse(Array(page.utf8))
        let text = try #require(htmloracle_text(page, page.utf8.count))
        defer { free(text) }
        #expect(folded(String(decoding: tree.text, as: UTF8.self)) == folded(String(cString: text)))
    }
}
