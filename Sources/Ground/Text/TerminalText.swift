extension String {
    /// The text as a terminal may show it: control characters and the marks that turn the direction of writing stand as what they are, so that
    /// a page, a record, a file's name or a server cannot move the cursor, rename the window or reverse what is read.
    ///
    /// Line feeds and tabs stay. Control characters become Unicode's pictures of them (`␛`), the others their numbers in angle brackets.
    public var safeForTerminal: String {
        guard unicodeScalars.contains(where: { $0.isUnsafeForTerminal }) else { return self }
        var output = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar.value {
            case _ where !scalar.isUnsafeForTerminal: output.append(scalar)
            case 0..<0x20: output.append(Unicode.Scalar(UInt16(0x2400 + scalar.value)) ?? "\u{FFFD}")
            case 0x7F: output.append("\u{2421}")
            default:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                let zeros = String(repeating: "0", count: max(0, 4 - digits.utf8.count))
                output.append(contentsOf: "<U+\(zeros)\(digits)>".unicodeScalars)
            }
        }
        return String(output)
    }
}

extension Unicode.Scalar {
    fileprivate var isUnsafeForTerminal: Bool {
        switch value {
        case 0x09, 0x0A: false
        case 0..<0x20, 0x7F..<0xA0: true
        // Marks, overrides and isolates of direction; line and paragraph separators; tags, which nobody sees.
        case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xE0000...0xE007F: true
        default: false
        }
    }
}
