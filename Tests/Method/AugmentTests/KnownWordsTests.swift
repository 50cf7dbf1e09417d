import Foundation
import Testing

@testable import Augment

struct KnownWordsTests {
    @Test(
        "a word of neither kind is found; an s more or less, numbers and single letters make no stranger",
        arguments: [
            ("what is koroastrianism", "koroastrianism"), ("what is zoroastrianism", nil), ("what are religion", nil),
            ("what is a prophets", nil), ("what is a 7", nil), ("", nil),
        ] as [(String, String?)])
    func stranger(said: String, found: String?) {
        let words = KnownWords("what is are\nprophet")
        let text = InstructionFilter.words("Zoroastrianism is one of the old religions; a prophets' one.")
        #expect(words.stranger(in: InstructionFilter.words(said), beside: text) == found)
    }

    @Test("a model's list is the words.txt of its folder, and there need be none")
    func folder() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "known-words-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(try KnownWords(ofModel: folder) == nil)
        try Data("the\nof\n".utf8).write(to: folder.appending(path: KnownWords.fileName))
        #expect(try KnownWords(ofModel: folder) == KnownWords("the of"))
        #expect(KnownWords("the of").fingerprint != KnownWords("of the and").fingerprint)
    }
}
