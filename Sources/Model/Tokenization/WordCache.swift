/// The tokens of words seen before; a word of up to 15 bytes is found by comparing two numbers.
///
/// A slot holds one word and a newer one takes its place, so the cache never grows and never has to be swept.
struct WordCache: Sendable {
    private struct Slot: Sendable {
        var low: UInt64 = 0
        /// The word's last bytes, and its length in the top byte: zero in an empty slot.
        var high: UInt64 = 0
        var first: Int32 = 0
        var second: Int32 = 0
        var third: Int32 = 0
        var count: Int32 = 0
    }

    private var slots: [Slot]
    private let mask: Int

    init(slots count: Int = 1 << 15) {
        slots = Array(repeating: Slot(), count: count)
        mask = count - 1
    }

    struct Key {
        let low: UInt64
        let high: UInt64
        let slot: Int
    }

    /// The key of a word, or nil for one that is too long to be kept.
    @inline(__always)
    func key(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Key? {
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
        high |= UInt64(count) << 56
        let hash = (low ^ high &* 0xD6E8_FEB8_6659_FD93) &* 0x9E37_79B9_7F4A_7C15
        return Key(low: low, high: high, slot: Int(truncatingIfNeeded: hash >> 40) & mask)
    }

    /// Appends the word's tokens and returns true, or returns false when the word is not here.
    @inline(__always)
    func append(_ key: Key, to output: inout [Int32]) -> Bool {
        let slot = slots[key.slot]
        guard slot.low == key.low, slot.high == key.high else { return false }
        output.append(slot.first)
        if slot.count > 1 {
            output.append(slot.second)
            if slot.count > 2 { output.append(slot.third) }
        }
        return true
    }

    /// Keeps a word of one to three tokens.
    mutating func insert(_ key: Key, _ tokens: ArraySlice<Int32>) {
        guard (1...3).contains(tokens.count) else { return }
        let start = tokens.startIndex
        slots[key.slot] = Slot(
            low: key.low, high: key.high, first: tokens[start], second: tokens.count > 1 ? tokens[start + 1] : 0,
            third: tokens.count > 2 ? tokens[start + 2] : 0, count: Int32(tokens.count))
    }
}
