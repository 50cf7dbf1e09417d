import CLanguages

/// CLD2, which knows some eighty languages; asked only by `--language-detector cld2`, since the built-in detector is the one whose answers do
/// not depend on the version of a library.
enum CompactLanguageDetector {
    /// The language of a text, by the first `limit` bytes of it; nil where the answer cannot be relied on.
    static func detect(_ text: String, limit: Int = 20_000) -> String? {
        var text = text
        return text.withUTF8 { bytes in
            var count = min(bytes.count, limit)
            // A letter is not cut in two.
            while count > 0, count < bytes.count, bytes[count] & 0xC0 == 0x80 { count -= 1 }
            return bytes.withMemoryRebound(to: CChar.self) { letters in
                letters.baseAddress.flatMap { clanguages_detect($0, Int32(count)) }.map { String(cString: $0) }
            }
        }
    }
}
