/// Reads Markdown or plain text into blocks: headings by `#` or underlines, items, fenced and indented code, quotes, tables, paragraphs.
enum MarkdownReader {
    static func blocks(of text: String, isPlain: Bool = false) -> [PageText.Block] {
        var reader = Reader(isPlain: isPlain)
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) { reader.read(line) }
        reader.finish()
        return reader.blocks
    }

    private struct Reader {
        let isPlain: Bool
        var blocks: [PageText.Block] = []
        var paragraph: [Substring] = []
        var paragraphIsQuoted = false
        var fence: (mark: Character, language: String, lines: [Substring])?

        mutating func read(_ whole: Substring) {
            var line = whole
            if fence != nil { return readFenced(line) }
            var isQuoted = false
            if !isPlain, line.first == ">" {
                isQuoted = true
                line.removeFirst()
                if line.first == " " { line.removeFirst() }
            }
            let body = line.drop { $0 == " " || $0 == "\t" }
            let indent = line.count - body.count
            if body.isEmpty { return close() }
            if isQuoted != paragraphIsQuoted { close() }
            paragraphIsQuoted = isQuoted
            if isPlain { return paragraph.append(trimmedEnd(body)) }
            if body.hasPrefix("```") || body.hasPrefix("~~~") {
                close()
                let mark = body.first ?? "`"
                fence = (mark, String(body.drop { $0 == mark }).filter { !$0.isWhitespace }, [])
            } else if let heading = heading(body) {
                close()
                blocks.append(heading)
            } else if let level = underline(body), let text = takeLastLine() {
                close()
                blocks.append(.init(.heading(level: level), text))
            } else if let item = item(body, indent) {
                close()
                blocks.append(.init(item.kind, item.text, isQuoted: isQuoted))
            } else if body.first == "|" {
                close()
                if let row = row(body) { blocks.append(.init(.row, row, isQuoted: isQuoted)) }
            } else if indent >= 2, paragraph.isEmpty, let last = blocks.indices.last, case .item = blocks[last].kind, lastWasItem {
                blocks[last].text += "\n" + trimmedEnd(body)
                return
            } else {
                paragraph.append(trimmedEnd(body))
                lastWasItem = false
                return
            }
            lastWasItem = if case .item = blocks.last?.kind { true } else { false }
        }

        var lastWasItem = false

        mutating func readFenced(_ line: Substring) {
            guard let open = fence else { return }
            let body = line.drop { $0 == " " }
            if body.prefix(3).allSatisfy({ $0 == open.mark }), body.count >= 3, body.allSatisfy({ $0 == open.mark || $0 == " " }) {
                blocks.append(.init(.code(language: open.language), open.lines.joined(separator: "\n")))
                fence = nil
            } else {
                fence?.lines.append(line)
            }
        }

        mutating func finish() {
            if let open = fence { blocks.append(.init(.code(language: open.language), open.lines.joined(separator: "\n"))) }
            fence = nil
            close()
        }

        mutating func close() {
            lastWasItem = false
            guard !paragraph.isEmpty else { return }
            blocks.append(.init(.paragraph, paragraph.joined(separator: "\n"), isQuoted: paragraphIsQuoted))
            paragraph = []
        }

        mutating func takeLastLine() -> String? {
            guard let line = paragraph.popLast() else { return nil }
            return String(line)
        }

        func heading(_ line: Substring) -> PageText.Block? {
            let level = line.prefix { $0 == "#" }.count
            guard (1...6).contains(level), line.dropFirst(level).first == " " else { return nil }
            var text = line.dropFirst(level + 1)
            while let last = text.last, last == "#" || last == " " { text.removeLast() }
            return .init(.heading(level: level), String(text.drop { $0 == " " }))
        }

        func underline(_ line: Substring) -> Int? {
            guard line.count >= 3, let mark = line.first, mark == "=" || mark == "-" else { return nil }
            return line.allSatisfy { $0 == mark } ? (mark == "=" ? 1 : 2) : nil
        }

        func item(_ line: Substring, _ indent: Int) -> (kind: PageText.Block.Kind, text: String)? {
            let level = indent / 2 + 1
            if let mark = line.first, mark == "-" || mark == "*" || mark == "+", line.dropFirst().first == " " {
                return (.item(level: level, ordinal: 0), trimmedEnd(line.dropFirst(2).drop { $0 == " " }).description)
            }
            let digits = line.prefix { $0.isASCII && $0.isNumber }
            guard !digits.isEmpty, digits.count <= 6, let number = Int(digits) else { return nil }
            let rest = line.dropFirst(digits.count)
            guard rest.first == "." || rest.first == ")", rest.dropFirst().first == " " else { return nil }
            return (.item(level: level, ordinal: max(1, number)), trimmedEnd(rest.dropFirst(2).drop { $0 == " " }).description)
        }

        func row(_ line: Substring) -> String? {
            var cells = line.split(separator: "|", omittingEmptySubsequences: false).map { PageMetadata.trimmed(String($0)) }
            if cells.first == "" { cells.removeFirst() }
            if cells.last == "" { cells.removeLast() }
            if cells.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0 == "-" || $0 == ":" } }) { return nil }
            return cells.joined(separator: " | ")
        }

        func trimmedEnd(_ line: Substring) -> Substring {
            var line = line
            while let last = line.last, last.isWhitespace { line.removeLast() }
            return line
        }
    }
}
