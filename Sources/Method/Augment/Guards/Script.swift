/// The writing systems that a guard tells apart, as coarsely as it needs: what Japanese mixes is one with Chinese.
enum Script: Sendable, CaseIterable {
    case latin, greek, cyrillic, hebrew, arabic, indic, thai, hangul, chinese

    /// The script of a letter; nil for digits, marks and scripts that are not told apart.
    init?(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x41...0x5A, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x24F, 0x1E00...0x1EFF: self = .latin
        case 0x370...0x3FF, 0x1F00...0x1FFF: self = .greek
        case 0x400...0x52F: self = .cyrillic
        case 0x5D0...0x5EA: self = .hebrew
        case 0x620...0x64A, 0x671...0x6D3: self = .arabic
        case 0x900...0xDFF: self = .indic
        case 0xE01...0xE4E: self = .thai
        case 0x1100...0x11FF, 0xAC00...0xD7A3: self = .hangul
        case 0x3041...0x30FF, 0x3400...0x9FFF, 0x20000...0x2FA1F: self = .chinese
        default: return nil
        }
    }

    /// Whether words of the letter's script run together.
    static func writesNoSpaces(_ scalar: Unicode.Scalar) -> Bool {
        switch Script(scalar) {
        case .chinese?, .thai?: true
        default: false
        }
    }

    /// How many letters of each script a text has.
    static func letters(of text: String) -> [Script: Int] {
        var counts: [Script: Int] = [:]
        for scalar in text.unicodeScalars { if let script = Script(scalar) { counts[script, default: 0] += 1 } }
        return counts
    }
}
