/// Hashes of words and of runs of words, as filters and searches for repetition compare them.
public enum WordHash {
    /// The hash of a word with one letter more: seven stand side by side, and of longer words hardly two fall together.
    @inlinable @inline(__always)
    public static func adding(letter byte: UInt8, to hash: UInt64) -> UInt64 { (hash << 9 | hash >> 55) ^ UInt64(byte) }

    /// The hash of a run with one word more.
    @inlinable @inline(__always)
    public static func adding(word: UInt64, to run: UInt64) -> UInt64 { (run ^ word) &* SplitMix.golden ^ (run >> 29) }

    /// The words of `bytes[range]` and where they stand: ASCII letters and digits, capitals and small letters taken alike, and all bytes
    /// beyond ASCII.
    public static func words(of bytes: ArraySlice<UInt8>) -> [(hash: UInt64, range: Range<Int>)] {
        var words: [(hash: UInt64, range: Range<Int>)] = []
        words.reserveCapacity(bytes.count / 5)
        var hash = FNV1a.start
        var start = bytes.startIndex
        var index = start
        for byte in bytes {
            if byte >= 0x80 || (byte | 32) &- 97 < 26 || byte &- 48 < 10 {
                hash = FNV1a.adding(byte &- 65 < 26 ? byte | 32 : byte, to: hash)
            } else {
                if index > start { words.append((hash, start..<index)) }
                hash = FNV1a.start
                start = index + 1
            }
            index += 1
        }
        if index > start { words.append((hash, start..<index)) }
        return words
    }

    /// The hashes of all runs of so many words, in order; none where there are fewer words.
    public static func runs(of words: [UInt64], length: Int) -> [UInt64] {
        guard words.count >= length else { return [] }
        return (0...words.count - length).map { start in
            words[start..<start + length].reduce(0) { adding(word: $1, to: $0) }
        }
    }
}
