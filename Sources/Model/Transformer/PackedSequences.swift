/// How sequences lie end to end in one pass: no padding, and no attention from one to another.
struct PackedSequences: Sendable {
    /// The rows of each sequence.
    let rows: [Range<Int>]
    /// Each token's position in its own sequence.
    let positions: [Int32]
    /// Where each sequence's keys lie, those of the tokens before its rows among them.
    let seenRows: [Range<Int>]
    /// How many tokens stand before the rows of each sequence, in an opening that all of them share.
    let opening: Int

    var tokenCount: Int { positions.count }

    init(lengths: [Int], contextLength: Int, opening: Int = 0) {
        var rows: [Range<Int>] = []
        var positions: [Int32] = []
        var start = 0
        for length in lengths {
            precondition(
                length > 0 && opening + length <= contextLength,
                "a sequence has from 1 to \(contextLength) tokens, not \(opening + length)")
            rows.append(start..<start + length)
            positions.append(contentsOf: Int32(opening)..<Int32(opening + length))
            start += length
        }
        self.rows = rows
        self.positions = positions
        self.opening = opening
        seenRows = rows.enumerated().map { $1.lowerBound + opening * $0..<$1.upperBound + opening * ($0 + 1) }
    }
}
