import Ground

/// A passage's lines as its filters count them: what kind each is, how long, and whether it ends as a sentence does.
struct PassageLines {
    struct Line {
        enum Kind { case text, item, heading, row, code }

        var kind: Kind
        /// The level of a heading.
        var level = 0
        /// Code points.
        var characters: Int
        /// Words with a letter; in scripts without spaces two characters count as one.
        var words: Int
        var endsSentence: Bool
        var endsQuestion: Bool
        /// Whether it is a link and hardly anything else.
        var isLink: Bool
        /// Short pieces between bars or dots, as specifications and trails of links have them.
        var isPieces: Bool
        /// Whether an earlier line says the same.
        var isRepeated: Bool
        /// The text, empty for code.
        var bytes: [UInt8]
    }

    let lines: [Line]
    /// Code points of all lines.
    let characters: Int

    init(_ blocks: some Sequence<PageText.Block>) {
        var lines: [Line] = []
        var seen: Set<UInt64> = []
        for block in blocks {
            let (kind, level) = PassageLines.kind(of: block)
            if kind == .code {
                lines.append(
                    Line(
                        kind: kind, characters: block.text.codePoints, words: 0, endsSentence: false, endsQuestion: false, isLink: false,
                        isPieces: false, isRepeated: false, bytes: []))
                continue
            }
            for text in block.text.split(separator: "\n") {
                guard !text.utf8.allSatisfy(\.isHTMLSpace) else { continue }
                let count = LineWords(text)
                let bytes = Array(text.utf8)
                lines.append(
                    Line(
                        kind: kind, level: level, characters: FilterText.length(bytes, 0..<bytes.count), words: count.words,
                        endsSentence: count.endsSentence,
                        endsQuestion: QuestionHeadings.endsAsQuestion(bytes[...]), isLink: block.marks.contains(.link),
                        isPieces: count.separators >= 2 && count.words < 30, isRepeated: !seen.insert(FNV1a.hash64(bytes[...])).inserted,
                        bytes: bytes))
            }
        }
        self.lines = lines
        characters = lines.reduce(0) { $0 + $1.characters }
    }

    private static func kind(of block: PageText.Block) -> (Line.Kind, level: Int) {
        switch block.kind {
        case .paragraph: (.text, 0)
        case .heading(let level): (.heading, level)
        case .item: (.item, 0)
        case .row: (.row, 0)
        case .code: (.code, 0)
        }
    }

    /// The share of the characters that a weight of each line, 0 to 1, gives; 1 for no line.
    func share(of weight: (Line) -> Double) -> Double {
        characters == 0 ? 1 : lines.reduce(0) { $0 + weight($1) * Double($1.characters) } / Double(characters)
    }
}

/// Words and marks of one line.
private struct LineWords {
    var words = 0
    var endsSentence = false
    /// Bars, dots and arrows between spaces.
    var separators = 0

    init(_ text: Substring) {
        var (isInWord, unspaced) = (false, 0)
        var (last, beforeLast): (Unicode.Scalar, Unicode.Scalar) = (" ", " ")
        // The last mark that is no closing quote, bracket or note.
        var (end, depth): (Unicode.Scalar, Int) = (" ", 0)
        for scalar in text.unicodeScalars {
            if scalar == " ", beforeLast == " ", LineWords.isSeparator(last) { separators += 1 }
            if LineWords.isUnspaced(scalar) {
                unspaced += 1
                isInWord = false
            } else if scalar.value < 0x80 ? UInt8(scalar.value).isASCIILetter : scalar.properties.isAlphabetic {
                if !isInWord { words += 1 }
                isInWord = true
            } else if scalar != "'", scalar != "’", scalar != "-" {
                isInWord = false
            }
            // What stands in square brackets at the end is a note.
            if scalar == "[" { depth += 1 }
            if depth == 0, !LineWords.isCloser(scalar) { end = scalar }
            if scalar == "]", depth > 0 { depth -= 1 }
            (beforeLast, last) = (last, scalar)
        }
        words += (unspaced + 1) / 2
        switch end {
        case ".", "!", "?", "…", ":", "。", "！", "？", "：", "।", "۔", "؟", "።", "։": endsSentence = true
        default: break
        }
    }

    private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "|", "·", "•", "»", ">", "/", "→", "›": true
        default: false
        }
    }

    private static func isCloser(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case " ", "\"", "'", "’", "”", "“", "»", "«", ")", "*", "_", "」", "』", "）": true
        default: false
        }
    }

    /// Kana, Chinese characters, Thai, Lao, Khmer and Burmese.
    private static func isUnspaced(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x3040...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0x20000...0x2FFFF: true
        default: false
        }
    }
}
