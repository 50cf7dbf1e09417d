/// What of an answer can be seen without reading it.
public struct AnswerStyle: Sendable, Equatable {
    /// In characters.
    public let length: Int
    /// Lines that Markdown makes headings.
    public let headings: Int
    /// Lines that begin with a bullet or a number.
    public let listItems: Int
    /// Words or phrases between two asterisks or underscores.
    public let bold: Int

    init(length: Int, headings: Int = 0, listItems: Int = 0, bold: Int = 0) {
        (self.length, self.headings, self.listItems, self.bold) = (length, headings, listItems, bold)
    }

    public init(_ text: String) {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }
        length = text.count
        headings = lines.count { Self.isHeading($0) }
        listItems = lines.count { Self.isListItem($0) }
        bold = Self.spans(in: text, between: "**") + Self.spans(in: text, between: "__")
    }

    private static func isHeading(_ line: Substring) -> Bool {
        let marks = line.prefix { $0 == "#" }.count
        return (1...6).contains(marks) && line.dropFirst(marks).first == " "
    }

    static func isListItem(_ line: Substring) -> Bool {
        if let first = line.first, "-*•+".contains(first) { return line.dropFirst().first == " " }
        let digits = line.prefix { $0.isASCII && $0.isNumber }
        guard (1...2).contains(digits.count) else { return false }
        let rest = line.dropFirst(digits.count)
        return (rest.first == "." || rest.first == ")") && rest.dropFirst().first?.isWhitespace == true
    }

    /// Pairs of a mark with a text of one line between that begins and ends in no space.
    private static func spans(in text: String, between mark: String) -> Int {
        var (count, rest) = (0, text[...])
        while let open = rest.firstRange(of: mark) {
            rest = rest[open.upperBound...]
            guard let close = rest.firstRange(of: mark) else { return count }
            let inner = rest[..<close.lowerBound]
            let isOneLine = !inner.contains(where: \.isNewline)
            guard isOneLine, let first = inner.first, let last = inner.last, !first.isWhitespace, !last.isWhitespace else { continue }
            count += 1
            rest = rest[close.upperBound...]
        }
        return count
    }
}
