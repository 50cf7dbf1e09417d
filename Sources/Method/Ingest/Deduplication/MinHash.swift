import Records

/// Signatures by which texts that share most of their five-word runs are found without comparing every two (Broder 1997).
///
/// A text is the set of its runs of `runLength` words, capitals, numbers and accents folded. For a random order of all runs, the first run of
/// two texts is the same with probability J, the Jaccard index of their sets: |A and B| / |A or B|. A signature holds the first run under
/// `bands * rows` orders. Two texts are candidates where all rows of one band agree, so with probability
///
///     P(J) = 1 - (1 - J^rows)^bands
///
/// which for 14 bands of 8 rows is .21 at J = .6, .56 at .7, .92 at .8 and .9996 at .9, and one half near (1/bands)^(1/rows) = .72.
/// Time: about a nanosecond a word and order.
public struct MinHash: Sendable, Equatable {
    public var bands = 14
    public var rows = 8
    public var runLength = 5

    public init() {}

    /// P(J), the probability that two texts of that Jaccard index become candidates.
    public func probability(ofMatchAt jaccard: Double) -> Double {
        func power(_ base: Double, _ exponent: Int) -> Double { (0..<exponent).reduce(1) { product, _ in product * base } }
        return 1 - power(1 - power(jaccard, rows), bands)
    }

    /// One key a band: texts are candidates where they share the key of one band.
    func keys(of text: String) -> [UInt64] {
        let orders = MinHashOrders(count: bands * rows)
        return keys(of: text, orders)
    }

    func keys(of text: String, _ orders: MinHashOrders) -> [UInt64] {
        let signature = orders.signature(of: runs(of: text))
        return (0..<bands).map { band in
            var key = UInt64(band) &+ 0x9E37_79B9_7F4A_7C15
            for row in 0..<rows { key = (key ^ UInt64(signature[band * rows + row])) &* 0xFF51_AFD7_ED55_8CCD ^ (key >> 31) }
            return key
        }
    }

    /// Hashes of the runs of words; a text with fewer words than a run has is one run.
    func runs(of text: String) -> [UInt32] {
        var words: [UInt64] = []
        words.reserveCapacity(text.utf8.count / 5)
        var hash: UInt64 = 0
        var isInWord = false
        var wasDigit = false
        func close() {
            if isInWord { words.append(hash) }
            hash = 0
            isInWord = false
            wasDigit = false
        }
        func add(_ byte: UInt8) {
            hash = (hash ^ UInt64(byte) &+ 0x9E37) &* 0x100_0000_01B3
            isInWord = true
        }
        var text = text
        text.withUTF8 { bytes in
            var index = 0
            while index < bytes.count {
                let byte = bytes[index]
                index += 1
                if byte.isASCIILetter {
                    add(byte | 32)
                    wasDigit = false
                } else if byte.isASCIIDigit {
                    // All numbers are alike.
                    if !wasDigit { add(48) }
                    wasDigit = true
                } else if byte < 0x80 {
                    close()
                } else if byte == 0xC3, index < bytes.count {
                    add(MinHash.latin[Int(bytes[index] & 63)])
                    index += 1
                } else if byte == 0xE2 || byte == 0xC2 {
                    // Typographic marks and symbols.
                    close()
                    index = min(bytes.count, index + (byte == 0xE2 ? 2 : 1))
                } else {
                    add(byte)
                }
            }
            close()
        }
        guard words.count > runLength else { return [MinHash.mixed(words.reduce(1) { ($0 ^ $1) &* 0x9E37_79B9_7F4A_7C15 ^ ($0 >> 29) })] }
        return (0...words.count - runLength).map { start in
            var run: UInt64 = 0
            for index in start..<start + runLength { run = (run ^ words[index]) &* 0x9E37_79B9_7F4A_7C15 ^ (run >> 29) }
            return MinHash.mixed(run)
        }
    }

    private static func mixed(_ value: UInt64) -> UInt32 {
        let one = (value ^ value >> 33) &* 0xFF51_AFD7_ED55_8CCD
        return UInt32(truncatingIfNeeded: (one ^ one >> 33) &* 0xC4CE_B9FE_1A85_EC53 >> 32)
    }

    /// The letters U+00C0 to U+00FF without their accents.
    private static let latin: [UInt8] = Array("aaaaaaaceeeeiiiidnooooo*ouuuuytsaaaaaaaceeeeiiiidnooooo/ouuuuyty".utf8)
}

/// Random orders of all 32-bit numbers: x comes before y where a * x + b comes before a * y + b.
struct MinHashOrders: Sendable {
    private let factors: [SIMD16<UInt32>]
    private let offsets: [SIMD16<UInt32>]
    private let count: Int

    init(count: Int) {
        self.count = count
        var random = KeyedRandom(seed: 1, key: "MinHash")
        let groups = (count + 15) / 16
        var (factors, offsets): ([SIMD16<UInt32>], [SIMD16<UInt32>]) = ([], [])
        for _ in 0..<groups {
            var (factor, offset) = (SIMD16<UInt32>(), SIMD16<UInt32>())
            for lane in 0..<16 {
                // Odd, so that no two numbers fall together.
                factor[lane] = UInt32(truncatingIfNeeded: random.next()) | 1
                offset[lane] = UInt32(truncatingIfNeeded: random.next())
            }
            factors.append(factor)
            offsets.append(offset)
        }
        self.factors = factors
        self.offsets = offsets
    }

    /// For each order the smallest place of a run.
    func signature(of runs: [UInt32]) -> [UInt32] {
        var signature: [UInt32] = []
        signature.reserveCapacity(count)
        for group in factors.indices {
            let (factor, offset) = (factors[group], offsets[group])
            var least = SIMD16<UInt32>(repeating: .max)
            for run in runs {
                var place = factor &* run &+ offset
                // The low half of a product knows little of the high bits; folding mixes them.
                place ^= place &>> 15
                least = pointwiseMin(least, place)
            }
            for lane in 0..<16 where signature.count < count { signature.append(least[lane]) }
        }
        return signature
    }
}
