extension String {
    /// Whether nothing but white space stands in the text.
    public var isBlank: Bool { unicodeScalars.allSatisfy(\.properties.isWhitespace) }

    /// The text without the empty lines before it and the white space behind it.
    ///
    /// What indents its first line, a tab or several spaces, stays: a piece of code means something else without it. A single space is
    /// none, since many files put one between a prompt and its completion.
    public var withoutPadding: String {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        var start = first
        while start > scalars.startIndex, " \t".unicodeScalars.contains(scalars[scalars.index(before: start)]) {
            start = scalars.index(before: start)
        }
        let isIndented = scalars[start..<first].count > 1 || scalars[start] == "\t"
        return String(scalars[(isIndented ? start : first)...last])
    }

    /// The text without the white space around it.
    public var trimmed: String {
        let scalars = unicodeScalars
        guard let start = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[start...last])
    }

    /// The words as white space parts them, with one space between.
    public var singleSpaced: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
