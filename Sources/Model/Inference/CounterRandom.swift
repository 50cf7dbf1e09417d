/// Random numbers that depend on their seed, key and index alone, never on what else was drawn before.
struct CounterRandom: Sendable {
    private let stream: UInt64

    /// The stream of one request; `key` is a record's id and sample number.
    init(seed: UInt64, key: String) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a (Fowler, Noll and Vo)
        for byte in key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        stream = Self.mix(Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15) ^ hash)
    }

    /// The number from 0 up to, not including, 1 that belongs to the token of this index.
    func uniform(_ index: Int) -> Double {
        Double(Self.mix(stream &+ UInt64(truncatingIfNeeded: index &+ 1) &* 0x9E37_79B9_7F4A_7C15) >> 11) * 0x1p-53
    }

    /// SplitMix64's finaliser (Steele, Lea and Flood 2014).
    private static func mix(_ word: UInt64) -> UInt64 {
        var z = word
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
