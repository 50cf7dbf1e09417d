import Testing

@testable import Reports

struct HTMLTextTests {
    @Test("nothing in a text ends an element or an attribute")
    func markup() {
        #expect(
            HTMLText.escaped("</script><img src=x onerror='a()' alt=\"b\"> & so on")
                == "&lt;/script&gt;&lt;img src=x onerror=&#39;a()&#39; alt=&quot;b&quot;&gt; &amp; so on")
    }

    @Test("control characters are shown as pictures, line ends and tabs stay, and carriage returns go")
    func controls() {
        #expect(HTMLText.escaped("a\u{0}b\u{1B}[31m\u{7F}\u{85}\r\n\tc") == "a␀b␛[31m␡\u{FFFD}\n\tc")
    }

    @Test("what turns the direction of writing is named")
    func directions() {
        #expect(HTMLText.escaped("a\u{202E}b\u{2066}c") == "a⟨U+202E⟩b⟨U+2066⟩c")
        let nonCharacters = String(String.UnicodeScalarView([0xFFFE, 0x1FFFF, 0xFDD0].compactMap { Unicode.Scalar($0 as UInt32) }))
        #expect(HTMLText.escaped("x" + nonCharacters + "y") == "x\u{FFFD}\u{FFFD}\u{FFFD}y")
    }

    @Test("a long text is cut between characters, never within what stands for one")
    func cut() {
        #expect(HTMLText.escaped("<<<<", limit: 2) == "&lt;&lt;…")
        #expect(HTMLText.escaped("ab", limit: 2) == "ab")
    }

    @Test("only addresses of the web become links")
    func links() {
        #expect(HTMLText.link("javascript:alert(1)") == "javascript:alert(1)")
        #expect(HTMLText.link("data:text/html,<b>") == "data:text/html,&lt;b&gt;")
        #expect(
            HTMLText.link("https://a.example/?q=\"x\"")
                == "<a href=\"https://a.example/?q=&quot;x&quot;\" rel=\"noopener noreferrer nofollow\">https://a.example/?q=&quot;x&quot;</a>"
        )
    }

    @Test("of a path the last part alone is shown")
    func paths() {
        #expect(HTMLText.lastPart("/home/someone/pages/a.html") == "a.html")
        #expect(HTMLText.lastPart("file:///srv/a.html") == "a.html")
        #expect(HTMLText.lastPart("a.html") == "a.html")
    }
}
