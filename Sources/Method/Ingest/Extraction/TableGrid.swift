/// A table as the grid that browsers make of it (HTML standard 4.9.12): every cell at its row and column, spans included.
struct TableGrid: Sendable {
    struct Cell: Sendable {
        var node: Int32
        var row: Int
        var column: Int
        var columns: Int
        var isHeading: Bool
    }

    /// The nodes of the rows.
    private(set) var rows: [Int32] = []
    private(set) var cells: [Cell] = []
    /// For each row and column the cell that covers it, -1 where none does.
    private(set) var slots: [[Int32]] = []
    /// Whether a row holds data, to be written as a row; the others hold parts of the page.
    private(set) var holdsData: [Bool] = []
    private(set) var columns = 0

    /// More slots than this are no table to read.
    private static let mostSlots = 1 << 20
    private static let mostColumns = 300

    /// Nil for a table without rows, and for one that is too large to be read.
    init?(_ table: Int, in tree: HTMLTree) {
        if let role = tree.string(.role, of: table)?.lowercased(), role == "presentation" || role == "none" { return nil }
        // Cells that reach down into the next row; none reaches beyond its group of rows.
        var open: [(cell: Int32, left: Int)] = []
        for child in tree.children(of: table) {
            switch tree.nodes[child].tag {
            case .tr: guard place(child, in: tree, &open) else { return nil }
            case .tbody, .thead, .tfoot:
                open = []
                for row in tree.children(of: child) where tree.nodes[row].tag == .tr {
                    guard place(row, in: tree, &open) else { return nil }
                }
                open = []
            default: break
            }
        }
        guard !rows.isEmpty else { return nil }
        for row in slots.indices { slots[row] += repeatElement(-1, count: columns - slots[row].count) }
        judge(tree)
    }

    /// The row with this node.
    func index(ofRow node: Int32) -> Int? {
        var (low, high) = (0, rows.count)
        while low < high {
            let middle = (low + high) / 2
            if rows[middle] < node { low = middle + 1 } else { high = middle }
        }
        return low < rows.count && rows[low] == node ? low : nil
    }

    // MARK: Placing

    /// Places the cells of a row beside those that reach into it from above.
    private mutating func place(_ row: Int, in tree: HTMLTree, _ open: inout [(cell: Int32, left: Int)]) -> Bool {
        let number = rows.count
        var line = open.map { $0.left > 0 ? $0.cell : -1 }
        var column = 0
        for node in tree.children(of: row) where tree.nodes[node].tag == .td || tree.nodes[node].tag == .th {
            while column < line.count, line[column] >= 0 { column += 1 }
            let width = max(1, min(1000, tree.integer(.colspan, of: node) ?? 1))
            let height = tree.integer(.rowspan, of: node) ?? 1
            // 0 reaches to the end of the group of rows.
            let rows = height == 0 ? 65_534 : max(1, min(65_534, height))
            var end = column + 1
            while end < column + width, end >= line.count || line[end] < 0, end < TableGrid.mostColumns { end += 1 }
            guard end <= TableGrid.mostColumns else { return false }
            let cell = Int32(cells.count)
            cells.append(
                Cell(node: Int32(node), row: number, column: column, columns: end - column, isHeading: tree.nodes[node].tag == .th))
            if line.count < end { line += repeatElement(-1, count: end - line.count) }
            if open.count < end { open += repeatElement((cell: -1, left: 0), count: end - open.count) }
            for place in column..<end {
                line[place] = cell
                open[place] = (cell, rows)
            }
            column = end
        }
        for place in open.indices where open[place].left > 0 { open[place].left -= 1 }
        rows.append(Int32(row))
        slots.append(line)
        columns = max(columns, line.count)
        return (number + 1) * columns <= TableGrid.mostSlots
    }

    // MARK: What is data

    /// A table with headings is one as a whole, lists and short tables in its cells included. Of another each row is looked at: several short
    /// cells without blocks inside; layouts are made of tables too.
    private mutating func judge(_ tree: HTMLTree) {
        let contents = rows.map { Content(of: Int($0), tree) }
        let hasHeadings = headsColumns || headsRows
        if hasHeadings, !contents.contains(where: { $0.hasParts || $0.longestCell > 4000 || $0.longestTable > 400 }) {
            holdsData = contents.map { $0.cells > 0 }
        } else {
            holdsData = contents.map { $0.cells >= 2 && !$0.hasParts && !$0.hasBlocks && $0.longestTable < 0 && $0.longestCell <= 1500 }
        }
    }

    /// Whether a row is all headings, two at least.
    private var headsColumns: Bool {
        rows.indices.contains { row in
            let own = Set(slots[row].filter { $0 >= 0 })
            return own.count >= 2 && own.allSatisfy { cells[Int($0)].isHeading }
        }
    }

    /// Whether half the rows of several cells begin with a heading.
    private var headsRows: Bool {
        var (all, headed) = (0, 0)
        for row in rows.indices where Set(slots[row].filter { $0 >= 0 }).count >= 2 {
            all += 1
            if let first = slots[row].first, first >= 0, cells[Int(first)].isHeading { headed += 1 }
        }
        return all >= 2 && 2 * headed >= all
    }

    /// What the cells of a row hold.
    private struct Content {
        var cells = 0
        /// Headings, forms and the like: parts of a page.
        var hasParts = false
        /// Lists, code, quotations.
        var hasBlocks = false
        var longestCell: Int32 = 0
        /// Bytes of text of the longest table inside, -1 where none is.
        var longestTable: Int32 = -1

        init(of row: Int, _ tree: HTMLTree) {
            var index = row + 1
            while index < Int(tree.nodes[row].end) {
                let node = tree.nodes[index]
                switch node.tag {
                case .td, .th:
                    cells += 1
                    longestCell = max(longestCell, node.textEnd - node.textStart)
                case .table:
                    longestTable = max(longestTable, node.textEnd - node.textStart)
                    index = Int(node.end)
                    continue
                case .h1, .h2, .h3, .h4, .h5, .h6, .form, .article, .section: hasParts = true
                case .ul, .ol, .pre, .blockquote: hasBlocks = true
                default: break
                }
                index += 1
            }
        }
    }
}
