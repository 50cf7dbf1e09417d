/// What two neighbouring tokens become, and how early: the merges of byte-pair encoding, found by the pair.
struct MergeTable: Sendable {
    struct Merge: Sendable {
        /// The pair, left in the upper half; all ones in an empty slot.
        var pair: UInt64
        /// Low ranks merge first; `UInt32.max` means no merge.
        var rank: UInt32
        var result: Int32
    }

    private var slots: [Merge]
    private var mask: Int
    private(set) var count = 0

    static let none = Merge(pair: .max, rank: .max, result: -1)

    init(capacity: Int) {
        var size = 64
        while size < capacity * 2 { size *= 2 }
        slots = Array(repeating: Self.none, count: size)
        mask = size - 1
    }

    @inline(__always)
    func find(_ left: Int32, _ right: Int32) -> Merge {
        let pair = Self.pair(left, right)
        var slot = slot(of: pair)
        while true {
            let entry = slots[slot]
            if entry.pair == pair { return entry }
            if entry.pair == .max { return Self.none }
            slot = (slot + 1) & mask
        }
    }

    /// Sets the pair's merge; the last of two merges of one pair stays, as in the reference.
    mutating func set(_ left: Int32, _ right: Int32, rank: UInt32, result: Int32) {
        if (count + 1) * 2 > slots.count { grow() }
        let pair = Self.pair(left, right)
        var slot = slot(of: pair)
        while slots[slot].pair != .max, slots[slot].pair != pair { slot = (slot + 1) & mask }
        if slots[slot].pair == .max { count += 1 }
        slots[slot] = Merge(pair: pair, rank: rank, result: result)
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: Self.none, count: old.count * 2)
        mask = slots.count - 1
        for entry in old where entry.pair != .max {
            var slot = slot(of: entry.pair)
            while slots[slot].pair != .max { slot = (slot + 1) & mask }
            slots[slot] = entry
        }
    }

    @inline(__always)
    private static func pair(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    @inline(__always)
    private func slot(of pair: UInt64) -> Int { Int(truncatingIfNeeded: (pair &* 0x9E37_79B9_7F4A_7C15) >> 20) & mask }
}
