/// Reads Markdown or plain text into blocks: headings by `#` or underlines, items, fenced and indented code, quotes, tables, paragraphs.
enum MarkdownReader {
    /// What the text is known to be.
    enum Form {
        case markdown
        /// Nothing has marks.
        case plain
        /// Perhaps Markdown, as the texts of records are: an indented paragraph of prose is no code.
        case unknown
    }

    static func blocks(of text: String, form: Form = .markdown) -> [PageText.Block] { blocks(of: Array(text.utf8), form: form) }

    /// The blocks of text in UTF-8 from index `first` on; a byte-order mark is passed over.
    static func blocks(of bytes: [UInt8], form: Form = .markdown, from first: Int = 0) -> [PageText.Block] {
        var reader = MarkdownLines(bytes: bytes, form: form)
        var start = first == 0 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : first
        var index = start
        let span = bytes.span
        while index < span.count {
            let byte = span[index]
            guard byte < 14 || byte == 0xC2 || byte == 0xE2, case let length = lineEnd(span, index), length > 0 else {
                index += 1
                continue
            }
            reader.read(start..<index)
            index += length
            start = index
        }
        reader.read(start..<span.count)
        reader.finish()
        return reader.blocks
    }

    /// The length of a line's end here, 0 where none is: Unicode's mandatory breaks.
    private static func lineEnd(_ bytes: Span<UInt8>, _ index: Int) -> Int {
        switch bytes[index] {
        case 13: index + 1 < bytes.count && bytes[index + 1] == 10 ? 2 : 1
        case 10, 11, 12: 1
        case 0xC2: index + 1 < bytes.count && bytes[index + 1] == 0x85 ? 2 : 0
        case 0xE2: index + 2 < bytes.count && bytes[index + 1] == 0x80 && (bytes[index + 2] & 0xFE) == 0xA8 ? 3 : 0
        default: 0
        }
    }
}

private struct MarkdownLines {
    let bytes: [UInt8]
    let form: MarkdownReader.Form
    var blocks: [PageText.Block] = []
    private var paragraph: [Range<Int>] = []
    private var paragraphIsQuoted = false
    private var lastWasItem = false
    private var lastWasRow = false
    /// Whether an indented line belongs to an item before it, blank lines between or not.
    private var isInList = false
    /// The lines of indented code, without their indentation; blank lines among them.
    private var indented: [Range<Int>] = []
    /// The lines of a comment that has not ended yet; nil outside of one.
    private var comment: [Range<Int>]?
    private var readsComments = true
    private var fence: (mark: UInt8, length: Int, language: String, lines: [Range<Int>])?

    init(bytes: [UInt8], form: MarkdownReader.Form) {
        self.bytes = bytes
        self.form = form
    }

    private var isPlain: Bool { form == .plain }

    mutating func read(_ whole: Range<Int>) {
        var line = whole
        if fence != nil { return readFenced(line) }
        if comment != nil { return readComment(line) }
        var isQuoted = false
        if !isPlain, first(line) == UInt8(ascii: ">") {
            isQuoted = true
            line = line.dropFirst()
            if first(line) == 32 { line = line.dropFirst() }
        }
        let body = drop(line) { $0 == 32 || $0 == 9 }
        let indent = line.count - body.count
        guard let mark = first(body) else {
            lastWasRow = false
            if !indented.isEmpty { return indented.append(line.upperBound..<line.upperBound) }
            return close()
        }
        if isQuoted != paragraphIsQuoted { close() }
        paragraphIsQuoted = isQuoted
        if isPlain { return paragraph.append(trimmedEnd(body)) }
        let wasRow = lastWasRow
        lastWasRow = false
        if indent == 0 { isInList = false }
        if let code = unindented(line), paragraph.isEmpty, !isInList {
            // The first line of a paragraph may be indented: the next one tells.
            indented.append(code)
            return
        }
        closeIndented(isFollowed: true)
        if mark == UInt8(ascii: "<"), readsComments, starts(body, with: "<!--") {
            close()
            comment = []
            return readComment(whole)
        }
        if isFence(body) {
            close()
            let language = drop(body) { $0 == mark }
            fence = (mark, body.count - language.count, text(language).filter { !$0.isWhitespace }, [])
        } else if mark == UInt8(ascii: "#"), let heading = heading(body) {
            close()
            blocks.append(heading)
        } else if let level = underline(body), let last = paragraph.popLast() {
            close()
            blocks.append(.init(.heading(level: level), text(last)))
        } else if let item = item(body, mark, indent) {
            close()
            blocks.append(.init(item.kind, text(item.text), isQuoted: isQuoted))
        } else if mark == UInt8(ascii: "|") {
            close()
            if let row = row(body) { blocks.append(.init(.row(beginsTable: !wasRow), row, isQuoted: isQuoted)) }
            lastWasRow = true
        } else if indent >= 2, paragraph.isEmpty, let last = blocks.indices.last, case .item = blocks[last].kind, lastWasItem {
            blocks[last].text += "\n" + text(trimmedEnd(body))
            return
        } else {
            paragraph.append(trimmedEnd(body))
            lastWasItem = false
            return
        }
        lastWasItem = if case .item = blocks.last?.kind { true } else { false }
        if lastWasItem { isInList = true }
    }

