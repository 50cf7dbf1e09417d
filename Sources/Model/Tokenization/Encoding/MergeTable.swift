import Ground

/// What two neighbouring tokens become, and how early: the merges of byte-pair encoding, found by the pair.
struct MergeTable: Sendable {
    /// A merge as one number, the rank above the token that comes of it: the lowest of several merges first.
    struct Merge: Sendable, Comparable {
        private let order: UInt64

        init(rank: UInt32, result: Int32) { order = UInt64(rank) << 32 | UInt64(UInt32(bitPattern: result)) }

        /// Low ranks merge first.
        var rank: UInt32 { UInt32(truncatingIfNeeded: order >> 32) }
        var result: Int32 { Int32(truncatingIfNeeded: order) }

        /// Two tokens that do not merge.
        static let none = Merge(rank: .max, result: -1)

        @inline(__always)
        static func < (one: Merge, other: Merge) -> Bool { one.order < other.order }

        @inline(__always)
        static func == (one: Merge, other: Merge) -> Bool { one.order == other.order }
    }

    struct Slot: Sendable {
        /// The pair, left in the upper half; all ones in an empty slot.
        fileprivate var pair: UInt64 = .max
        fileprivate var merge = Merge.none
    }

    private(set) var slots: [Slot]
    /// Eight bits a slot, one set for each pair that merges. Most pairs that are asked for do not, and this tells so of nearly all of
    /// them from a sixteenth of the memory, which stays in a core's own cache.
    private(set) var marks: [UInt64]
    private(set) var count = 0

    init(capacity: Int) {
        var size = 64
        while size < capacity * 2 { size *= 2 }
        slots = Array(repeating: Slot(), count: size)
        marks = Array(repeating: 0, count: size / 8)
    }

    /// The merge of two tokens by a table's `slots` and `marks`, which a caller borrows once a word; `.none` where they do not merge.
    @inline(__always)
    static func find(_ left: Int32, _ right: Int32, in slots: Span<Slot>, _ marks: Span<UInt64>) -> Merge {
        let pair = pair(left, right)
        let hash = hash(pair)
        guard marks[mark(hash) & (marks.count - 1)] >> (hash >> 58) & 1 == 1 else { return .none }
        var slot = place(hash) & (slots.count - 1)
        while true {
            let entry = slots[slot]
            if entry.pair == pair { return entry.merge }
            if entry.pair == .max { return .none }
            slot = (slot + 1) & (slots.count - 1)
        }
    }

    func find(_ left: Int32, _ right: Int32) -> Merge { Self.find(left, right, in: slots.span, marks.span) }

    /// Sets the pair's merge; the last of two merges of one pair stays, as in the reference.
    mutating func set(_ left: Int32, _ right: Int32, rank: UInt32, result: Int32) {
        if (count + 1) * 2 > slots.count { grow() }
        if insert(Slot(pair: Self.pair(left, right), merge: Merge(rank: rank, result: result))) { count += 1 }
    }

    /// Whether the pair is new.
    private mutating func insert(_ entry: Slot) -> Bool {
        let hash = Self.hash(entry.pair)
        marks[Self.mark(hash) & (marks.count - 1)] |= 1 << (hash >> 58)
        var slot = Self.place(hash) & (slots.count - 1)
        while slots[slot].pair != .max, slots[slot].pair != entry.pair { slot = (slot + 1) & (slots.count - 1) }
        defer { slots[slot] = entry }
        return slots[slot].pair == .max
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: Slot(), count: old.count * 2)
        marks = Array(repeating: 0, count: slots.count / 8)
        for entry in old where entry.pair != .max { _ = insert(entry) }
    }

    @inline(__always)
    private static func pair(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    @inline(__always)
    private static func hash(_ pair: UInt64) -> UInt64 { pair &* SplitMix.golden }

    /// Slot, word of marks and bit within it come from different bits of the hash.
    @inline(__always)
    private static func place(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 20) }

    @inline(__always)
    private static func mark(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 36) }
}
