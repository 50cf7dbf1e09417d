import Ground

/// A map from byte strings to numbers, built once: open addressing over strings that lie end to end in one array.
struct ByteTable: Sendable {
    /// The strings, end to end; string `i` ends where string `i + 1` begins.
    private(set) var arena: [UInt8] = []
    private(set) var offsets: [Int] = [0]
    /// The index of the string in each slot plus one; zero is an empty slot.
    private var slots: [Int32]
    private var mask: Int

    init(capacity: Int) {
        var size = 64
        while size < capacity * 2 { size *= 2 }
        slots = Array(repeating: 0, count: size)
        mask = size - 1
    }

    var count: Int { offsets.count - 1 }

    func bytes(_ index: Int) -> ArraySlice<UInt8> { arena[offsets[index]..<offsets[index + 1]] }

    /// The index of `bytes[range]`, or -1.
    func find(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        var slot = Int(truncatingIfNeeded: Self.hash(bytes, range)) & mask
        while slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            if equals(index, bytes, range) { return index }
            slot = (slot + 1) & mask
        }
        return -1
    }

    func find(_ bytes: some Collection<UInt8>) -> Int {
        let copy = Array(bytes)
        return find(copy.span, 0..<copy.count)
    }

    /// Adds a string at the next index, found or not; the first of two equal strings is the one that is found.
    mutating func append(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        if find(bytes, range) < 0 {
            if (count + 1) * 2 > slots.count { grow() }
            insert(index: count, hash: Self.hash(bytes, range))
        }
        for at in range { arena.append(bytes[at]) }
        offsets.append(arena.count)
    }

    mutating func append(_ bytes: some Sequence<UInt8>) {
        let copy = Array(bytes)
        append(copy.span, 0..<copy.count)
    }

    /// Adds a string at the next index that is never found.
    mutating func appendHidden(_ bytes: some Sequence<UInt8>) {
        arena.append(contentsOf: bytes)
        offsets.append(arena.count)
    }

    private mutating func insert(index: Int, hash: UInt64) {
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = Int32(index) + 1
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: 0, count: old.count * 2)
        mask = slots.count - 1
        for entry in old where entry != 0 {
            let index = Int(entry) - 1
            insert(index: index, hash: Self.hash(arena.span, offsets[index]..<offsets[index + 1]))
        }
    }

    private func equals(_ index: Int, _ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        let start = offsets[index]
        guard offsets[index + 1] - start == range.count else { return false }
        for step in 0..<range.count where arena[start + step] != bytes[range.lowerBound + step] { return false }
        return true
    }

    /// Eight bytes a step, mixed by multiplication.
    static func hash(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        var hash = UInt64(range.count) &* SplitMix.golden
        var at = range.lowerBound
        while at + 8 <= range.upperBound {
            hash = mix(hash ^ bytes.bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self))
            at += 8
        }
        var rest: UInt64 = 0
        while at < range.upperBound {
            rest = rest << 8 | UInt64(bytes[at])
            at += 1
        }
        return mix(hash ^ rest)
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low
    }
}
