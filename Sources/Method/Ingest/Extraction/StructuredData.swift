import Ground

/// The content of a JSON-LD script, read as it is asked for: whole where it is JSON, by its quoted texts in any case, since much of what pages
/// bring is broken and still says something.
struct StructuredData {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// All of it; nil where it is no JSON.
    var json: JSONValue? { try? JSONValue(parsing: bytes) }

    /// Takes each quoted text in turn, without its marks, up to one that does not end.
    func forEachText(_ take: (Range<Int>) -> Void) {
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\"") else {
                index += 1
                continue
            }
            guard let text = text(from: index) else { return }
            take(text)
            index = text.upperBound + 1
        }
    }

    /// The quoted text behind a colon or white space at `place`, without its marks; nil where something else stands there.
    func value(at place: Int) -> Range<Int>? {
        var index = place
        while index < bytes.count, bytes[index].isHTMLSpace || bytes[index] == UInt8(ascii: ":") { index += 1 }
        return index < bytes.count && bytes[index] == UInt8(ascii: "\"") ? text(from: index) : nil
    }

    /// The first text that a key has behind `start`, its escapes read and without white space around it; the key's end lies at most `limit`
    /// bytes on. Nil where there is none or it is empty.
    func value(of key: StaticString, from start: Int = 0, within limit: Int = .max) -> String? {
        guard let end = end(of: key, from: start), end - start <= limit, let range = value(at: end) else { return nil }
        let value = PageMetadata.trimmed(Self.unescaped(bytes[range]))
        return value.isEmpty ? nil : value
    }

    /// Where a quoted key ends.
    func end(of key: StaticString, from start: Int = 0) -> Int? {
        key.withUTF8Buffer { key in
            let length = key.count + 2
            guard bytes.count >= length else { return nil }
            var index = start
            while index <= bytes.count - length {
                if bytes[index] == UInt8(ascii: "\""), bytes[index + length - 1] == UInt8(ascii: "\""),
                    bytes[index + 1..<index + length - 1].elementsEqual(key)
                {
                    return index + length
                }
                index += 1
            }
            return nil
        }
    }

    /// The text whose opening mark stands at `quote`; nil where it does not end.
    private func text(from quote: Int) -> Range<Int>? {
        var index = quote + 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") { index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1 }
        return index < bytes.count ? quote + 1..<index : nil
    }

    private static func unescaped(_ bytes: ArraySlice<UInt8>) -> String {
        var output: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            guard bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.endIndex else {
                output.append(bytes[index])
                index += 1
                continue
            }
            let escape = bytes[index + 1]
            index += 2
            if escape == UInt8(ascii: "u"), index + 4 <= bytes.endIndex,
                let value = UInt32(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16)
            {
                output.appendScalar(value >= 0xD800 && value < 0xE000 ? 0xFFFD : value)
                index += 4
            } else {
                output.append(escape == UInt8(ascii: "n") || escape == UInt8(ascii: "t") ? 32 : escape)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
