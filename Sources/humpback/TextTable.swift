/// A table of cells for a terminal: each column as wide as its widest cell, two spaces between.
struct TextTable {
    var rows: [[String]]

    var lines: [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { cells in
            let line = zip(cells, widths).enumerated().map { $0 == cells.count - 1 ? $1.0 : $1.0.padded(to: $1.1 + 2) }.joined()
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }
}
