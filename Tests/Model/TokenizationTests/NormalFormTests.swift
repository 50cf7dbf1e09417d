import Foundation
import Ground
import Testing

@testable import Tokenization

@Suite struct NormalFormTests {
    @Test("gives the four normal forms of the reference library")
    func equalsReference() throws {
        let cases = try JSONNode(parsing: Array(try Data(contentsOf: Golden.folder.appending(path: "normal_forms.json")))).array ?? []
        #expect(cases.count == 120)
        for item in cases {
            let text = Array(item["text"]?.bytes ?? [])
            for (name, form) in [("nfc", NormalForm.nfc), ("nfd", .nfd), ("nfkc", .nfkc), ("nfkd", .nfkd)] {
                #expect(
                    form.normalize(text) == item[name]?.bytes.map(Array.init), "\(name) of \(item["text"]?.string?.debugDescription ?? "")")
            }
        }
    }

    @Test("composes a Hangul syllable with the consonant that follows it")
    func hangul() {
        #expect(NormalForm.nfc.normalize(Array("\u{C5B4}\u{11A8}\u{11A8}".utf8)) == Array("\u{C5B5}\u{11A8}".utf8))
    }

    @Test("sorts marks, but for those that the reference library does not know yet")
    func marks() {
        #expect(NormalForm.nfc.normalize(Array("x\u{345}\u{327}".utf8)) == Array("x\u{327}\u{345}".utf8))
        for mark in ["\u{1DF6}", "\u{10F46}", "\u{897}", "\u{1ABF}"] {
            #expect(NormalForm.nfc.normalize(Array("x\u{345}\(mark)".utf8)) == Array("x\u{345}\(mark)".utf8))
        }
    }

    @Test("leaves what is in the form already")
    func leavesStable() {
        for text in ["", "plain", "Über die Brücke", "日本語"] { #expect(NormalForm.nfc.normalize(Array(text.utf8)) == Array(text.utf8)) }
    }
}
