/// A 64-bit hash that tells a torn file, other data or other options apart; not a cryptographic one.
///
/// Bytes are read as eight lanes of 64 bits, so that a checkpoint of gigabytes costs little more than reading it.
struct ContentHash: Sendable {
    private var lanes: SIMD8<UInt64>
    private var words: UInt64 = 0

    init(seed: UInt64 = 0) {
        lanes = SIMD8(0, 1, 2, 3, 4, 5, 6, 7) &* SIMD8(repeating: 0x9E37_79B9_7F4A_7C15) &+ SIMD8(repeating: seed)
    }

    var value: UInt64 {
        var result = words
        for lane in 0..<8 { result = KeyedRandom.mix(result ^ lanes[lane]) }
        return result
    }

    /// The value as 16 hexadecimal digits.
    var text: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    mutating func absorb(_ word: UInt64) {
        let lane = Int(words & 7)
        lanes[lane] = Self.step(lanes[lane], word)
        words &+= 1
    }

    mutating func absorb(_ bytes: UnsafeRawBufferPointer) {
        var offset = 0
        while offset + 64 <= bytes.count {
            let block = bytes.loadUnaligned(fromByteOffset: offset, as: SIMD8<UInt64>.self)
            let mixed = (lanes ^ block) &* SIMD8(repeating: 0xBF58_476D_1CE4_E5B9)
            lanes = mixed ^ (mixed &>> SIMD8(repeating: 29))
            offset += 64
        }
        while offset < bytes.count {
            absorb(UInt64(bytes[offset]) | 0x100)
            offset += 1
        }
        absorb(UInt64(bytes.count))
    }

    private static func step(_ lane: UInt64, _ word: UInt64) -> UInt64 {
        let mixed = (lane ^ word) &* 0xBF58_476D_1CE4_E5B9
        return mixed ^ (mixed >> 29)
    }
}
