import Ground

/// How many texts are alike, of any number of them: an even sample of the different texts by their hashes, each with how often it came.
///
/// Exact up to 65,536 different texts; beyond that every second, fourth ... hash is kept (Gibbons 2001, distinct sampling). The order in
/// which texts come makes no difference.
struct DistinctSample: Sendable {
    private static let capacity = 1 << 16
    private static let idsKept = 16
    private var seen: [UInt64: Owners] = [:]
    private var mask: UInt64 = 0

    /// The records that have a text: the first sixteen by their ids, so that one that comes again (in the next iteration's file) does not
    /// count as a repetition.
    private struct Owners {
        var ids: [UInt64] = []
        var count = 0
    }

    mutating func add(_ text: String, of id: String) {
        let hash = stableHash64(text, seed: 0x0D15_71C7)
        guard hash & mask == 0 else { return }
        var owners = seen[hash] ?? Owners()
        let owner = stableHash64(id)
        guard !owners.ids.contains(owner) else { return }
        if owners.ids.count < Self.idsKept { owners.ids.append(owner) }
        owners.count += 1
        seen[hash] = owners
        while seen.count > Self.capacity {
            mask = mask << 1 | 1
            seen = seen.filter { $0.key & mask == 0 }
        }
    }

    var isExact: Bool { mask == 0 }

    /// The share of texts that repeat one that came before.
    var repeatedShare: Double {
        let total = seen.values.reduce(0) { $0 + $1.count }
        return total > 0 ? 1 - Double(seen.count) / Double(total) : 0
    }

    /// How often the most frequent text came.
    var most: Int { seen.values.map(\.count).max() ?? 0 }
}
