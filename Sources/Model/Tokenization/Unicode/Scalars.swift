/// Reading the characters of valid UTF-8 with their classes.
enum Scalars {
    /// The code point at `at` and its length in bytes.
    @inline(__always)
    static func decode(_ bytes: Span<UInt8>, _ at: Int) -> (code: Int, length: Int) {
        let first = Int(bytes[at])
        if first < 0x80 { return (first, 1) }
        if first < 0xE0 { return ((first & 0x1F) << 6 | Int(bytes[at + 1] & 0x3F), 2) }
        let middle = Int(bytes[at + 1] & 0x3F) << 6 | Int(bytes[at + 2] & 0x3F)
        if first < 0xF0 { return ((first & 0x0F) << 12 | middle, 3) }
        return ((first & 0x07) << 18 | middle << 6 | Int(bytes[at + 3] & 0x3F), 4)
    }

    /// The class of the character at `at` and its length in bytes.
    @inline(__always)
    static func classify(_ bytes: Span<UInt8>, _ classes: Span<UInt8>, _ at: Int) -> (class: UInt8, length: Int) {
        let first = bytes[at]
        if first < 0x80 { return (classes[Int(first)], 1) }
        let (code, length) = decode(bytes, at)
        return (classes[code], length)
    }

    /// The start of the character that ends at `end`.
    @inline(__always)
    static func before(_ bytes: Span<UInt8>, _ end: Int) -> Int {
        var at = end - 1
        while bytes[at] & 0xC0 == 0x80 { at -= 1 }
        return at
    }
}

/// The four kinds of characters that the well-known split patterns tell apart, from a class.
enum CharacterKind {
    @inline(__always) static func isLetter(_ index: UInt8) -> Bool { index < 5 }
    @inline(__always) static func isNumber(_ index: UInt8) -> Bool { index >= 8 && index <= 10 }
    @inline(__always) static func isSpace(_ index: UInt8) -> Bool { index >= 32 }
    /// Neither a letter, a number nor white space.
    @inline(__always) static func isOther(_ index: UInt8) -> Bool { index > 10 && index < 32 || index > 4 && index < 8 }
}
