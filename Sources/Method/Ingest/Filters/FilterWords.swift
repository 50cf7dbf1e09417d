import Ground

/// Splits text into words and marks as the tokenizers behind the published filters do, nearly: punctuation stands alone, hyphens and slashes
/// between letters split, contractions come apart (`do|n't`, `he|'s`), abbreviations keep their stop, addresses stay whole.
///
/// It has rules instead of spaCy's long lists of exceptions; on English web text about one word in a thousand comes out differently.
enum FilterWords {
    static func words(of bytes: [UInt8]) -> [Range<Int>] {
        var words: [Range<Int>] = []
        words.reserveCapacity(bytes.count / 5)
        var index = 0
        while index < bytes.count {
            while index < bytes.count, spaceLength(bytes, index) > 0 { index += spaceLength(bytes, index) }
            let start = index
            while index < bytes.count, spaceLength(bytes, index) == 0 { index += 1 }
            if index > start { split(bytes, start..<index, into: &words) }
        }
        return words
    }

    /// White space of ASCII, and the no-break space.
    private static func spaceLength(_ bytes: [UInt8], _ index: Int) -> Int {
        let byte = bytes[index]
        if byte == 32 || (byte >= 9 && byte <= 13) { return 1 }
        return byte == 0xC2 && index + 1 < bytes.count && bytes[index + 1] == 0xA0 ? 2 : 0
    }

    private static func split(_ bytes: [UInt8], _ range: Range<Int>, into words: inout [Range<Int>]) {
        var (start, end) = (range.lowerBound, range.upperBound)
        // The common case: letters alone.
        if bytes[range].allSatisfy({ $0.isASCIILetter }) { return words.append(range) }
        var suffixes: [Range<Int>] = []
        if !isAddress(bytes[range]) {
            while start < end, case let length = markLength(bytes, start, end), length > 0 {
                words.append(start..<start + length)
                start += length
            }
            while start < end, let suffix = suffix(bytes, start..<end) {
                suffixes.append(suffix..<end)
                end = suffix
            }
        }
        if start < end { splitInside(bytes, start..<end, into: &words) }
        words += suffixes.reversed()
    }

    private static func isAddress(_ word: ArraySlice<UInt8>) -> Bool {
        if word.starts(with: "http://".utf8) || word.starts(with: "https://".utf8) || word.starts(with: "www.".utf8) { return true }
        guard let at = word.firstIndex(of: UInt8(ascii: "@")), at > word.startIndex else { return false }
        return word[at...].contains(UInt8(ascii: ".")) && word.last.map { $0.isASCIILetter } == true
    }

    /// The length of the punctuation mark at `index`, 0 where a word goes on. Dots count together, so do dashes.
    private static func markLength(_ bytes: [UInt8], _ index: Int, _ end: Int) -> Int {
        let byte = bytes[index]
        switch byte {
        case UInt8(ascii: "."):
            var stop = index
            while stop < end, bytes[stop] == byte { stop += 1 }
            return stop - index >= 2 ? stop - index : (index + 1 < end && bytes[index + 1].isASCIIDigit ? 0 : 1)
        case UInt8(ascii: "-"):
            var stop = index
            while stop < end, bytes[stop] == byte { stop += 1 }
            return stop - index
        case UInt8(ascii: "+"): return index + 1 < end && bytes[index + 1].isASCIIDigit ? 0 : 1
        case UInt8(ascii: "'"): return index + 1 < end ? 1 : 1
        case 33...47, 58...64, 91...96, 123...126: return 1
        case 0xC2 where index + 1 < end:
            switch bytes[index + 1] {
            case 0xA1, 0xA3, 0xA5, 0xA7, 0xA9, 0xAB, 0xAE, 0xB0, 0xB4, 0xB7, 0xBB, 0xBF: return 2
            default: return 0
            }
        case 0xE2 where index + 2 < end:
            // General punctuation, currency, arrows to symbols.
            let isMark = bytes[index + 1] == 0x80 && bytes[index + 2] >= 0x90 || (0x82...0xAF).contains(bytes[index + 1])
            return isMark ? 3 : 0
        case 0xE3 where index + 2 < end: return bytes[index + 1] == 0x80 && bytes[index + 2] >= 0x81 ? 3 : 0
        default: return 0
        }
    }

    private static let contractions: [[UInt8]] = ["'s", "'re", "'ve", "'ll", "'d", "'m", "n't"].map { Array($0.utf8) }

