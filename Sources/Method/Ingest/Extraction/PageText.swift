/// A page's main text and what is known about the page: what extraction hands to segmentation.
public struct PageText: Sendable {
    /// One block of the main text.
    public struct Block: Sendable, Equatable {
        public enum Kind: Sendable, Equatable {
            case paragraph
            /// 1 to 6.
            case heading(level: Int)
            /// Nested `level` deep from 1; a list without numbers has no ordinals.
            case item(level: Int, ordinal: Int?)
            /// Cells joined by ` | `, a bar within a cell escaped; the first row of a table begins it.
            case row(beginsTable: Bool)
            case code(language: String)
        }

        /// What a page's markup says of a block beyond its kind.
        public struct Marks: OptionSet, Sendable {
            public let rawValue: UInt8
            public init(rawValue: UInt8) { self.rawValue = rawValue }

            /// A link and hardly anything else.
            public static let link = Marks(rawValue: 1)
            /// A question whose answer comes next.
            public static let question = Marks(rawValue: 2)
            /// A heading that says who wrote what follows.
            public static let author = Marks(rawValue: 4)
            /// One of the readers' comments below the text.
            public static let comment = Marks(rawValue: 8)
        }

        public var kind: Kind
        /// Without marks of Markdown: those are added when the text is written.
        public var text: String
        public var isQuoted = false
        public var marks: Marks = []

        public init(_ kind: Kind, _ text: String, isQuoted: Bool = false, marks: Marks = []) {
            self.kind = kind
            self.text = text
            self.isQuoted = isQuoted
            self.marks = marks
        }
    }

    public var blocks: [Block] = []
    /// Questions and answers that stand in the page's structured data alone, each a heading and its text.
    public var structuredAnswers: [Block] = []
    public var metadata = PageMetadata()

    public init(blocks: [Block] = [], metadata: PageMetadata = PageMetadata()) {
        self.blocks = blocks
        self.metadata = metadata
    }
}

/// What a page says about itself.
public struct PageMetadata: Sendable, Equatable {
    public var url: String?
    public var title: String?
    public var language: String?
    public var date: String?
    public var author: String?
    public var siteName: String?
    /// The address of the licence that the page names.
    public var licence: String?
    /// Why the page may not be used for training, where it says so.
    public var optOut: String?

    public init() {}
}

/// Writes blocks as Markdown-like text: a blank line between blocks, items and rows on lines of their own, code between fences.
public struct MarkdownWriter {
    private var text = ""
    private var last: PageText.Block?

    public init() {}

    public static func text(of blocks: some Sequence<PageText.Block>) -> String {
        var writer = MarkdownWriter()
        for block in blocks { writer.append(block) }
        return writer.text
    }

    public mutating func append(_ block: PageText.Block) {
        if let last { text += MarkdownWriter.separator(last, block) }
        text += MarkdownWriter.line(block)
        if MarkdownWriter.begins(block, behind: last) { text += "\n" + MarkdownWriter.rule(under: block.text) }
        last = block
    }

    /// The code points that a block adds behind another.
    static func length(_ block: PageText.Block, behind last: PageText.Block?) -> Int {
        // Paragraphs, most of all text, stand as they are.
        let isPlain = block.kind == .paragraph && !block.isQuoted
        var length = (isPlain ? block.text : line(block)).codePoints
        if let last { length += separator(last, block).utf8.count }
        if begins(block, behind: last) { length += 1 + rule(under: block.text).utf8.count }
        return length
    }

    /// Whether a table begins.
    private static func begins(_ block: PageText.Block, behind last: PageText.Block?) -> Bool {
        guard case .row(let beginsTable) = block.kind else { return false }
        return if case .row = last?.kind { beginsTable } else { true }
    }

    static func separator(_ one: PageText.Block, _ next: PageText.Block) -> String {
        switch (one.kind, next.kind) {
        case (.item, .item), (.row, .row(beginsTable: false)): one.isQuoted == next.isQuoted ? "\n" : "\n\n"
        default: one.isQuoted && next.isQuoted ? "\n>\n" : "\n\n"
        }
    }

    private static func line(_ block: PageText.Block) -> String {
        let plain =
            switch block.kind {
            case .paragraph: block.text
            case .heading(let level): String(repeating: "#", count: level) + " " + block.text
            case .item(let level, let ordinal):
                String(repeating: "  ", count: max(0, level - 1)) + (ordinal.map { "\($0). " } ?? "- ") + block.text
            case .row: "| " + block.text + " |"
            case .code(let language): fenced(block.text, language)
            }
        guard block.isQuoted else { return plain }
        return plain.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? ">" : "> " + $0 }.joined(separator: "\n")
    }

    /// Code between fences longer than any within it (CommonMark 4.5).
    private static func fenced(_ code: String, _ language: String) -> String {
        var (longest, run) = (0, 0)
        for byte in code.utf8 {
            run = byte == UInt8(ascii: "`") ? run + 1 : 0
            longest = max(longest, run)
        }
        let fence = String(repeating: "`", count: max(3, longest + 1))
        return "\(fence)\(language)\n\(code)\n\(fence)"
    }

    private static func rule(under row: String) -> String {
        let cells = row.pieces(separatedBy: " | ")
        return "|" + String(repeating: " --- |", count: cells)
    }
}

extension String {
    /// Unicode scalars, counted by their first bytes.
    var codePoints: Int {
        let bytes = utf8Span.span
        var count = 0
        for index in bytes.indices where bytes[index] & 0xC0 != 0x80 { count += 1 }
        return count
    }

    fileprivate func pieces(separatedBy separator: String) -> Int {
        var count = 1
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
