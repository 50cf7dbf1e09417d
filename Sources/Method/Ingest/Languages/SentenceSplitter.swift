/// Splits text into sentences: at `.`, `!`, `?` or `…` before white space and a capital, digit or quote, and at line ends; not after the
/// abbreviations of `LanguageWords`, single letters or ordinal numbers.
struct SentenceSplitter: Sendable {
    static let shared = SentenceSplitter()

    private let abbreviations: Set<String>

    init(_ languages: [LanguageWords] = LanguageWords.all) { abbreviations = Set(languages.flatMap(\.abbreviations)) }

    /// The sentences without the white space around them.
    func sentences(of text: String) -> [String] {
        let bytes = Array(text.utf8)
        return ranges(of: bytes).map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    func ranges(of bytes: [UInt8]) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var start = 0
        var index = 0
        func close(_ end: Int) {
            var (first, last) = (start, end)
            while first < last, bytes[first].isHTMLSpace { first += 1 }
            while last > first, bytes[last - 1].isHTMLSpace { last -= 1 }
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
            if bytes[end].isHTMLSpace, byte != UInt8(ascii: ".") || isEnd(bytes, stop: index, after: end) { close(end) }
            index = end
        }
        close(bytes.count)
        return result
    }

    /// How many bytes of closing punctuation stand here.
    private func isCloser(_ bytes: [UInt8], _ index: Int) -> Int {
        switch bytes[index] {
        case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: ")"),
            UInt8(ascii: "]"):
            1
        case 0xE2 where index + 2 < bytes.count && bytes[index + 1] == 0x80 && (0x98...0x9F).contains(bytes[index + 2]): 3
        case 0xC2 where index + 1 < bytes.count && bytes[index + 1] == 0xBB: 2
        default: 0
        }
    }

    private func isEnd(_ bytes: [UInt8], stop: Int, after: Int) -> Bool {
        var next = after
        while next < bytes.count, bytes[next].isHTMLSpace { next += 1 }
        guard next < bytes.count else { return true }
        if (97...122).contains(bytes[next]) { return false }
        var wordStart = stop
        while wordStart > 0, isWordByte(bytes[wordStart - 1]) { wordStart -= 1 }
        if bytes[wordStart..<stop].allSatisfy(\.isASCIIDigit) {
            // "Am 3. Mai": in German a number with a full stop is an ordinal before a word. Years and larger numbers end sentences.
            return !(1...2).contains(stop - wordStart) || !bytes[next].isASCIILetter
        }
        let word = String(decoding: bytes[wordStart..<stop], as: UTF8.self).lowercased()
        return word.utf8.count > 1 && !abbreviations.contains(word)
    }

    private func isWordByte(_ byte: UInt8) -> Bool { byte >= 0x80 || byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: ".") }
}
