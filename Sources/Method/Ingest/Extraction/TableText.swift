/// The kept rows of a page's tables as lines whose cells stand under their own headings.
///
/// A cell that reaches over several rows stands in each of them; a heading that reaches over several columns stands above each. Columns
/// without any text, which pages make for their looks, are left out.
struct TableText {
    /// Longer text is not said again for the rows and columns that its cell reaches over.
    private static let longestRepeated = 100

    private let grids: [Int32: TableGrid]
    /// The text of each cell, bars escaped.
    private var texts: [Int32: String] = [:]
    private var outlines: [Int32: Outline] = [:]

    private struct Outline {
        /// Columns with text.
        var columns: [Int] = []
        /// Rows of one cell over several columns that nothing but such rows stands above.
        var titles = 0
        /// Rows of headings, two at least, with text.
        var heads: [Int] = []
    }

    init(_ page: PageBlocks, _ decisions: [MainContent.Decision]) {
        grids = page.tables
        var wasList: Set<Int32> = []
        for (block, decision) in zip(page.blocks, decisions) where decision.isKept && block.cell >= 0 {
            let text = TableText.escaped(page.string(of: block))
            let isList = !block.place.isDisjoint(with: [.list, .definitionList])
            if let before = texts[block.cell] {
                let gap = isList || wasList.contains(block.cell) ? TableText.gap(behind: before) : " "
                texts[block.cell] = before + gap + text
            } else {
                texts[block.cell] = text
            }
            if isList { wasList.insert(block.cell) }
        }
        for (table, grid) in grids {
            outlines[table] = outline(of: grid)
        }
    }

    private func outline(of grid: TableGrid) -> Outline {
        var outline = Outline()
        var used = Set<Int>()
        var isAbove = true
        for row in grid.rows.indices {
            let own = Set(grid.slots[row].filter { $0 >= 0 }).map { grid.cells[Int($0)] }
            for cell in own where texts[cell.node] != nil { used.insert(cell.column) }
            isAbove = isAbove && own.count <= 1 && own.allSatisfy { $0.columns > 1 }
            if isAbove { outline.titles = row + 1 }
            if own.count > 1, own.allSatisfy(\.isHeading), own.contains(where: { texts[$0.node] != nil }) { outline.heads.append(row) }
        }
        outline.columns = used.sorted()
        return outline
    }

    /// What is written for the row that a block begins: the row, behind other text the table's headings before it; a line of its own for a row
    /// of one cell above the others, and for a table of one column.
    func blocks(ofRow block: PageBlock, isQuoted: Bool, behind table: inout Int32) -> [PageText.Block] {
        guard let grid = grids[block.table], let row = grid.index(ofRow: block.row), let outline = outlines[block.table] else { return [] }
        let cells = texts(of: row, grid, outline.columns)
        if outline.columns.count < 2 || (table != block.table && row < outline.titles) {
            return [.init(.paragraph, cells.first { !$0.isEmpty } ?? "", isQuoted: isQuoted)]
        }
        let begins = table != block.table
        table = block.table
        let line = PageText.Block(.row(beginsTable: begins), cells.joined(separator: " | "), isQuoted: isQuoted)
        // Text stood between: the headings once more, lest the row be taken for them.
        guard begins, let head = outline.heads.last(where: { $0 < row }) else { return [line] }
        let headings = texts(of: head, grid, outline.columns).joined(separator: " | ")
        return [
            .init(.row(beginsTable: true), headings, isQuoted: isQuoted), .init(.row(beginsTable: false), line.text, isQuoted: isQuoted),
        ]
    }

    private func texts(of row: Int, _ grid: TableGrid, _ columns: [Int]) -> [String] {
        columns.map { column in
            let slot = grid.slots[row][column]
            guard slot >= 0 else { return "" }
            let cell = grid.cells[Int(slot)]
            let text = texts[cell.node] ?? ""
            let isOwn = cell.row == row && cell.column == column
            // A heading of one group of rows, over the whole width, is said once.
            let isRepeated = cell.column == column || (cell.isHeading && cell.columns < grid.columns)
            return isOwn || (isRepeated && text.utf8.count <= TableText.longestRepeated) ? text : ""
        }
    }

    private static func gap(behind text: String) -> String {
        guard let last = text.last else { return "" }
        return ".!?:;,".contains(last) ? " " : "; "
    }

    /// In one line, bars escaped.
    private static func escaped(_ text: String) -> String {
        let line = text.utf8.contains(10) ? text.singleSpaced : text
        return line.utf8.contains(UInt8(ascii: "|")) ? line.replacing("|", with: "\\|") : line
    }
}
