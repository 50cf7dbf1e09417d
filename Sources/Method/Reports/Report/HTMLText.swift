/// Text of others as a page may hold it: nothing in it ends an element or an attribute, and what cannot be seen is made visible.
enum HTMLText {
    /// `text` for an element or a quoted attribute; cut with an ellipsis after `limit` characters (Unicode scalars).
    ///
    /// Control characters become their pictures (␀ to ␟, ␡), others that a page may not hold U+FFFD; what turns the direction of writing
    /// is named, since it would run on into the page.
    static func escaped(_ text: String, limit: Int = .max) -> String {
        var result = String.UnicodeScalarView()
        var count = 0
        for scalar in text.unicodeScalars {
            if count == limit {
                result.append("…")
                break
            }
            count += 1
            switch scalar.value {
            case 0x26: result.append(contentsOf: "&amp;".unicodeScalars)
            case 0x3C: result.append(contentsOf: "&lt;".unicodeScalars)
            case 0x3E: result.append(contentsOf: "&gt;".unicodeScalars)
            case 0x22: result.append(contentsOf: "&quot;".unicodeScalars)
            case 0x27: result.append(contentsOf: "&#39;".unicodeScalars)
            case 0x09, 0x0A: result.append(scalar)
            case 0x0D: continue
            case 0x00..<0x20: result.append(Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}")
            case 0x7F: result.append("\u{2421}")
            case 0x80..<0xA0: result.append("\u{FFFD}")
            case 0x202A...0x202E, 0x2066...0x2069, 0x200E, 0x200F:
                result.append(contentsOf: "⟨U+\(String(scalar.value, radix: 16, uppercase: true))⟩".unicodeScalars)
            case 0xFDD0...0xFDEF: result.append("\u{FFFD}")
            case let value where value & 0xFFFE == 0xFFFE: result.append("\u{FFFD}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// A link where the address is one of the web, and the plain text otherwise: `javascript:` and its like are never linked.
    static func link(_ address: String) -> String {
        let text = escaped(address, limit: 200)
        let lower = address.prefix(8).lowercased()
        guard lower.hasPrefix("https://") || lower.hasPrefix("http://") else { return text }
        return "<a href=\"\(escaped(address, limit: 2000))\" rel=\"noopener noreferrer nofollow\">\(text)</a>"
    }

    /// The last part of a path: a page names no folder of the machine it was made on.
    static func lastPart(_ path: String) -> String {
        let whole = path.hasPrefix("file:") ? String(path.dropFirst(5)) : path
        return whole.split(separator: "/").last.map(String.init) ?? whole
    }
}
