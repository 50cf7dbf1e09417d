import CKernels
import Ground

/// Signatures by which texts that share most of their five-word runs are found without comparing every two (Broder 1997).
///
/// A text is the set of its runs of `runLength` words, capitals, numbers and accents folded; in scripts that put no spaces between words, such as
/// Chinese, Japanese and Thai, a character counts as a word. For a random order of all runs, the first run of
/// two texts is the same with probability J, the Jaccard index of their sets: |A and B| / |A or B|. A signature holds the first run under
/// `bands * rows` orders. Two texts are candidates where all rows of one band agree, so with probability
///
///     P(J) = 1 - (1 - J^rows)^bands
///
/// which for 14 bands of 8 rows is .21 at J = .6, .56 at .7, .92 at .8 and .9996 at .9, and one half near (1/bands)^(1/rows) = .72.
/// Time: about a hundredth of a nanosecond a word and order, and ten nanoseconds a word.
public struct MinHash: Sendable, Equatable {
    public var bands = 14
    public var rows = 8
    public var runLength = 5

    public init() {}

    /// Everything of it that decides what it finds, by name.
    var settings: JSONObject {
        ["bands": .integer(bands), "rows": .integer(rows), "run_length": .integer(runLength)]
    }

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
            var key = UInt64(band) &+ SplitMix.golden
            for row in 0..<rows { key = (key ^ UInt64(signature[band * rows + row])) &* 0xFF51_AFD7_ED55_8CCD ^ (key >> 31) }
            return key
        }
    }

    /// Hashes of the runs of words; a text with fewer words than a run has is one run.
    func runs(of text: String) -> [UInt32] {
        let text = ComparableForm.composed(text)
        let bytes = text.utf8Span.span
        var words: [UInt64] = []
        words.reserveCapacity(bytes.count / 4 + 1)
        var (hash, isInWord, wasDigit): (UInt64, Bool, Bool) = (0, false, false)
        var index = 0
        while index < bytes.count {
            var byte = bytes[index]
            index += 1
            switch byte {
            case 65...90, 97...122:
                byte |= 32
                wasDigit = false
            case 48...57:
                // All numbers are alike.
                let isMore = wasDigit
                wasDigit = true
                if isMore { continue }
                byte = 48
            case 0..<0x80, 0xE2, 0xC2:
                // What ends words: marks and white space, typographic marks and symbols.
                if byte >= 0x80 { index = min(bytes.count, index + (byte == 0xE2 ? 2 : 1)) }
                if isInWord { words.append(hash &* 0xD6E8_FEB8_6659_FD93) }
                (hash, isInWord, wasDigit) = (0, false, false)
                continue
            case 0xC3 where index < bytes.count:
                byte = MinHash.latin[Int(bytes[index] & 63)]
                index += 1
                wasDigit = false
            case 0xE0...0xEF, 0xF0:
                wasDigit = false
                let length = MinHash.wordLength(bytes, index - 1)
                guard length > 0 else { break }
                if isInWord { words.append(hash &* 0xD6E8_FEB8_6659_FD93) }
                (hash, isInWord) = (0, false)
                // Marks of punctuation end words and are none.
                if !MinHash.isMark(bytes, index - 1) {
                    for offset in 0..<length { hash = WordHash.adding(letter: bytes[index - 1 + offset], to: hash) }
                    words.append(hash &* 0xD6E8_FEB8_6659_FD93)
                    hash = 0
                }
                index += length - 1
                continue
            default: wasDigit = false
            }
            hash = WordHash.adding(letter: byte, to: hash)
            isInWord = true
        }
        if isInWord { words.append(hash &* 0xD6E8_FEB8_6659_FD93) }
        guard words.count > runLength else { return [MinHash.mixed(words.reduce(1) { WordHash.adding(word: $1, to: $0) })] }
        let span = words.span
        return [UInt32](unsafeUninitializedCapacity: words.count - runLength + 1) { runs, length in
            length = words.count - runLength + 1
            for start in 0..<length {
                var run: UInt64 = 0
                for index in start..<start + runLength { run = WordHash.adding(word: span[index], to: run) }
                runs.initializeElement(at: start, to: MinHash.mixed(run))
            }
        }
    }

    /// The length in bytes of a character of a script without spaces, 0 for any other one: Thai, Lao, Tibetan, Burmese, Khmer, kana, Chinese.
    private static func wordLength(_ bytes: Span<UInt8>, _ index: Int) -> Int {
        guard index + 2 < bytes.count else { return 0 }
        let (first, second) = (bytes[index], bytes[index + 1])
        switch first {
        case 0xE0: return second >= 0xB8 ? 3 : 0
        case 0xE1: return second < 0x82 || (0x9E...0x9F).contains(second) ? 3 : 0
        case 0xE3...0xE9: return 3
        case 0xF0: return index + 3 < bytes.count && (0xA0...0xB3).contains(second) ? 4 : 0
        default: return 0
        }
    }

    /// U+3000 to U+303F but for the iteration mark and the number zero.
    private static func isMark(_ bytes: Span<UInt8>, _ index: Int) -> Bool {
        bytes[index] == 0xE3 && bytes[index + 1] == 0x80 && !(0x85...0x87).contains(bytes[index + 2])
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
    private let factors: [UInt32]
    private let offsets: [UInt32]
    private let count: Int
    private let instructionSet: Int32

    /// What this processor can run.
    static var instructionSets: [Int32] {
        let best = kernels_best()
        return best == Int32(KERNELS_NEON) ? [Int32(KERNELS_SCALAR), best] : Array(0...best)
    }

    init(count: Int, instructionSet: Int32 = kernels_best()) {
        self.count = count
        self.instructionSet = instructionSet
        var random = KeyedRandom(seed: 1, key: "MinHash")
        var (factors, offsets): ([UInt32], [UInt32]) = ([], [])
        for _ in 0..<(count + 15) / 16 * 16 {
            // Odd, so that no two numbers fall together.
            factors.append(UInt32(truncatingIfNeeded: random.next()) | 1)
            offsets.append(UInt32(truncatingIfNeeded: random.next()))
        }
        self.factors = factors
        self.offsets = offsets
    }

    /// For each order the smallest place of a run.
    func signature(of runs: [UInt32]) -> [UInt32] {
        [UInt32](unsafeUninitializedCapacity: factors.count) { signature, length in
            length = count
            guard let target = signature.baseAddress else { return }
            runs.withUnsafeBufferPointer { runs in
                factors.withUnsafeBufferPointer { factors in
                    offsets.withUnsafeBufferPointer { offsets in
                        // An empty array has no address; a text has one run at least.
                        guard let runsStart = runs.baseAddress, let factor = factors.baseAddress, let offset = offsets.baseAddress else {
                            return target.initialize(repeating: .max, count: count)
                        }
                        minhash_signature(instructionSet, runsStart, runs.count, factor, offset, factors.count, target)
                    }
                }
            }
        }
    }
}
