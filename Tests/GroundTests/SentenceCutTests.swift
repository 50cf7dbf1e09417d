import Ground
import Testing

@Suite struct SentenceCutTests {
    private func cut(_ text: String, to limit: Int) -> (longest: String?, tried: Int) {
        var cut = SentenceCut(of: text)
        var tried = 0
        while let candidate = cut.candidate {
            tried += 1
            cut.note(candidate.count <= limit)
        }
        return (cut.longest, tried)
    }

    @Test("finds the longest beginning that ends with a sentence, whatever the limit")
    func everyLimit() {
        let text = "One. Two is here. Three comes late. Four."
        let beginnings = ["One.", "One. Two is here.", "One. Two is here. Three comes late.", text]
        for limit in 0...text.count + 1 {
            #expect(cut(text, to: limit).longest == beginnings.last { $0.count <= limit }, "\(limit)")
        }
    }

    @Test("tries a handful of beginnings among a thousand sentences")
    func few() {
        let text = Array(repeating: "So it is.", count: 1000).joined(separator: " ")
        #expect(cut(text, to: 5000).tried <= 10)
    }

    @Test("nothing fits of a text that is one sentence too long, or empty")
    func none() {
        #expect(cut("It has no end that fits.", to: 3).longest == nil && cut("", to: 10).longest == nil)
    }
}
