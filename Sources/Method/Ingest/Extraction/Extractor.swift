/// Turns the bytes of an HTML page, already UTF-8, into its main text.
struct Extractor {
    /// Everything that was decided on the way, for `explain`.
    struct Trace {
        var blocks: PageBlocks
        var content: MainContent
    }

    /// With `isAllContent`, a body without anything around it, no block is left out.
    static func extract(_ bytes: [UInt8], isAllContent: Bool = false, limits: HTMLParser.Limits = HTMLParser.Limits()) -> (
        page: PageText, trace: Trace, isTruncated: Bool
    ) {
        let tree = HTMLParser.parse(bytes, limits: limits)
        let blocks = BlockCollector.blocks(of: tree)
        let content = isAllContent ? MainContent(keepingAllOf: blocks) : MainContent(blocks, in: tree)
        // An answer's own markup is not asked for questions again.
        let questions = isAllContent ? FrequentQuestions() : FrequentQuestions(tree)
        var marks = BlockMarks(tree, questions, isAllContent: isAllContent, isDiscussion: content.isDiscussion)
        var page = PageText(blocks: textBlocks(blocks, content.decisions, &marks, tree), metadata: PageMetadata(reading: tree))
        page.structuredAnswers = questions.answers(missingIn: page.blocks)
        return (page, Trace(blocks: blocks, content: content), tree.isTruncated)
    }

    private static func textBlocks(
        _ page: PageBlocks, _ decisions: [MainContent.Decision], _ marks: inout BlockMarks, _ tree: HTMLTree
    ) -> [PageText.Block] {
        var output: [PageText.Block] = []
        let tables = TableText(page, decisions)
        var lastRow: Int32 = -1
        var lastItem: Int32 = -1
        var table: Int32 = -1
        for (block, decision) in zip(page.blocks, decisions) {
            guard decision.isKept else {
                marks.pass(over: block, in: page)
                continue
            }
            let text = page.string(of: block)
            let own = marks.marks(of: block, in: page)
            let isQuoted = block.place.contains(.quote)
            // The first block of an item that is kept carries its mark. Nodes of items that begin later are greater.
            let beginsItem = block.kind == .paragraph && block.item > lastItem
            lastItem = max(lastItem, block.item)
            switch beginsItem ? .item : block.kind {
            // The title of another page, in a box beside the text, does not head the text behind the box.
            case .heading where own.contains(.link) && block.place.contains(.aside):
                output.append(.init(.paragraph, text.oneLine, isQuoted: isQuoted, marks: own))
            case .heading: output.append(.init(.heading(level: Int(block.level)), text.oneLine, marks: own))
            case .item:
                output.append(
                    .init(
                        .item(level: Int(block.level), ordinal: block.isNumbered ? Int(block.ordinal) : nil), text, isQuoted: isQuoted,
                        marks: own))
            case .code: output.append(.init(.code(language: language(of: block, in: tree)), text, isQuoted: isQuoted, marks: own))
            case .row:
                // The first block of a row stands for all of it.
                if block.row != lastRow {
                    output += tables.blocks(ofRow: block, isQuoted: isQuoted, behind: &table).map {
                        var row = $0
                        row.marks = own.intersection(.comment)
                        return row
                    }
                }
                lastRow = block.row
                continue
            case .paragraph, .term, .definition, .caption: output.append(.init(.paragraph, text, isQuoted: isQuoted, marks: own))
            }
            (lastRow, table) = (-1, -1)
        }
        return output
    }

    /// The programming language that the class of the code, or of an element around it, names.
    private static func language(of block: PageBlock, in tree: HTMLTree) -> String {
        var index = Int(tree.nodes[Int(block.firstNode)].parent)
        for _ in 0..<4 where index > 0 {
            if let name = tree.string(.dataLang, of: index) ?? tree.string(.dataLanguage, of: index), isName(name) {
                return name.lowercased()
            }
            for word in (tree.string(.class, of: index) ?? "").split(separator: " ") {
                for prefix in ["language-", "lang-", "brush:", "highlight-source-"] where word.hasPrefix(prefix) {
                    let name = String(word.dropFirst(prefix.count))
                    if isName(name) { return name.lowercased() }
                }
            }
            index = Int(tree.nodes[index].parent)
        }
        return ""
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 20
            && name.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == 43 || $0 == 35 || $0 == 45 }
    }
}

extension String {
    /// Line ends as spaces.
    var oneLine: String { utf8.contains(10) ? String(decoding: utf8.map { $0 == 10 ? 32 : $0 }, as: UTF8.self) : self }
}
