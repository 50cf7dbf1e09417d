import Ground

/// Blocks that the page itself points at: its title's heading, the block its description begins with, what its structured data repeat.
struct PageMarks {
    /// The block that says the title, -1 where none does.
    var title = -1
    /// The block that begins like the page's description, -1 where none does.
    var description = -1
    var isInBody: [Bool]
    var hasBody: Bool

    init(_ page: PageBlocks, _ hints: PageHints, _ overlaps: [Float]) {
        let blocks = page.blocks
        isInBody = [Bool](repeating: false, count: blocks.count)
        var best: Float = 0.45
        for (index, block) in blocks.enumerated() {
            // Headings are worth more than the same words in a trail of links.
            let score = overlaps[index] + (block.kind == .heading ? (block.level == 1 ? 0.4 : 0.2) : 0) - Float(block.linkDensity) * 0.2
            if overlaps[index] >= 0.4, score > best {
                best = score
                title = index
            }
        }
        let start = PageMarks.letters(Array(hints.description.utf8)[...], limit: 40)
        if start.count >= 20 {
            for (index, block) in blocks.enumerated() where block.end - block.start > 30 {
                if PageMarks.letters(page.bytes(of: block), limit: start.count) == start {
                    description = index
                    break
                }
            }
        }
        hasBody = hints.articleBody.count > 400
        guard hasBody else { return }
        // Sets of 24-letter pieces of the body: a block is in it where its own first piece is.
        let body = PageMarks.letters(hints.articleBody[...], limit: .max)
        let width = 24
        guard body.count > width else { return }
        var pieces = Set<UInt64>(minimumCapacity: body.count)
        var hash = PageMarks.hash(body[0..<width])
        pieces.insert(hash)
        for index in width..<body.count {
            hash = PageMarks.roll(hash, out: body[index - width], in: body[index])
            pieces.insert(hash)
        }
        for (index, block) in blocks.enumerated() {
            let own = PageMarks.letters(page.bytes(of: block), limit: 60)
            guard own.count >= width else { continue }
            isInBody[index] =
                pieces.contains(PageMarks.hash(own[0..<width])) || pieces.contains(PageMarks.hash(own[(own.count - width)...]))
        }
    }

    /// Letters and digits in small letters, up to `limit` of them: spacing, quotes and escapes make no difference.
    private static func letters(_ bytes: ArraySlice<UInt8>, limit: Int) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(min(limit, bytes.count))
        for byte in bytes where byte.isASCIILetter || byte.isASCIIDigit {
            output.append(byte.loweredASCII)
            if output.count == limit { break }
        }
        return output
    }

    private static let factor = FNV1a.factor
    /// The factor's 24th power: what a letter weighs when it leaves the piece.
    private static let outFactor: UInt64 = (0..<24).reduce(1) { power, _ in power &* factor }

    private static func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 &* factor &+ UInt64($1) } }

    private static func roll(_ hash: UInt64, out: UInt8, in entering: UInt8) -> UInt64 {
        hash &* factor &+ UInt64(entering) &- UInt64(out) &* outFactor
    }
}
