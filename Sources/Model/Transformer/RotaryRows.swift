/// The two ways of laying out the rows of a head that rotary positions turn in pairs: neighbours (rows 2i and 2i + 1), as LLaMA's own
/// programs and llama.cpp have them, and halves (rows i and i + headDimension / 2), as Hugging Face has them.
package enum RotaryRows {
    /// Moves the rows of a [heads × headDimension, rowLength] matrix from neighbours to halves, or back.
    package static func reordered(_ values: [Float], rowLength: Int, headDimension: Int, toHalves: Bool) -> [Float] {
        var result = values
        for row in 0..<values.count / rowLength {
            let neighbour = Self.neighbour(of: row, headDimension: headDimension)
            let (from, to) = toHalves ? (neighbour, row) : (row, neighbour)
            result.replaceSubrange(to * rowLength..<(to + 1) * rowLength, with: values[from * rowLength..<(from + 1) * rowLength])
        }
        return result
    }

    /// The row among neighbours that is row `row` among halves.
    static func neighbour(of row: Int, headDimension: Int) -> Int {
        let (head, place) = row.quotientAndRemainder(dividingBy: headDimension)
        let half = headDimension / 2
        return head * headDimension + (place < half ? 2 * place : 2 * (place - half) + 1)
    }
}
