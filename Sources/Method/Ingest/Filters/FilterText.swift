import Ground

/// A text as the quality filters see it: its words, lines and lengths, made once for all of them. Lengths are code points.
struct FilterText {
    let bytes: [UInt8]
    let length: Int
    let words: [Range<Int>]

    init(_ text: String) {
        bytes = Array(text.utf8)
        length = FilterText.length(bytes, 0..<bytes.count)
        words = FilterWords.words(of: bytes)
    }

    /// Code points of a part.
    static func length(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
        var count = 0
        for index in range where bytes[index] & 0xC0 != 0x80 { count += 1 }
        return count
    }

    func length(_ range: Range<Int>) -> Int { FilterText.length(bytes, range) }

    /// The lines, as one line feed ends them.
    var lines: [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        for index in bytes.indices where bytes[index] == 10 {
            lines.append(start..<index)
            start = index + 1
        }
        lines.append(start..<bytes.count)
        return lines
    }

    /// Parts between runs of at least `count` line feeds.
    func parts(betweenLineFeeds count: Int, in range: Range<Int>) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var start = range.lowerBound
        var index = start
        while index < range.upperBound {
            guard bytes[index] == 10 else {
                index += 1
                continue
            }
            var end = index
            while end < range.upperBound, bytes[end] == 10 { end += 1 }
            if end - index >= count {
                parts.append(start..<index)
                start = end
            }
            index = end
        }
        parts.append(start..<range.upperBound)
        return parts
    }

    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, bytes[start].isHTMLSpace { start += 1 }
        while end > start, bytes[end - 1].isHTMLSpace { end -= 1 }
        return start..<end
    }

    func hash(_ range: Range<Int>) -> UInt64 { FNV1a.hash64(bytes[range]) }

    /// How many parts stood before in the list, and their characters.
    func duplicates(among parts: [Range<Int>]) -> (count: Int, characters: Int) {
        var seen = RunSet(capacity: parts.count)
        var (count, characters) = (0, 0)
        for part in parts where !seen.insert(hash(part)) {
            count += 1
            characters += length(part)
        }
        return (count, characters)
    }

    func hasSuffix(_ range: Range<Int>, _ suffix: StaticString) -> Bool {
        suffix.withUTF8Buffer { range.count >= $0.count && bytes[range.upperBound - $0.count..<range.upperBound].elementsEqual($0) }
    }

    func hasPrefix(_ range: Range<Int>, _ prefix: StaticString) -> Bool {
        prefix.withUTF8Buffer { range.count >= $0.count && bytes[range.lowerBound..<range.lowerBound + $0.count].elementsEqual($0) }
    }

    /// How often a text occurs, without overlap.
    func occurrences(of part: StaticString) -> Int {
        part.withUTF8Buffer { part in
            guard let first = part.first else { return 0 }
            var (count, index) = (0, 0)
            while index + part.count <= bytes.count {
                if bytes[index] == first, bytes[index..<index + part.count].elementsEqual(part) {
                    count += 1
                    index += part.count
                } else {
                    index += 1
                }
            }
            return count
        }
    }
}