    /// Where the last mark or contraction of a word begins, nil where the word ends as it is.
    private static func suffix(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
        let (start, end) = (range.lowerBound, range.upperBound)
        for contraction in contractions {
            // The curly apostrophe is three bytes for one.
            let plain = end - contraction.count
            if plain > start, matches(bytes, plain, end, contraction) { return plain }
            if plain - 2 > start, matches(bytes, plain - 2, end, contraction) { return plain - 2 }
        }
        let last = bytes[end - 1]
        if last == UInt8(ascii: ".") {
            var first = end - 1
            while first > start, bytes[first - 1] == last { first -= 1 }
            if first == start { return nil }
            if end - first > 1 { return first }
            let word = bytes[start..<first]
            if word.count == 1, word.first?.isASCIILetter == true { return nil }
            if word.contains(last), word.allSatisfy({ $0 == last || $0.isASCIILetter }), word.count <= 7 { return nil }
            return Abbreviations.english.contains(String(decoding: word, as: UTF8.self).lowercased()) ? nil : first
        }
        if last < 0x80 {
            guard markLength(bytes, end - 1, end) > 0, end - 1 > start else { return nil }
            if last == UInt8(ascii: "-") {
                var first = end - 1
                while first > start, bytes[first - 1] == last { first -= 1 }
                return first > start ? first : nil
            }
            return end - 1
        }
        for length in [2, 3] where end - length > start && markLength(bytes, end - length, end) == length { return end - length }
        return nil
    }

    private static func matches(_ bytes: [UInt8], _ start: Int, _ end: Int, _ contraction: [UInt8]) -> Bool {
        var index = start
        for byte in contraction {
            guard index < end else { return false }
            if byte == UInt8(ascii: "'") {
                if bytes[index] == byte {
                    index += 1
                } else if index + 2 < end, bytes[index] == 0xE2, bytes[index + 1] == 0x80, bytes[index + 2] == 0x99 {
                    index += 3
                } else {
                    return false
                }
            } else {
                guard bytes[index].loweredASCII == byte else { return false }
                index += 1
            }
        }
        return index == end
    }

    /// Splits at hyphens, slashes and the like between letters, and at dots between a small letter and a capital.
    private static func splitInside(_ bytes: [UInt8], _ range: Range<Int>, into words: inout [Range<Int>]) {
        guard !isAddress(bytes[range]) else { return words.append(range) }
        var start = range.lowerBound
        var index = start + 1
        while index < range.upperBound - 1 {
            let length = insideLength(bytes, index, range)
            if length > 0 {
                if index > start { words.append(start..<index) }
                words.append(index..<index + length)
                start = index + length
                index = start + 1
            } else {
                index += 1
            }
        }
        if start < range.upperBound { words.append(start..<range.upperBound) }
    }

    private static func insideLength(_ bytes: [UInt8], _ index: Int, _ range: Range<Int>) -> Int {
        let (before, byte) = (bytes[index - 1], bytes[index])
        func isLetter(_ byte: UInt8) -> Bool { byte.isASCIILetter || byte >= 0xC3 }
        func after(_ length: Int) -> UInt8 { index + length < range.upperBound ? bytes[index + length] : 0 }
        switch byte {
        case UInt8(ascii: "-"):
            var length = 1
            while after(length) == byte { length += 1 }
            if isLetter(before) || before >= 0x80, isLetter(after(length)) { return length }
            return before.isASCIIDigit && after(1).isASCIIDigit ? 1 : 0
        case UInt8(ascii: "."):
            var length = 1
            while after(length) == byte { length += 1 }
            if length >= 2 { return length }
            return (97...122).contains(before) && (65...90).contains(after(1)) ? 1 : 0
        case UInt8(ascii: ","): return isLetter(before) && isLetter(after(1)) ? 1 : 0
        case UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "="):
            return (before.isASCIILetter || before.isASCIIDigit) && isLetter(after(1)) ? 1 : 0
        case UInt8(ascii: "~"): return isLetter(before) && isLetter(after(1)) ? 1 : 0
        case 0xE2 where index + 2 < range.upperBound && bytes[index + 1] == 0x80:
            switch bytes[index + 2] {
            case 0x93, 0x94: return (isLetter(before) || before >= 0x80) && isLetter(after(3)) ? 3 : 0
            case 0xA6: return 3
            default: return 0
            }
        default: return 0
        }
    }
}
