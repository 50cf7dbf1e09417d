/// What shares of a text's lines are list items, links, or scraps such as a menu's.
enum LineShares {
    /// Lines that open with a list mark.
    static func lists(_ output: String) -> Double { share(of: output, isListItem) }

    /// Lines with an address, or cut up by the bars and arrows of a navigation.
    static func links(_ output: String) -> Double {
        share(of: output) { line in
            ["http://", "https://", "www.", "](", " | ", " » ", " › ", " > "].contains { line.contains($0) }
        }
    }

    /// Lines of five words at most that are no list item and end no sentence: entries of a menu, labels, names, prices. A text of one line
    /// has none, since it is the text.
    static func short(_ output: String) -> Double {
        guard lines(output).count > 1 else { return 0 }
        return share(of: output) { line in
            !isListItem(line) && line.split(whereSeparator: \.isWhitespace).count <= 5 && !UnfinishedEnd.endsSentence(line)
        }
    }

    private static func share(of output: String, _ holds: (Substring) -> Bool) -> Double {
        let lines = lines(output)
        return lines.isEmpty ? 0 : Double(lines.count(where: holds)) / Double(lines.count)
    }

    private static func lines(_ output: String) -> [Substring] {
        output.split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }.filter { !$0.isEmpty }
    }

    private static func isListItem(_ line: Substring) -> Bool {
        guard let first = line.first else { return false }
        if "-*•–".contains(first) { return line.dropFirst().first?.isWhitespace == true }
        let digits = line.prefix { $0.isASCII && $0.isNumber }
        guard (1...3).contains(digits.count) else { return false }
        let rest = line.dropFirst(digits.count)
        return rest.first.map { ".)".contains($0) } == true && rest.dropFirst().first?.isWhitespace == true
    }
}
