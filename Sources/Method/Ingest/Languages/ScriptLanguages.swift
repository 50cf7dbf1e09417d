/// Tells the languages that their script gives away: one language a script, or letters that only one of several has.
enum ScriptLanguages {
    /// The ISO 639-1 code by the first `limit` letters; nil where less than half of them are of such a script.
    static func code(of text: String, limit: Int = 2000) -> String? {
        // Latin letters with their accents are the rule, and have no more than one byte in three beyond ASCII.
        let head = text.utf8.prefix(4 * limit)
        guard head.count(where: { $0 >= 0x80 }) * 3 > head.count else { return nil }
        var letters = 0
        var counts: [Script: Int] = [:]
        var own: Set<Unicode.Scalar> = []
        for scalar in text.unicodeScalars where letters < limit {
            if scalar.value < 0x80 {
                if UInt8(scalar.value).isASCIILetter { letters += 1 }
                continue
            }
            guard let script = Script(scalar) else {
                if scalar.properties.isAlphabetic { letters += 1 }
                continue
            }
            letters += 1
            counts[script, default: 0] += 1
            if script == .cyrillic || script == .arabic { own.insert(scalar) }
        }
        func share(_ script: Script) -> Double { Double(counts[script] ?? 0) / Double(max(1, letters)) }
        // Japanese has kana between its Chinese characters.
        if share(.kana) > 0.1, share(.kana) + share(.han) > 0.5 { return "ja" }
        guard let best = Script.allCases.max(by: { share($0) < share($1) }), share(best) > 0.5 else { return nil }
        switch best {
        case .kana: return "ja"
        case .han: return "zh"
        case .cyrillic: return cyrillic(own)
        case .arabic: return arabic(own)
        default: return best.rawValue
        }
    }

    /// The codes that it may give.
    static let codes = Script.allCases.map(\.rawValue).filter { $0.count == 2 } + ["ja", "zh", "ru", "uk", "be", "bg", "ar", "fa", "ur"]

    /// The scripts, those of one language by its code.
    private enum Script: String, CaseIterable {
        case greek = "el", hebrew = "he", thai = "th", georgian = "ka", armenian = "hy", hangul = "ko", bengali = "bn", tamil = "ta"
        case telugu = "te", gujarati = "gu", kannada = "kn", malayalam = "ml", khmer = "km", kana, han, cyrillic, arabic

        init?(_ scalar: Unicode.Scalar) {
            switch scalar.value {
            case 0x370...0x3FF, 0x1F00...0x1FFF: self = .greek
            case 0x400...0x52F: self = .cyrillic
            case 0x530...0x58F: self = .armenian
            case 0x590...0x5FF: self = .hebrew
            case 0x600...0x6FF, 0x750...0x77F, 0xFB50...0xFDFF, 0xFE70...0xFEFF: self = .arabic
            case 0x980...0x9FF: self = .bengali
            case 0xA80...0xAFF: self = .gujarati
            case 0xB80...0xBFF: self = .tamil
            case 0xC00...0xC7F: self = .telugu
            case 0xC80...0xCFF: self = .kannada
            case 0xD00...0xD7F: self = .malayalam
            case 0xE00...0xE7F: self = .thai
            case 0x10A0...0x10FF: self = .georgian
            case 0x1100...0x11FF, 0xAC00...0xD7AF: self = .hangul
            case 0x1780...0x17FF: self = .khmer
            case 0x3040...0x30FF: self = .kana
            case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0x20000...0x2FFFF: self = .han
            default: return nil
            }
        }
    }

    /// Of the languages in Cyrillic letters, those with a letter of their own.
    private static func cyrillic(_ letters: Set<Unicode.Scalar>) -> String? {
        if !letters.isDisjoint(with: ["ї", "є", "ґ"]) { return "uk" }
        if letters.contains("ў") { return "be" }
        if !letters.isDisjoint(with: ["ђ", "ћ", "ѓ", "ќ", "ә", "ғ", "қ", "ө", "ү", "һ"]) { return nil }
        if letters.contains("ы") || letters.contains("э") { return "ru" }
        return letters.contains("ъ") ? "bg" : nil
    }

    private static func arabic(_ letters: Set<Unicode.Scalar>) -> String? {
        if !letters.isDisjoint(with: ["ٹ", "ڈ", "ڑ", "ے"]) { return "ur" }
        if !letters.isDisjoint(with: ["پ", "چ", "ژ", "گ"]) { return letters.isDisjoint(with: ["ک", "ی"]) ? nil : "fa" }
        return letters.contains("ة") || letters.contains("ي") ? "ar" : nil
    }
}
