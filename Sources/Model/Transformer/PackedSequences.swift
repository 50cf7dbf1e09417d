/// How sequences lie end to end in one pass: no padding, and no attention from one to another.
struct PackedSequences: Sendable {
    /// The rows of each sequence.
    let rows: [Range<Int>]
    /// Each token's position in its own sequence.
    let positions: [Int32]

    var tokenCount: Int { positions.count }

    init(lengths: [Int], contextLength: Int) {
        var rows: [Range<Int>] = []
        var positions: [Int32] = []
        var start = 0
        for length in lengths {
            precondition(length > 0 && length <= contextLength, "a sequence has from 1 to \(contextLength) tokens, not \(length)")
            rows.append(start..<start + length)
            positions.append(contentsOf: 0..<Int32(length))
            start += length
        }
        self.rows = rows
        self.positions = positions
    }
}
