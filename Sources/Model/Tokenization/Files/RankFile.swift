/// A tiktoken rank file: a line for each token, its bytes in base 64 and its rank, which is its id.
struct RankFile {
    private(set) var tokens: [[UInt8]] = []

    init(_ source: [UInt8]) throws(TokenizationError) {
        var ranks: [(rank: Int, token: [UInt8])] = []
        var line = 0
        for text in source.split(separator: 0x0A, omittingEmptySubsequences: false) {
            line += 1
            let text = text.last == 0x0D ? text.dropLast() : text
            guard !text.isEmpty else { continue }
            let parts = text.split(separator: 0x20)
            guard parts.count == 2, let token = Self.decode(parts[0]), let rank = Int(String(decoding: parts[1], as: UTF8.self)) else {
                throw .malformed(part: "rank file", problem: "line \(line) is not a token in base 64 and a rank")
            }
            ranks.append((rank, token))
        }
        ranks.sort { $0.rank < $1.rank }
        for (index, entry) in ranks.enumerated() {
            guard entry.rank == index else {
                throw .malformed(part: "rank file", problem: "the rank \(index) is missing or stands in it twice")
            }
            tokens.append(entry.token)
        }
        guard !tokens.isEmpty else { throw .malformed(part: "rank file", problem: "it is empty") }
    }

    private static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        var word: UInt32 = 0
        var filled = 0
        for byte in text {
            let value: UInt32
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = UInt32(byte - UInt8(ascii: "A"))
            case UInt8(ascii: "a")...UInt8(ascii: "z"): value = UInt32(byte - UInt8(ascii: "a")) + 26
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = UInt32(byte - UInt8(ascii: "0")) + 52
            case UInt8(ascii: "+"): value = 62
            case UInt8(ascii: "/"): value = 63
            case UInt8(ascii: "="): continue
            default: return nil
            }
            word = word << 6 | value
            filled += 6
            if filled >= 8 {
                filled -= 8
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(filled)))
            }
        }
        return bytes
    }

    /// Every way in which a token can be made of two others, in the order of the tokens: the merges that give the same tokens.
    static func merges(_ tokens: [[UInt8]]) -> [(Int, Int)] {
        var table = ByteTable(capacity: tokens.count)
        for token in tokens { table.append(token) }
        var merges: [(Int, Int)] = []
        for token in tokens where token.count > 1 {
            var pairs: [(Int, Int)] = []
            for cut in 1..<token.count {
                let (left, right) = (table.find(token.span, 0..<cut), table.find(token.span, cut..<token.count))
                if left >= 0, right >= 0 { pairs.append((left, right)) }
            }
            merges += pairs.sorted { $0 < $1 }
        }
        return merges
    }
}
