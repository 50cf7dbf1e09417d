/// The general category of every code point, as one byte a code point: what split patterns ask for on every character.
enum UnicodeClasses {
    /// The general categories, in the order of the letters of the table.
    enum Category: UInt8, CaseIterable {
        case lu, ll, lt, lm, lo, mn, mc, me, nd, nl, no, pc, pd, ps, pe, pi, pf, po, sm, sc, sk, so, zs, zl, zp, cc, cf, co, cn, cs
    }

    /// A set of categories, and of white space, which is a property across them.
    struct Set: OptionSet, Sendable {
        let rawValue: UInt64
        init(rawValue: UInt64) { self.rawValue = rawValue }
        init(_ categories: ClosedRange<UInt8>) { rawValue = categories.reduce(0) { $0 | 1 << UInt64($1) | 1 << UInt64($1 | 32) } }

        static let letter = Set(0...4)
        static let mark = Set(5...7)
        static let number = Set(8...10)
        static let punctuation = Set(11...17)
        static let symbol = Set(18...21)
        static let separator = Set(22...24)
        static let other = Set(25...29)
        /// The bits of classes 32 to 63: the code points that are white space.
        static let space = Set(rawValue: 0xFFFF_FFFF_0000_0000)

        func contains(class index: UInt8) -> Bool { rawValue >> UInt64(index) & 1 == 1 }
    }

    /// A code point's category, plus 32 where it is white space.
    static let classes: [UInt8] = {
        var classes: [UInt8] = []
        classes.reserveCapacity(0x11_0000)
        runs.withUTF8Buffer { text in
            var at = 0
            while at < text.count {
                let letter = text[at]
                let category = letter >= UInt8(ascii: "a") ? letter - UInt8(ascii: "a") + 26 : letter - UInt8(ascii: "A")
                at += 1
                var length = 0
                while at < text.count, text[at] <= UInt8(ascii: "9") {
                    length = length * 10 + Int(text[at] - UInt8(ascii: "0"))
                    at += 1
                }
                classes.append(contentsOf: repeatElement(category, count: max(length, 1)))
            }
        }
        let spaces: [ClosedRange<Int>] = [
            0x09...0x0D, 0x20...0x20, 0x85...0x85, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F,
            0x205F...0x205F, 0x3000...0x3000,
        ]
        for code in spaces.joined() { classes[code] |= 32 }
        return classes
    }()
}
