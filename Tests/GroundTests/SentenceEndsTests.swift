@testable import Ground
import Ground
import Testing

@Suite struct SentenceEndsTests {
    private func sentences(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        var start = 0
        return SentenceEnds.offsets(in: text).map { end in
            defer { start = end }
            return String(decoding: bytes[start..<end], as: UTF8.self).trimmed
        }
    }

    @Test("ends sentences at full stops, question and exclamation marks, with closing quotes and brackets")
    func marks() {
        #expect(sentences("One. Two? Three! (Four.) \"Five.\" Six") == ["One.", "Two?", "Three!", "(Four.)", "\"Five.\"", "Six"])
    }

    @Test("does not end them at initials, abbreviations before lower case, and numbers")
    func abbreviations() {
        #expect(
            sentences("J. Smith paid 3.50 approx. in all, e. g. for z. B. tea. Done.") == [
                "J. Smith paid 3.50 approx. in all, e. g. for z. B. tea.", "Done.",
            ])
    }

    @Test("ends them at the end of a line, and nowhere in an empty text")
    func lines() {
        #expect(sentences("# Heading\n\n- item ä\n- item two\n") == ["# Heading", "- item ä", "- item two"])
        #expect(sentences("") == [])
        #expect(sentences(" \n ") == [])
    }
}
