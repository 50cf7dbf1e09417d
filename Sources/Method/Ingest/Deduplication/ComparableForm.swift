import Foundation

/// Unicode's normal form by which texts are compared: composed, compatible characters folded (NFKC, Unicode Standard Annex 15).
///
/// `ü` may be one code point or two, `か` with its mark too, and Latin letters and digits also come as wide as Chinese ones.
enum ComparableForm {
    /// The text itself, where it holds none of the characters that may change.
    static func composed(_ text: String) -> String { mayChange(text) ? text.precomposedStringWithCompatibilityMapping : text }

    /// Whether a byte occurs that combining marks, Hangul letters, wide and narrow forms and ligatures begin with.
    private static func mayChange(_ text: String) -> Bool {
        let bytes = text.utf8Span.span
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case 0..<0xCC: break
            // Combining marks; Arabic marks; Indic and South Asian vowels and marks; Hangul letters and Latin with several marks; wide forms.
            case 0xCC, 0xCD, 0xE0, 0xE1, 0xEF: return true
            case 0xD9 where index + 1 < bytes.count && bytes[index + 1] >= 0x93 && bytes[index + 1] <= 0x95: return true
            case 0xE3 where index + 2 < bytes.count && bytes[index + 1] == 0x82 && bytes[index + 2] >= 0x99 && bytes[index + 2] <= 0x9A:
                return true
            default: break
            }
            index += 1
        }
        return false
    }
}
