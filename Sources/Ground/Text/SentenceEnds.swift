/// Where a text may be cut: after a sentence, and at the end of a paragraph, a list item or a heading.
public enum SentenceEnds {
    /// The byte offsets, in the text's UTF-8, behind each sentence; the last is behind the text's last visible byte.
    ///
    /// A sentence ends at `.`, `!`, `?` or `…` (closing quotes and brackets included) before white space that a capital, a digit or a
    /// list mark does not contradict, or at a line end. Abbreviations of one letter ("z. B.", "e. g.") end none.
    public static func offsets(in text: String) -> [Int] {
        var text = text
        return text.withUTF8 { bytes in
            var ends = [Int]()
            var lastVisible = 0
            var index = 0
            while index < bytes.count {
                let byte = bytes[index]
                if byte == 0x0A, lastVisible > (ends.last ?? 0) { ends.append(lastVisible) }
                if byte > 0x20 { lastVisible = index + 1 }
                if byte == UInt8(ascii: ".") || byte == UInt8(ascii: "!") || byte == UInt8(ascii: "?") {
                    var after = index + 1
                    while after < bytes.count, closing.contains(bytes[after]) { after += 1 }
                    let isBeforeSpace = after >= bytes.count || bytes[after] <= 0x20
                    if isBeforeSpace, !isInitial(bytes, at: index), !continuesInLowerCase(bytes, from: after) {
                        ends.append(after)
                        lastVisible = after
                        index = after
                        continue
                    }
                }
                index += 1
            }
            if lastVisible > (ends.last ?? 0) { ends.append(lastVisible) }
            return ends
        }
    }

    private static let closing: Set<UInt8> = [
        UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "*"),
    ]

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z") }

    /// Whether the full stop at `index` stands behind a single letter.
    private static func isInitial(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
        guard bytes[index] == UInt8(ascii: "."), index > 0, isLetter(bytes[index - 1]) else { return false }
        return index == 1 || !(isLetter(bytes[index - 2]) || bytes[index - 2] >= 0x80)
    }

    private static func continuesInLowerCase(_ bytes: UnsafeBufferPointer<UInt8>, from index: Int) -> Bool {
        var next = index
        while next < bytes.count, bytes[next] == 0x20 { next += 1 }
        return next < bytes.count && bytes[next] >= UInt8(ascii: "a") && bytes[next] <= UInt8(ascii: "z")
    }
}
