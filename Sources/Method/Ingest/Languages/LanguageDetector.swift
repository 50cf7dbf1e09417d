/// Tells languages apart by the share of their commonest words.
///
/// It knows the languages of `LanguageWords`; a text where none of them has a share worth naming is of no language it knows.
struct LanguageDetector: Sendable {
    static let shared = LanguageDetector()

    private let languages: [(code: String, words: Set<String>)]

    init(_ languages: [LanguageWords] = LanguageWords.all) {
        self.languages = languages.map { ($0.code, Set($0.stopWords)) }
    }

    /// The language and the share of its stop words among the words, or nil where no language reaches 15 words in a hundred.
    func detect(_ text: String, wordLimit: Int = 2000) -> (code: String, share: Double)? {
        var hits = [Int](repeating: 0, count: languages.count)
        var total = 0
        for word in text.utf8.split(whereSeparator: { $0 < 0x80 && !$0.isASCIILetter }) {
            total += 1
            let small = String(Substring(word)).lowercased()
            for (index, language) in languages.enumerated() where language.words.contains(small) { hits[index] += 1 }
            if total >= wordLimit { break }
        }
        guard total > 0, let best = hits.indices.max(by: { hits[$0] < hits[$1] }) else { return nil }
        let share = Double(hits[best]) / Double(total)
        return share >= 0.15 ? (languages[best].code, share) : nil
    }
}
