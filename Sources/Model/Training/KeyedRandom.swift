/// Random bits that depend on their key alone: the same words give the same bits, in any order of asking.
///
/// The mixing step is SplitMix64's finaliser (Steele, Lea and Flood 2014); words are absorbed one after another.
public struct KeyedRandom: Sendable {
    private var state: UInt64

    public init(seed: UInt64) {
        state = Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15)
    }

    /// The generator for one thing inside what this one stands for: a step, a micro-batch, a layer.
    public func keyed(_ word: UInt64) -> KeyedRandom {
        var inner = self
        inner.state = Self.mix(state ^ Self.mix(word &+ 0x9E37_79B9_7F4A_7C15))
        return inner
    }

    /// 64 bits for this key.
    public var bits: UInt64 { Self.mix(state &+ 0xD1B5_4A32_D192_ED03) }

    static func mix(_ word: UInt64) -> UInt64 {
        var z = word
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
