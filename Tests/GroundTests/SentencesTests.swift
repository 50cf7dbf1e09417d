@testable import Ground
import Ground
import Testing

@Suite struct SentencesTests {
    private func sentences(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        var start = 0
        return Sentences.ends(in: text).map { end in
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

    @Test("knows abbreviations and ordinal numbers of several languages")
    func languages() {
        #expect(
            sentences("Dr. Berg kam am 3. Mai, z.B. mit Brot. Er blieb.") == [
                "Dr. Berg kam am 3. Mai, z.B. mit Brot.", "Er blieb.",
            ])
        #expect(
            sentences("It was J. Smith, i.e. the miller. \"Really?\" Yes!\nNew line") == [
                "It was J. Smith, i.e. the miller.", "\"Really?\"", "Yes!", "New line",
            ])
        #expect(sentences("It ended in 1945. Then peace came.").count == 2)
    }

    @Test("takes curly quotes, guillemets and asterisks to the sentence that they close")
    func closers() {
        #expect(sentences("**Stop.** She said “Go.” Then »Nein.« Ende") == ["**Stop.**", "She said “Go.”", "Then »Nein.«", "Ende"])
    }

    @Test("ranges leave out the white space around sentences")
    func ranges() {
        let bytes = Array("  One.  Two \n three".utf8)
        #expect(Sentences.ranges(of: bytes).map { String(decoding: bytes[$0], as: UTF8.self) } == ["One.", "Two", "three"])
    }
}