    /// A line without the four columns that make it code, nil for one that has fewer.
    private func unindented(_ line: Range<Int>) -> Range<Int>? {
        var (index, column) = (line.lowerBound, 0)
        while index < line.upperBound, column < 4 {
            guard bytes[index] == 32 || bytes[index] == 9 else { return nil }
            column = bytes[index] == 9 ? column / 4 * 4 + 4 : column + 1
            index += 1
        }
        return column >= 4 && index < line.upperBound ? index..<line.upperBound : nil
    }

    /// Ends indented code. A single line right before text that is not indented is the beginning of a paragraph; in text that may be no
    /// Markdown so are lines of prose.
    private mutating func closeIndented(isFollowed: Bool) {
        guard !indented.isEmpty else { return }
        var lines = indented
        indented = []
        let endsBlank = lines.last?.isEmpty ?? false
        while lines.last?.isEmpty == true { lines.removeLast() }
        let isBeginning = lines.count == 1 && isFollowed && !endsBlank
        guard isBeginning || (form == .unknown && isProse(lines)) else {
            return blocks.append(.init(.code(language: ""), joined(lines), isQuoted: paragraphIsQuoted))
        }
        for part in lines.split(whereSeparator: \.isEmpty) {
            let trimmed = part.map { line in trimmedEnd(drop(line) { $0 == 32 || $0 == 9 }) }
            if isBeginning { paragraph += trimmed } else { blocks.append(.init(.paragraph, joined(trimmed), isQuoted: paragraphIsQuoted)) }
        }
    }

    /// Whether lines read like sentences: words, and few of the marks that code has.
    private func isProse(_ lines: [Range<Int>]) -> Bool {
        var (letters, marks, words) = (0, 0, 0)
        for line in lines {
            words += bytes[line].split(separator: 32).count
            for byte in bytes[line] {
                if byte.isASCIILetter || byte >= 0x80 { letters += 1 }
                if "{}[]<>=;_\\/$#|&*+`".utf8.contains(byte) { marks += 1 }
            }
        }
        return words >= 3 && letters >= 20 * marks && letters > 10
    }

    private mutating func readFenced(_ line: Range<Int>) {
        guard let open = fence else { return }
        let body = drop(line) { $0 == 32 }
        let isEnd = body.count >= open.length && bytes[body.prefix(open.length)].allSatisfy { $0 == open.mark }
        if isEnd, bytes[body].allSatisfy({ $0 == open.mark || $0 == 32 }) { closeFence() } else { fence?.lines.append(line) }
    }

    /// A comment ends with the line that its end stands in.
    private mutating func readComment(_ line: Range<Int>) {
        comment?.append(line)
        let end = Array("-->".utf8)
        let isEnd = line.count >= 3 && (line.lowerBound...line.upperBound - 3).contains { bytes[$0..<$0 + 3].elementsEqual(end) }
        if isEnd { comment = nil }
    }

    mutating func finish() {
        closeFence()
        if let open = comment {
            // A comment without an end is none.
            (comment, readsComments) = (nil, false)
            for line in open { read(line) }
            closeFence()
        }
        close()
    }

    private mutating func closeFence() {
        if let open = fence { blocks.append(.init(.code(language: open.language), joined(open.lines))) }
        fence = nil
    }

    private mutating func close() {
        closeIndented(isFollowed: false)
        lastWasItem = false
        guard !paragraph.isEmpty else { return }
        blocks.append(.init(.paragraph, joined(paragraph), isQuoted: paragraphIsQuoted))
        paragraph.removeAll(keepingCapacity: true)
    }

    private func starts(_ line: Range<Int>, with prefix: StaticString) -> Bool {
        prefix.withUTF8Buffer { line.count >= $0.count && bytes[line.prefix($0.count)].elementsEqual($0) }
    }

