import Ground

/// The tokens of words seen before; a word of up to 15 bytes is found by comparing two numbers.
///
/// A word has two slots to stand in, the newer or later used of two in the first, and a new one pushes the other out: the cache never
/// grows and never has to be swept.
struct WordCache: Sendable {
    /// A word of at most 15 bytes and its tokens, of which there are one to three.
    struct Slot: Sendable {
        var low: UInt64 = 0
        /// The word's last bytes, and its length in the top byte: zero in an empty slot.
        var high: UInt64 = 0
        var first: Int32 = 0
        var second: Int32 = 0
        var third: Int32 = 0
        var count: Int32 = 0
    }

    /// Borrowed for many words; a power of two of them.
    var slots: [Slot]

    init(slots count: Int = 1 << 15) { slots = Array(repeating: Slot(), count: count) }

    /// The word's slot among `slots`, or nil when it is not there.
    @inline(__always)
    static func find(_ key: Key, in slots: inout MutableSpan<Slot>) -> Slot? {
        let place = key.place(in: slots.count)
        let newer = slots[place]
        if key.isKey(of: newer) { return newer }
        let older = slots[place + 1]
        guard key.isKey(of: older) else { return nil }
        slots[place] = older
        slots[place + 1] = newer
        return older
    }

    @inline(__always)
    static func insert(_ slot: Slot, _ key: Key, in slots: inout MutableSpan<Slot>) {
        let place = key.place(in: slots.count)
        slots[place + 1] = slots[place]
        slots[place] = slot
    }

    struct Key {
        let low: UInt64
        let high: UInt64

        /// The key of a word, or nil for one that is too long to be kept.
        @inline(__always)
        init?(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) {
            let count = end - start
            guard count <= 15 else { return nil }
            var low: UInt64 = 0
            var high: UInt64 = 0
            if start + 16 <= bytes.count {
                let raw = bytes.bytes
                low = raw.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self)
                if count < 8 {
                    low &= (1 << UInt64(count * 8)) - 1
                } else {
                    high = raw.unsafeLoadUnaligned(fromByteOffset: start + 8, as: UInt64.self) & ((1 << UInt64((count - 8) * 8)) - 1)
                }
            } else {
                for at in 0..<min(count, 8) { low |= UInt64(bytes[start + at]) << UInt64(at * 8) }
                for at in 8..<max(count, 8) { high |= UInt64(bytes[start + at]) << UInt64((at - 8) * 8) }
            }
            self.low = low
            self.high = high | UInt64(count) << 56
        }

        /// The first of the two slots, among `count`, where the word stands if it is there.
        @inline(__always)
        fileprivate func place(in count: Int) -> Int {
            let hash = (low ^ high &* 0xD6E8_FEB8_6659_FD93) &* SplitMix.golden
            return Int(truncatingIfNeeded: hash >> 40) & (count - 2)
        }

        @inline(__always)
        fileprivate func isKey(of slot: Slot) -> Bool { slot.low == low && slot.high == high }
    }
}

extension WordCache.Slot {
    /// A word that became the first `count` of `tokens`; nil where those are too many to keep.
    init?(_ key: WordCache.Key, _ tokens: [Int32], _ count: Int) {
        guard (1...3).contains(count) else { return nil }
        self.init(
            low: key.low, high: key.high, first: tokens[0], second: count > 1 ? tokens[1] : 0, third: count > 2 ? tokens[2] : 0,
            count: Int32(count))
    }
}
