import Ground
import Testing

@testable import Ground

struct LexicalIndexTests {
    @Test("the rarest shared words rank a text first")
    func lexicalIndex() {
        let index = LexicalIndex(["the cat sat on the mat", "the dog sat on the log", "the heron stood in the reeds"])
        #expect(index.ranking(for: "a heron and the dog in reeds", limit: 3).first == 2)
        #expect(index.ranking(for: "zebra", limit: 3).isEmpty)
    }
}
