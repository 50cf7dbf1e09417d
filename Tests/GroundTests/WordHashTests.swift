import Ground
import Testing

@Suite struct WordHashTests {
    private func words(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        return WordHash.words(of: bytes[...]).map { String(decoding: bytes[$0.range], as: UTF8.self) }
    }

    @Test("words are letters and digits, and all that is beyond ASCII; marks and spaces part them")
    func parts() {
        #expect(words("It's 3.50 für Übung – a_b") == ["It", "s", "3", "50", "für", "Übung", "–", "a", "b"])
        #expect(words("") == [] && words(" .,") == [])
        #expect(words("end") == ["end"])
    }

    @Test("capitals make no difference, and a slice is hashed as if it stood alone")
    func hashes() {
        let bytes = Array("one TWO three".utf8)
        #expect(WordHash.words(of: bytes[4...]).map(\.hash) == WordHash.words(of: Array("two Three".utf8)[...]).map(\.hash))
        #expect(WordHash.words(of: bytes[4...]).first?.range == 4..<7)
    }

    @Test("runs stand at every word but the last ones, and their order counts")
    func runs() {
        #expect(WordHash.runs(of: [1, 2, 3, 4], length: 3).count == 2)
        #expect(WordHash.runs(of: [1, 2], length: 3) == [])
        #expect(WordHash.runs(of: [1, 2], length: 2) != WordHash.runs(of: [2, 1], length: 2))
    }
}
