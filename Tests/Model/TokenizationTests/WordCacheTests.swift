import Testing

@testable import Tokenization

@Suite struct WordCacheTests {
    private func key(_ word: String) -> WordCache.Key? { key(word, 0..<word.utf8.count) }

    private func key(_ text: String, _ range: Range<Int>) -> WordCache.Key? {
        let bytes = Array(text.utf8)
        return WordCache.Key(bytes.span, range.lowerBound, range.upperBound)
    }

    /// What the cache holds of a word.
    private func tokens(_ key: WordCache.Key?, _ cache: inout WordCache) -> [Int32]? {
        var slots = cache.slots.mutableSpan
        guard let key, let slot = WordCache.find(key, in: &slots) else { return nil }
        return Array([slot.first, slot.second, slot.third].prefix(Int(slot.count)))
    }

    /// Whether the word could be kept.
    private func insert(_ tokens: [Int32], _ key: WordCache.Key?, _ cache: inout WordCache) -> Bool {
        var slots = cache.slots.mutableSpan
        guard let key, let slot = WordCache.Slot(key, tokens, tokens.count) else { return false }
        WordCache.insert(slot, key, in: &slots)
        return true
    }

    /// Tries words one after the other: each with the tokens to keep of it, or with none to look for it.
    private func run(_ steps: [(String, [Int32]?)], slots: Int) -> [[Int32]?] {
        var cache = WordCache(slots: slots)
        return steps.map { word, kept in
            if let kept { return insert(kept, key(word), &cache) ? kept : nil }
            return tokens(key(word), &cache)
        }
    }

    @Test("of three words for the same two slots, the one used longest ago goes")
    func pushesOut() {
        let found = run(
            [
                ("bridge", nil), ("bridge", [5]), (" of", [6, 7]), (" of", nil), ("bridge", nil), ("stone", [1, 2, 3]), (" of", nil),
                ("bridge", nil), ("stone", nil),
            ], slots: 2)
        #expect(found == [nil, [5], [6, 7], [6, 7], [5], [1, 2, 3], nil, [5], [1, 2, 3]])
    }

    @Test("a word of 16 bytes or of four tokens is not kept, and words that begin alike differ")
    func limits() {
        #expect(run([("0123456789abcdef", [1])], slots: 2) == [nil])
        let found = run(
            [
                ("0123456789abcde", [1, 2, 3, 4]), ("0123456789abcde", [9]), ("0123456789abcd", nil), ("01234567", nil),
                ("0123456789abcde", nil),
            ],
            slots: 2)
        #expect(found == [nil, [9], nil, nil, [9]])
    }

    @Test("reads a word alike in the middle of a text and at its end")
    func atTheEnd() {
        var cache = WordCache()
        let text = "a bridge and then the bridge"
        #expect(insert([4], key(text, 1..<8), &cache))
        let last = tokens(key(text, 21..<28), &cache)
        #expect(last == [4])
    }
}
