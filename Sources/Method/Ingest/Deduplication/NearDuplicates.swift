/// Groups texts that are nearly the same: texts are joined where they are candidates by `MinHash`, directly or through others.
///
/// Memory: 8 bytes a text and band (112 with 14 bands), and 48 a text while groups are made.
public struct NearDuplicates: Sendable {
    private let method: MinHash
    private let orders: MinHashOrders
    /// For each band the keys of the texts in their order.
    private var keys: [[UInt64]]
    public private(set) var count = 0

    public init(_ method: MinHash = MinHash()) {
        self.method = method
        orders = MinHashOrders(count: method.bands * method.rows)
        keys = Array(repeating: [], count: method.bands)
    }

    /// The number of keys that a text has.
    var bands: Int { method.bands }

    /// The keys of a text; it needs nothing but the text, so it can be called on any thread.
    public func keys(of text: String) -> [UInt64] { method.keys(of: text, orders) }

    /// Takes the next text in.
    public mutating func add(_ textKeys: some Sequence<UInt64>) {
        for (band, key) in textKeys.enumerated() { keys[band].append(key) }
        count += 1
    }

    /// For each text the earliest of its group: itself where it is the earliest or alone.
    public func groups() -> [Int] {
        var parents = (0..<count).map { Int32($0) }
        func root(_ index: Int32) -> Int32 {
            var index = index
            while parents[Int(index)] != index {
                parents[Int(index)] = parents[Int(parents[Int(index)])]
                index = parents[Int(index)]
            }
            return index
        }
        // One band at a time: a table of the first text with each key.
        var capacity = 16
        while capacity < 2 * count { capacity *= 2 }
        for band in keys {
            var table = [Int32](repeating: -1, count: capacity)
            for (index, key) in band.enumerated() {
                var slot = Int(truncatingIfNeeded: key) & (capacity - 1)
                while table[slot] >= 0, band[Int(table[slot])] != key { slot = (slot + 1) & (capacity - 1) }
                guard table[slot] >= 0 else {
                    table[slot] = Int32(index)
                    continue
                }
                let (one, other) = (root(table[slot]), root(Int32(index)))
                // The earliest leads, so that it is what a group is known by.
                if one < other { parents[Int(other)] = one } else if other < one { parents[Int(one)] = other }
            }
        }
        return (0..<count).map { Int(root(Int32($0))) }
    }
}
