/// The sentences of a text, and so where it may be cut: at `.`, `!` or `?` (with the closing quotes, brackets and asterisks behind it) before
/// white space, and at line ends; a full stop before a small letter, after one of the `Abbreviations`, a single letter or an ordinal number
/// ends none.
public enum Sentences {
    /// The byte offsets, in the text's UTF-8, behind each sentence; the last is behind the text's last visible byte.
    public static func ends(in text: String) -> [Int] { ranges(of: Array(text.utf8)).map(\.upperBound) }

    /// The byte ranges of the sentences, without the white space around them.
    public static func ranges(of bytes: [UInt8]) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var start = 0
        var index = 0
        func close(_ end: Int) {
            var (first, last) = (start, end)
            while first < last, bytes[first].isSpace { first += 1 }
            while last > first, bytes[last - 1].isSpace { last -= 1 }
            if last > first { result.append(first..<last) }
            start = end
        }
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 10 {
                close(index)
                index += 1
                continue
            }
            guard byte == UInt8(ascii: ".") || byte == UInt8(ascii: "!") || byte == UInt8(ascii: "?") else {
                index += 1
                continue
            }
            var end = index + 1
            while end < bytes.count, isCloser(bytes, end) > 0 { end += isCloser(bytes, end) }
            guard end < bytes.count else { break }
            if bytes[end].isSpace, byte != UInt8(ascii: ".") || isEnd(bytes, stop: index, after: end) { close(end) }
            index = end
        }
        close(bytes.count)
        return result
    }

    /// How many bytes of closing punctuation stand here.
    private static func isCloser(_ bytes: [UInt8], _ index: Int) -> Int {
        switch bytes[index] {
        case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: ")"),
            UInt8(ascii: "]"), UInt8(ascii: "*"):
            1
        case 0xE2 where index + 2 < bytes.count && bytes[index + 1] == 0x80 && (0x98...0x9F).contains(bytes[index + 2]): 3
        case 0xC2 where index + 1 < bytes.count && (bytes[index + 1] == 0xBB || bytes[index + 1] == 0xAB): 2
        default: 0
        }
    }

    private static func isEnd(_ bytes: [UInt8], stop: Int, after: Int) -> Bool {
        var next = after
        while next < bytes.count, bytes[next].isSpace { next += 1 }
        guard next < bytes.count else { return true }
        if (97...122).contains(bytes[next]) { return false }
        var wordStart = stop
        while wordStart > 0, isWordByte(bytes[wordStart - 1]) { wordStart -= 1 }
        if bytes[wordStart..<stop].allSatisfy(\.isDigit) {
            // "Am 3. Mai": in German a number with a full stop is an ordinal before a word. Years and larger numbers end sentences.
            return !(1...2).contains(stop - wordStart) || !bytes[next].isLetter
        }
        let word = String(decoding: bytes[wordStart..<stop], as: UTF8.self).lowercased()
        return word.utf8.count > 1 && !Abbreviations.all.contains(word)
    }

    private static func isWordByte(_ byte: UInt8) -> Bool { byte >= 0x80 || byte.isLetter || byte.isDigit || byte == UInt8(ascii: ".") }
}

extension UInt8 {
    fileprivate var isLetter: Bool { (self | 32) &- 97 < 26 }
    fileprivate var isDigit: Bool { self &- 48 < 10 }
    fileprivate var isSpace: Bool { self == 32 || self == 9 || self == 10 || self == 12 || self == 13 }
}
