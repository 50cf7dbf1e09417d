/// A text on its way to the model: its bytes, and where each piece of it ends.
struct Pieces: Sendable {
    var bytes: [UInt8]
    var ends: [Int]
    /// How many bytes of the first piece stand at the start of the whole text: a piece that begins within them is its first. None where
    /// the text's start was removed, or lies before a special token.
    private(set) var front: Int

    /// - Parameter front: 1 at the start of a text, 0 elsewhere; more where a normalizer has put something before it.
    init(_ bytes: [UInt8], front: Int) {
        self.bytes = bytes
        self.front = front
        ends = bytes.isEmpty ? [] : [bytes.count]
    }

    /// Keeps the ranges that `find` gives of each piece, every one a piece of its own.
    mutating func keep(_ find: (Span<UInt8>, Range<Int>) -> [Range<Int>]) {
        var kept = Pieces([], front: front)
        var start = 0
        for end in ends {
            for range in find(bytes.span, start..<end) where !range.isEmpty {
                if kept.ends.isEmpty { kept.front = max(0, front - range.lowerBound) }
                kept.bytes.append(contentsOf: bytes[range])
                kept.ends.append(kept.bytes.count)
            }
            start = end
        }
        self = kept
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
            rewrite(bytes[start..<end], front > 0 && start == 0, &written)
            if written.count > before { writtenEnds.append(written.count) }
            start = end
        }
        bytes = written
        ends = writtenEnds
    }
}
