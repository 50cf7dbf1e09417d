/// A text on its way to the model: its bytes, and where each piece of it ends.
struct Pieces: Sendable {
    var bytes: [UInt8]
    var ends: [Int]
    /// Whether the first piece stands at the start of the whole text.
    var isStart: Bool

    init(_ bytes: [UInt8], isStart: Bool) {
        self.bytes = bytes
        self.isStart = isStart
        ends = bytes.isEmpty ? [] : [bytes.count]
    }

    /// Cuts every piece again: `cut` appends the ends of the parts of a range.
    mutating func split(_ cut: (Span<UInt8>, Range<Int>, inout [Int]) -> Void) {
        var parts: [Int] = []
        parts.reserveCapacity(bytes.count / 4 + ends.count)
        var start = 0
        for end in ends {
            cut(bytes.span, start..<end, &parts)
            start = end
        }
        ends = parts
    }

    /// Writes every piece anew: `rewrite` is given a piece and whether it is the first of the whole text.
    mutating func rewrite(_ rewrite: (ArraySlice<UInt8>, Bool, inout [UInt8]) -> Void) {
        var written: [UInt8] = []
        var writtenEnds: [Int] = []
        written.reserveCapacity(bytes.count + ends.count)
        var start = 0
        for end in ends {
            let before = written.count
            rewrite(bytes[start..<end], isStart && start == 0, &written)
            if written.count > before { writtenEnds.append(written.count) }
            start = end
        }
        bytes = written
        ends = writtenEnds
    }
}
