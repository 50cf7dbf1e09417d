import Ground

/// How much of a block's text the page says elsewhere: the share of its runs of four words that stand in another block.
enum RepeatedText {
    /// For each block the shares that stand in earlier blocks and in later ones.
    static func shares(of page: PageBlocks) -> [(before: Float, after: Float)] {
        let all = page.blocks.map { runs(of: page.bytes(of: $0)) }
        var shares = [(before: Float, after: Float)](repeating: (0, 0), count: all.count)
        let count = all.reduce(0) { $0 + $1.count }
        var seen = RunSet(capacity: count)
        for index in all.indices { shares[index].before = seen.take(all[index]) }
        seen = RunSet(capacity: count)
        for index in all.indices.reversed() { shares[index].after = seen.take(all[index]) }
        return shares
    }

    /// Hashes of the runs of four words, capitals and small letters taken alike.
    static func runs(of bytes: ArraySlice<UInt8>) -> [UInt64] {
        WordHash.runs(of: WordHash.words(of: bytes).map(\.hash), length: 4)
    }
}

/// A set of hashes of runs: they are spread well already, so a place in the table is their own low bits.
struct RunSet {
    private var slots: [UInt64]
    private var count = 0

    /// Room for that many runs before it grows.
    init(capacity: Int = 0) {
        var size = 64
        while size < 2 * capacity { size *= 2 }
        slots = [UInt64](repeating: 0, count: size)
    }

    func contains(_ run: UInt64) -> Bool { slots[place(of: run)] != 0 }

    /// Whether the run is new.
    @discardableResult mutating func insert(_ run: UInt64) -> Bool {
        let place = place(of: run)
        guard slots[place] == 0 else { return false }
        slots[place] = run | 1
        count += 1
        if 2 * count > slots.count { grow() }
        return true
    }

    /// The share of these runs that it had before, of four and more; it has them all afterwards.
    mutating func take(_ runs: [UInt64]) -> Float {
        var known = 0
        if runs.count > 3 { for run in runs where contains(run) { known += 1 } }
        for run in runs { insert(run) }
        return runs.count > 3 ? Float(known) / Float(runs.count) : 0
    }

    /// Where a run stands or would stand; 0 marks an empty slot, so the lowest bit of a run is always set.
    private func place(of run: UInt64) -> Int {
        let mark = run | 1
        var place = Int(truncatingIfNeeded: mark >> 1) & (slots.count - 1)
        while slots[place] != 0, slots[place] != mark { place = (place + 1) & (slots.count - 1) }
        return place
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: 2 * old.count)
        for run in old where run != 0 { slots[place(of: run)] = run }
    }
}
