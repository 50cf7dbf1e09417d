/// Tells languages apart by the share of their commonest words.
///
/// It knows the languages of `StopWords`; a text where none of them has a share worth naming is of no language it knows.
public struct LanguageDetector: Sendable {
    public static let shared = LanguageDetector()

    /// The languages it knows, by their ISO 639-1 codes.
    public let codes: [String]
    /// The hashes of all stop words, each at its place or behind it, zeros between.
    private var hashes: [UInt64]
    /// For each of them the languages that have it, a bit each.
    private var masks: [UInt32]

    init(_ languages: [StopWords] = StopWords.all) {
        codes = languages.map(\.code)
        var size = 64
        while size < 4 * languages.reduce(0, { $0 + $1.words.count }) { size *= 2 }
        hashes = Array(repeating: 0, count: size)
        masks = Array(repeating: 0, count: size)
        for (index, language) in languages.enumerated() {
            for word in language.words {
                let hash = word.utf8.reduce(FNV1a.start) { WordHash.adding(letter: $1, to: $0) }
                let place = place(of: hash)
                hashes[place] = hash
                masks[place] |= 1 << UInt32(index)
            }
        }
    }

    /// Where a word stands in the table, or would stand.
    private func place(of hash: UInt64) -> Int {
        var place = Int(truncatingIfNeeded: (hash &* SplitMix.golden) >> 40) & (hashes.count - 1)
        while hashes[place] != 0, hashes[place] != hash { place = (place + 1) & (hashes.count - 1) }
        return place
    }

    /// The language and the share of its stop words among the words, or nil where no language reaches 15 words in a hundred.
    public func detect(_ text: String, wordLimit: Int = 2000) -> (code: String, share: Double)? {
        let found = count(text, wordLimit: wordLimit)
        guard found.words > 0, let best = found.hits.indices.max(by: { found.hits[$0] < found.hits[$1] }) else { return nil }
        let share = Double(found.hits[best]) / Double(found.words)
        return share >= 0.15 ? (codes[best], share) : nil
    }

    /// How many words a text has, and how many of them are stop words of each language that the detector knows.
    public func stopWords(in text: String, wordLimit: Int = 2000) -> (words: Int, of: [String: Int]) {
        let found = count(text, wordLimit: wordLimit)
        return (found.words, Dictionary(uniqueKeysWithValues: zip(codes, found.hits)))
    }

    private func count(_ text: String, wordLimit: Int) -> (words: Int, hits: [Int]) {
        var hits = [Int](repeating: 0, count: codes.count)
        let bytes = text.utf8Span.span
        var (total, index) = (0, 0)
        while index < bytes.count, total < wordLimit {
            let start = index
            var (hash, lead) = (FNV1a.start, 0 as UInt8)
            while index < bytes.count, case let byte = bytes[index], byte >= 0x80 || (byte | 32) &- 97 < 26 {
                // Small letters: of ASCII, and of U+00C0 to U+00DE, which is where the capitals of these languages lie.
                let isLatinCapital = lead == 0xC3 && (0x80...0x9E).contains(byte) && byte != 0x97
                hash = WordHash.adding(letter: byte < 0x80 || isLatinCapital ? byte | 32 : byte, to: hash)
                lead = byte
                index += 1
            }
            let length = index - start
            index += 1
            guard length > 0 else { continue }
            total += 1
            // No stop word is longer.
            guard length < 16 else { continue }
            var mask = masks[place(of: hash)]
            while mask != 0 {
                hits[mask.trailingZeroBitCount] += 1
                mask &= mask - 1
            }
        }
        return (total, hits)
    }
}
