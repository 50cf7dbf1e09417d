import Testing

@testable import Ingest

@Suite struct CharsetTests {
    private func text(_ bytes: [UInt8], declared: String? = nil) -> String {
        String(decoding: Charset.utf8(bytes, declared: declared), as: UTF8.self)
    }

    @Test("a byte-order mark decides first")
    func marks() {
        #expect(text([0xEF, 0xBB, 0xBF, 0xC3, 0xBC], declared: "latin1") == "ü")
        #expect(text([0xFF, 0xFE, 0xFC, 0x00]) == "ü")
        #expect(text([0xFE, 0xFF, 0x00, 0xFC]) == "ü")
    }

    @Test("valid UTF-8 is UTF-8 whatever the header says")
    func wrongHeader() { #expect(text(Array("für".utf8), declared: "iso-8859-1") == "für") }

    @Test("the header, then the meta tag, then windows-1252 decide for other bytes")
    func declared() {
        #expect(text([0x63, 0xE9], declared: "windows-1251") == "cй")
        #expect(text(Array("<meta charset=\"koi8-r\">".utf8) + [0xC1]).hasSuffix("а"))
        #expect(text(Array("<meta http-equiv=Content-Type content='text/html; charset=shift_jis'>".utf8) + [0x82, 0xA0]).hasSuffix("あ"))
        #expect(text([0x66, 0xFC, 0x72, 0x20, 0x80]) == "für €")
    }

    @Test("a little damage in UTF-8 is repaired, much of it is another set")
    func damage() {
        let good = Array(String(repeating: "für ", count: 100).utf8)
        #expect(text(good + [0xFF]) == String(repeating: "für ", count: 100) + "\u{FFFD}")
        #expect(text([0xFC, 0xE4, 0xF6], declared: "utf-8") == "üäö")
        // One bad byte in a page with a few letters, declared or not.
        let short = Array("Die Möse".utf8) + [0x20, 0xE9, 0x20]
        #expect(text(short, declared: "utf-8") == "Die Möse \u{FFFD} ")
        #expect(text(short) == "Die Möse \u{FFFD} ")
        #expect(text(Array("<meta charset=utf-8>für €".utf8) + [0xC3]).hasSuffix("für €\u{FFFD}"))
        #expect(text(good + [0xFF], declared: "iso-8859-1").hasSuffix("für \u{FFFD}"))
    }

    @Test("an unknown set is read as windows-1252")
    func unknown() { #expect(text([0xFC], declared: "x-unheard-of") == "ü") }
}
