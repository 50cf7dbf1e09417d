/// Tells languages apart by the share of their commonest words.
///
/// It knows the languages of `LanguageWords`; a text where none of them has a share worth naming is of no language it knows.
struct LanguageDetector: Sendable {
    static let shared = LanguageDetector()

    private let codes: [String]
    /// The hashes of all stop words, each at its place or behind it, zeros between.
    private var hashes: [UInt64]
    /// For each of them the languages that have it, a bit each.
    private var masks: [UInt32]

    init(_ languages: [LanguageWords] = LanguageWords.all) {
        codes = languages.map(\.code)
        var size = 64
        while size < 4 * languages.reduce(0, { $0 + $1.stopWords.count }) { size *= 2 }
        hashes = Array(repeating: 0, count: size)
        masks = Array(repeating: 0, count: size)
        for (index, language) in languages.enumerated() {
            for word in language.stopWords {
                let hash = word.utf8.reduce(LanguageDetector.start) { LanguageDetector.adding($1, to: $0) }
                let place = place(of: hash)
                hashes[place] = hash
                masks[place] |= 1 << UInt32(index)
            }
        }
    }

    /// Where a word stands in the table, or would stand.
    private func place(of hash: UInt64) -> Int {
        var place = Int(truncatingIfNeeded: hash ^ hash >> 32) & (hashes.count - 1)
        while hashes[place] != 0, hashes[place] != hash { place = (place + 1) & (hashes.count - 1) }
        return place
    }

    /// The language and the share of its stop words among the words, or nil where no language reaches 15 words in a hundred.
    func detect(_ text: String, wordLimit: Int = 2000) -> (code: String, share: Double)? {
        var hits = [Int](repeating: 0, count: codes.count)
        var (total, hash, length) = (0, LanguageDetector.start, 0)
        func close() {
            guard length > 0 else { return }
            total += 1
            // No stop word is longer.
            if length < 16 {
                var mask = masks[place(of: hash)]
                while mask != 0 {
                    hits[mask.trailingZeroBitCount] += 1
                    mask &= mask - 1
                }
            }
            (hash, length) = (LanguageDetector.start, 0)
        }
        var lead: UInt8 = 0
        let bytes = text.utf8Span.span
        for index in bytes.indices {
            let byte = bytes[index]
            guard byte >= 0x80 || byte.isASCIILetter else {
                close()
                if total >= wordLimit { break }
                continue
            }
            // Small letters: of ASCII, and of U+00C0 to U+00DE, which is where the capitals of these languages lie.
            let isLatinCapital = lead == 0xC3 && (0x80...0x9E).contains(byte) && byte != 0x97
            hash = LanguageDetector.adding(isLatinCapital ? byte + 32 : byte.loweredASCII, to: hash)
            length += 1
            lead = byte
        }
        close()
        guard total > 0, let best = hits.indices.max(by: { hits[$0] < hits[$1] }) else { return nil }
        let share = Double(hits[best]) / Double(total)
        return share >= 0.15 ? (codes[best], share) : nil
    }

    private static let start: UInt64 = 0xCBF2_9CE4_8422_2325
    private static func adding(_ byte: UInt8, to hash: UInt64) -> UInt64 { (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
}
