/// Numbers about the blocks of a page, a column a feature; columns that nobody wants take no time and no room.
struct FeatureTable {
    let rows: Int
    /// For each feature the index of its column, -1 where it was not wanted.
    private(set) var columnOf: [Int]
    private var values: [Float] = []
    private var next = 0

    /// Columns are read sixteen rows at a time: this many numbers stand behind the last one.
    private static let padding = 16

    init(rows: Int, features: Int, wanted: [Bool]?) {
        self.rows = rows
        var count = 0
        columnOf = (0..<features).map { feature in
            guard wanted?[feature] ?? true else { return -1 }
            count += 1
            return count - 1
        }
        values = [Float](repeating: 0, count: count * rows + FeatureTable.padding)
    }

    /// Fills the next feature's column.
    mutating func add(_ make: (Int) -> Float) {
        let column = columnOf[next]
        next += 1
        guard column >= 0 else { return }
        let base = column * rows
        for row in 0..<rows { values[base + row] = make(row) }
    }

    subscript(feature: Int, row: Int) -> Float { values[columnOf[feature] * rows + row] }

    /// Where a feature's column begins.
    func place(of feature: Int) -> Int { columnOf[feature] * rows }

    /// The sixteen numbers from a place on; behind a column's last row stand other numbers.
    func sixteen(at place: Int) -> SIMD16<Float> {
        values.span.bytes.unsafeLoadUnaligned(fromByteOffset: 4 * place, as: SIMD16<Float>.self)
    }
}
