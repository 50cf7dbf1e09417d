/// A sum of decision trees that ask the same question of every row at a level (gradient boosting, Prokhorenkova et al. 2018,
/// arXiv 1706.09516): a tree of depth d is d comparisons and a table of 2^d values, without branches.
///
/// Deterministic: floats are added in the order of the trees.
struct ObliviousForest {
    /// The names of the features, in the order in which trees refer to them.
    let features: [String]
    private let depth: Int
    private let questions: [(feature: Int, border: Float)]
    private let leaves: [Float]
    private let bias: Float
    var treeCount: Int { leaves.count >> depth }

    /// Reads a forest from its text: feature names; then, in base 64, little endian: depth (1 byte), trees (2), bias (4); for each tree the
    /// scale of its leaves (4), its questions (feature 1 byte, border 4) and its leaves (1 each).
    ///
    /// Nil where the text is damaged.
    init?(features: String, data: String) {
        self.features = features.split(whereSeparator: \.isWhitespace).map(String.init)
        var reader = Reader(bytes: ObliviousForest.decoded(data))
        guard let depth = reader.integer(1), (1...8).contains(depth), let trees = reader.integer(2), let bias = reader.float() else {
            return nil
        }
        var questions: [(feature: Int, border: Float)] = []
        var leaves: [Float] = []
        for _ in 0..<trees {
            guard let scale = reader.float() else { return nil }
            for _ in 0..<depth {
                guard let feature = reader.integer(1), feature < self.features.count, let border = reader.float() else { return nil }
                questions.append((feature, border))
            }
            for _ in 0..<(1 << depth) {
                guard let leaf = reader.integer(1) else { return nil }
                leaves.append(Float(Int8(truncatingIfNeeded: leaf)) * scale)
            }
        }
        guard reader.isAtEnd else { return nil }
        self.depth = depth
        self.questions = questions
        self.leaves = leaves
        self.bias = bias
    }

    /// The sum over the trees for each row. `columns` tells each feature's index in the table.
    func sums(_ table: FeatureTable, columns: [Int]) -> [Float] {
        var sums = [Float](repeating: bias, count: table.rows)
        let places = questions.map { table.place(of: columns[$0.feature]) }
        let borders = questions.map { SIMD16<Float>(repeating: $0.border) }
        // A row's leaf is found without a check: it is made of `depth` bits, and a tree has that many leaves.
        let leaves = leaves.span
        var row = 0
        while row < table.rows {
            let width = min(16, table.rows - row)
            var total = SIMD16<Float>(repeating: bias)
            var question = 0
            for tree in 0..<treeCount {
                var leaf = SIMD16<UInt32>(repeating: 0)
                for level in 0..<depth {
                    let isAbove = table.sixteen(at: places[question] + row) .> borders[question]
                    leaf |= SIMD16<UInt32>(repeating: 0).replacing(with: SIMD16(repeating: 1 << UInt32(level)), where: isAbove)
                    question += 1
                }
                let base = tree << depth
                for lane in 0..<16 { total[lane] += leaves[unchecked: base + Int(leaf[lane])] }
            }
            for lane in 0..<width { sums[row + lane] = total[lane] }
            row += 16
        }
        return sums
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0
        var isAtEnd: Bool { position == bytes.count }

        init(bytes: [UInt8]) { self.bytes = bytes }

        mutating func integer(_ count: Int) -> Int? {
            guard position + count <= bytes.count else { return nil }
            defer { position += count }
            return (0..<count).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
        }

        mutating func float() -> Float? { integer(4).map { Float(bitPattern: UInt32($0)) } }
    }

    /// Base 64 without padding; white space counts for nothing.
    private static func decoded(_ text: String) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count * 3 / 4)
        var value: UInt32 = 0
        var bits = 0
        for byte in text.utf8 {
            let digit: UInt32
            switch byte {
            case 65...90: digit = UInt32(byte) - 65
            case 97...122: digit = UInt32(byte) - 71
            case 48...57: digit = UInt32(byte) + 4
            case 43: digit = 62
            case 47: digit = 63
            default: continue
            }
            value = value << 6 | digit
            bits += 6
            if bits >= 8 {
                bits -= 8
                output.append(UInt8(truncatingIfNeeded: value >> UInt32(bits)))
            }
        }
        return output
    }
}
