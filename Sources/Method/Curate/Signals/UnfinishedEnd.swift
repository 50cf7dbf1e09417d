/// Whether a text stops in the middle of a sentence.
enum UnfinishedEnd {
    /// 1 or 0.
    static func value(_ output: String) -> Double {
        guard let last = output.split(whereSeparator: \.isNewline).last(where: { !$0.allSatisfy(\.isWhitespace) }) else { return 0 }
        return endsSentence(last) ? 0 : 1
    }

    /// Whether a line ends a sentence, quotation marks and brackets behind it included; so do a colon and the fence of a piece of code.
    static func endsSentence(_ line: Substring) -> Bool {
        let line = line.trimmingSuffix(while: { $0.isWhitespace || "\"'”’»)]*_".contains($0) })
        return line.last.map { ".!?…:;}`。！？".contains($0) } ?? true
    }
}

extension Substring {
    fileprivate func trimmingSuffix(while holds: (Character) -> Bool) -> Substring {
        var text = self
        while let last = text.last, holds(last) { text.removeLast() }
        return text
    }
}
