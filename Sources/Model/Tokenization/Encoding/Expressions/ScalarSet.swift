import Ground

/// A set of characters of a regular expression: code points, categories and sets of sets.
struct ScalarSet: Sendable, Equatable {
    var ranges: [ClosedRange<UInt32>] = []
    /// One bit a class of `UnicodeClasses`.
    var classes: UInt64 = 0
    var unions: [ScalarSet] = []
    /// Sets that a member must lie in as well, as `&&` writes it.
    var intersections: [ScalarSet] = []
    var isNegated = false
    var foldsCase = false

    /// The answers for ASCII, worked out once by `prepared`.
    private var low: UInt64 = 0
    private var high: UInt64 = 0
    private var isPrepared = false

    init() {}

    init(_ range: ClosedRange<UInt32>) { ranges = [range] }

    init(classes: UInt64, isNegated: Bool = false) {
        self.classes = classes
        self.isNegated = isNegated
    }

    /// The same set with its answers for ASCII worked out.
    func prepared() -> ScalarSet {
        var set = self
        let table = UnicodeClasses.classes
        for code in UInt32(0)..<128 where find(code, table[Int(code)]) {
            if code < 64 { set.low |= 1 << UInt64(code) } else { set.high |= 1 << UInt64(code - 64) }
        }
        set.isPrepared = true
        return set
    }

    @inline(__always)
    func contains(_ code: Int, _ kind: UInt8) -> Bool {
        if code < 128, isPrepared { return (code < 64 ? low >> UInt64(code) : high >> UInt64(code - 64)) & 1 == 1 }
        return find(UInt32(truncatingIfNeeded: code), kind)
    }

    private func find(_ code: UInt32, _ kind: UInt8) -> Bool {
        var isMember = holds(code, kind)
        if foldsCase, !isMember {
            isMember = Self.variants(of: code).contains { holds($0, UnicodeClasses.classes[Int($0)]) }
        }
        if isMember { isMember = intersections.allSatisfy { $0.find(code, kind) } }
        return isMember != isNegated
    }

    private func holds(_ code: UInt32, _ kind: UInt8) -> Bool {
        classes >> UInt64(kind) & 1 == 1 || ranges.contains { $0.contains(code) } || unions.contains { $0.find(code, kind) }
    }

    /// The characters that differ from `code` in case alone.
    static func variants(of code: UInt32) -> [UInt32] {
        guard let scalar = Unicode.Scalar(code) else { return [] }
        var variants: [UInt32] = []
        for mapping in [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping] {
            let scalars = Array(mapping.unicodeScalars)
            if scalars.count == 1, scalars[0].value != code { variants.append(scalars[0].value) }
        }
        switch code {
        // The long s and the Kelvin sign fold to letters of ASCII.
        case 0x53, 0x73: variants.append(0x17F)
        case 0x4B, 0x6B: variants.append(0x212A)
        case 0x17F: variants += [0x53, 0x73]
        case 0x212A: variants += [0x4B, 0x6B]
        default: break
        }
        return variants
    }
}

extension ScalarSet {
    private static func mask(_ classes: UnicodeClasses.Set) -> UInt64 { classes.rawValue }

    static let digit = ScalarSet(classes: mask(.init(8...8)))
    static let space = ScalarSet(classes: mask(.space))
    static let hexadecimal: ScalarSet = {
        var set = ScalarSet()
        set.ranges = [0x30...0x39, 0x41...0x46, 0x61...0x66]
        return set
    }()
    /// Letters, marks, numbers of the kinds Nd and Nl, connectors, and the characters that Oniguruma adds to them.
    static let word: ScalarSet = {
        var set = ScalarSet(classes: mask(.init(0...9)) | mask(.init(11...11)))
        set.ranges = [0x24B6...0x24E9, 0x1F130...0x1F149, 0x1F150...0x1F169, 0x1F170...0x1F189]
        return set
    }()

    /// The set that `\p{name}` stands for: a general category, a group of them, or one of the scripts that split patterns use.
    static func property(_ name: String) -> ScalarSet? {
        let categories = [
            "lu", "ll", "lt", "lm", "lo", "mn", "mc", "me", "nd", "nl", "no", "pc", "pd", "ps", "pe", "pi", "pf", "po", "sm", "sc", "sk",
            "so", "zs",
            "zl", "zp", "cc", "cf", "co", "cn", "cs",
        ]
        let name = name.lowercased().filter { $0 != "_" && $0 != " " && $0 != "-" }
        if let index = categories.firstIndex(of: name) { return ScalarSet(classes: mask(.init(UInt8(index)...UInt8(index)))) }
        var set = ScalarSet()
        switch name {
        case "l", "letter": set.classes = mask(.letter)
        case "m", "mark": set.classes = mask(.mark)
        case "n", "number": set.classes = mask(.number)
        case "p", "punctuation", "punct": set.classes = mask(.punctuation)
        case "s", "symbol": set.classes = mask(.symbol)
        case "z", "separator": set.classes = mask(.separator)
        case "c", "other": set.classes = mask(.other)
        case "any": set.ranges = [0...0x10FFFF]
        case "space", "whitespace": set = .space
        case "han", "script=han", "sc=han":
            set.ranges = [
                0x2E80...0x2E99, 0x2E9B...0x2EF3, 0x2F00...0x2FD5, 0x3005...0x3005, 0x3007...0x3007, 0x3021...0x3029, 0x3038...0x303B,
                0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFA6D, 0xFA70...0xFAD9, 0x16FE2...0x16FE3, 0x16FF0...0x16FF1, 0x20000...0x2A6DF,
                0x2A700...0x2B739, 0x2B740...0x2B81D, 0x2B820...0x2CEA1, 0x2CEB0...0x2EBE0, 0x2EBF0...0x2EE5D, 0x2F800...0x2FA1D,
                0x30000...0x3134A, 0x31350...0x323AF,
            ]
        case "hiragana", "script=hiragana":
            set.ranges = [0x3041...0x3096, 0x309D...0x309F, 0x1B001...0x1B11F, 0x1B132...0x1B132, 0x1B150...0x1B152, 0x1F200...0x1F200]
        case "katakana", "script=katakana":
            set.ranges = [
                0x30A1...0x30FA, 0x30FD...0x30FF, 0x31F0...0x31FF, 0x32D0...0x32FE, 0x3300...0x3357, 0xFF66...0xFF6F, 0xFF71...0xFF9D,
                0x1AFF0...0x1AFF3, 0x1AFF5...0x1AFFB, 0x1AFFD...0x1AFFE, 0x1B000...0x1B000, 0x1B120...0x1B122, 0x1B155...0x1B155,
                0x1B164...0x1B167,
            ]
        case "hangul", "script=hangul":
            set.ranges = [
                0x1100...0x11FF, 0x302E...0x302F, 0x3131...0x318E, 0x3200...0x321E, 0x3260...0x327E, 0xA960...0xA97C, 0xAC00...0xD7A3,
                0xD7B0...0xD7C6, 0xD7CB...0xD7FB, 0xFFA0...0xFFBE, 0xFFC2...0xFFC7, 0xFFCA...0xFFCF, 0xFFD2...0xFFD7, 0xFFDA...0xFFDC,
            ]
        default: return nil
        }
        return set
    }
}
