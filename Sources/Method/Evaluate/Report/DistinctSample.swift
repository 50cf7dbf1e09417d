import Records

/// How many texts are alike, of any number of them: an even sample of the different texts by their hashes, each with how often it came.
///
/// Exact up to 65,536 different texts; beyond that every second, fourth ... hash is kept (Gibbons 2001, distinct sampling). The order in
/// which texts come makes no difference.
struct DistinctSample: Sendable {
    private static let capacity = 1 << 16
    private var counts: [UInt64: Int] = [:]
    private var mask: UInt64 = 0

    mutating func add(_ text: String) {
        let hash = stableHash64(text, seed: 0x0D15_71C7)
        guard hash & mask == 0 else { return }
        counts[hash, default: 0] += 1
        while counts.count > Self.capacity {
            mask = mask << 1 | 1
            counts = counts.filter { $0.key & mask == 0 }
        }
    }

    var isExact: Bool { mask == 0 }

    /// The share of texts that repeat one that came before.
    var repeatedShare: Double {
        let total = counts.values.reduce(0, +)
        return total > 0 ? 1 - Double(counts.count) / Double(total) : 0
    }

    /// How often the most frequent text came.
    var most: Int { counts.values.max() ?? 0 }
}
