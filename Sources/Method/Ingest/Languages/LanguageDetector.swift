/// Tells languages apart by the share of their commonest words.
///
/// It knows the languages of `LanguageWords`; a text where none of them has a share worth naming is of no language it knows.
struct LanguageDetector: Sendable {
    static let shared = LanguageDetector()

    private let codes: [String]
    /// For the hash of each stop word the languages that have it, a bit each.
    private let masks: [UInt64: UInt32]

    init(_ languages: [LanguageWords] = LanguageWords.all) {
        codes = languages.map(\.code)
        var masks: [UInt64: UInt32] = [:]
        for (index, language) in languages.enumerated() {
            for word in language.stopWords {
                var hash = LanguageDetector.start
                for byte in word.utf8 { hash = LanguageDetector.adding(byte, to: hash) }
                masks[hash, default: 0] |= 1 << UInt32(index)
            }
        }
        self.masks = masks
    }

    /// The language and the share of its stop words among the words, or nil where no language reaches 15 words in a hundred.
    func detect(_ text: String, wordLimit: Int = 2000) -> (code: String, share: Double)? {
        var hits = [Int](repeating: 0, count: codes.count)
        var (total, hash, length) = (0, LanguageDetector.start, 0)
        func close() {
            guard length > 0 else { return }
            total += 1
            // No stop word is longer.
            if length < 16, var mask = masks[hash] {
                while mask != 0 {
                    hits[mask.trailingZeroBitCount] += 1
                    mask &= mask - 1
                }
            }
            (hash, length) = (LanguageDetector.start, 0)
        }
        var lead: UInt8 = 0
        for byte in text.utf8 {
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
