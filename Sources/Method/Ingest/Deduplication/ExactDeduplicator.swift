import Ground
import Records

/// Drops records whose text was seen before, letters and digits alone counted and capitals taken as small letters.
///
/// Memory: 16 bytes a kept record and the set's own room, about 40 MB a million.
public struct ExactDeduplicator: Sendable {
    /// 128 bits of a text's letters and digits: equal for no two others, as far as chance goes.
    struct Key: Hashable {
        var one: UInt64
        var two: UInt64

        init(_ one: UInt64, _ two: UInt64) {
            self.one = one
            self.two = two
        }

        init(of text: String) { self.init(normalised: ExactDeduplicator.normalised(text)) }

        init(normalised words: [UInt8]) {
            (one, two) = (stableHash64(words), stableHash64(words, seed: 1))
        }

        var marks: [UInt64] { [one, two] }
    }

    private var seen: Set<Key> = []

    public init() {}

    /// The outcome as it was, or dropped as `duplicate`; call it in input order, so that the earliest stays.
    public mutating func filter(_ outcome: Outcome) -> Outcome {
        guard case .kept(let records) = outcome, let record = records.first, let text = record["text"]?.string else { return outcome }
        return insert(Key(of: text)) ? outcome : .dropped(record, Rejection("duplicate"))
    }

    /// Whether the text with this key is the first of its kind; call it in input order.
    mutating func insert(_ key: Key) -> Bool { seen.insert(key).inserted }

    /// Letters and digits in small letters, one space between words, whatever Unicode's normal form is.
    static func normalised(_ text: String) -> [UInt8] {
        let text = ComparableForm.composed(text)
        let bytes = text.utf8Span.span
        var output = [UInt8](repeating: 0, count: bytes.count + 8)
        var (count, index, isGap) = (0, 0, false)
        while index < bytes.count {
            let byte = bytes[index]
            let small = byte.isASCIILetter ? byte | 32 : byte
            if small &- 97 < 26 || byte.isASCIIDigit {
                index += 1
                if isGap, count > 0 {
                    output[count] = 32
                    count += 1
                }
                output[count] = small
                count += 1
                isGap = false
                continue
            }
            guard byte >= 0x80 else {
                index += 1
                isGap = true
                continue
            }
            let scalar = scalar(bytes, &index)
            guard scalar.properties.isAlphabetic || scalar.properties.numericType != nil else {
                isGap = true
                continue
            }
            if isGap, count > 0 {
                output[count] = 32
                count += 1
            }
            // Some small letters take more bytes than their capitals.
            let spelling = scalar.properties.lowercaseMapping.utf8
            while output.count < count + spelling.count + (bytes.count - index) + 8 { output.append(0) }
            for letter in spelling {
                output[count] = letter
                count += 1
            }
            isGap = false
        }
        output.removeLast(output.count - count)
        return output
    }

    /// The scalar of two bytes or more at `index`, which moves behind it; a string's bytes are valid.
    private static func scalar(_ bytes: Span<UInt8>, _ index: inout Int) -> Unicode.Scalar {
        let first = bytes[index]
        let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        var value = UInt32(first) & (0xFF >> UInt32(length + 1))
        for offset in 1..<length where index + offset < bytes.count { value = value << 6 | UInt32(bytes[index + offset] & 0x3F) }
        index += length
        return Unicode.Scalar(value) ?? "\u{FFFD}"
    }
}