    private func isFence(_ line: Range<Int>) -> Bool {
        guard let mark = first(line), mark == UInt8(ascii: "`") || mark == UInt8(ascii: "~"), line.count >= 3 else { return false }
        return bytes[line.lowerBound + 1] == mark && bytes[line.lowerBound + 2] == mark
    }

    private func heading(_ line: Range<Int>) -> PageText.Block? {
        let rest = drop(line) { $0 == UInt8(ascii: "#") }
        let level = line.count - rest.count
        guard (1...6).contains(level), first(rest) == 32 else { return nil }
        var (start, end) = (rest.lowerBound, rest.upperBound)
        while end > start, bytes[end - 1] == UInt8(ascii: "#") || bytes[end - 1] == 32 { end -= 1 }
        while start < end, bytes[start] == 32 { start += 1 }
        return .init(.heading(level: level), text(start..<end))
    }

    private func underline(_ line: Range<Int>) -> Int? {
        guard let mark = first(line), mark == UInt8(ascii: "=") || mark == UInt8(ascii: "-"), line.count >= 3 else { return nil }
        return bytes[line].allSatisfy { $0 == mark } ? (mark == UInt8(ascii: "=") ? 1 : 2) : nil
    }

    private func item(_ line: Range<Int>, _ mark: UInt8, _ indent: Int) -> (kind: PageText.Block.Kind, text: Range<Int>)? {
        let level = indent / 2 + 1
        if mark == UInt8(ascii: "-") || mark == UInt8(ascii: "*") || mark == UInt8(ascii: "+") {
            let rest = line.dropFirst()
            return first(rest) == 32 ? (.item(level: level, ordinal: nil), trimmedEnd(drop(rest) { $0 == 32 })) : nil
        }
        guard mark.isASCIIDigit else { return nil }
        let rest = drop(line) { $0.isASCIIDigit }
        let digits = line.count - rest.count
        guard digits <= 6, let stop = first(rest), stop == UInt8(ascii: ".") || stop == UInt8(ascii: ")") else { return nil }
        let behind = rest.dropFirst()
        guard first(behind) == 32 else { return nil }
        let number = bytes[line.prefix(digits)].reduce(0) { 10 * $0 + Int($1 - 48) }
        return (.item(level: level, ordinal: number), trimmedEnd(drop(behind) { $0 == 32 }))
    }

    /// The cells of a row; an escaped bar belongs to its cell. Nil for the line of dashes under the headings.
    private func row(_ line: Range<Int>) -> String? {
        let line = trimmedEnd(line)
        var cells: [String] = []
        var start = line.lowerBound
        for index in line where bytes[index] == UInt8(ascii: "|") {
            if index > line.lowerBound, bytes[index - 1] == UInt8(ascii: "\\") { continue }
            cells.append(PageMetadata.trimmed(text(start..<index)))
            start = index + 1
        }
        cells.append(PageMetadata.trimmed(text(start..<line.upperBound)))
        if cells.first == "" { cells.removeFirst() }
        if cells.last == "" { cells.removeLast() }
        if cells.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0 == "-" || $0 == ":" } }) { return nil }
        return cells.joined(separator: " | ")
    }

    private func first(_ line: Range<Int>) -> UInt8? { line.isEmpty ? nil : bytes[line.lowerBound] }

    private func drop(_ line: Range<Int>, _ isMeant: (UInt8) -> Bool) -> Range<Int> {
        var start = line.lowerBound
        while start < line.upperBound, isMeant(bytes[start]) { start += 1 }
        return start..<line.upperBound
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private func joined(_ lines: [Range<Int>]) -> String {
        if lines.count == 1 { return text(lines[0]) }
        var joined: [UInt8] = []
        joined.reserveCapacity(lines.reduce(0) { $0 + $1.count + 1 })
        for (number, line) in lines.enumerated() {
            if number > 0 { joined.append(10) }
            joined += bytes[line]
        }
        return String(decoding: joined, as: UTF8.self)
    }

    /// Without Unicode's white space at the end.
    private func trimmedEnd(_ line: Range<Int>) -> Range<Int> {
        var end = line.upperBound
        while end > line.lowerBound {
            let last = bytes[end - 1]
            if last == 32 || (9...13).contains(last) {
                end -= 1
                continue
            }
            // The last character may be a space with a joiner behind it.
            guard last >= 0x80, let character = text(max(line.lowerBound, end - 32)..<end).last, character.isWhitespace else { break }
            end = max(line.lowerBound, end - character.utf8.count)
        }
        return line.lowerBound..<end
    }
}
