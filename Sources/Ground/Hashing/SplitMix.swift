/// SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
public struct SplitMix: RandomNumberGenerator, Sendable {
    @usableFromInline var state: UInt64

    @inlinable public init(seed: UInt64) { state = seed }

    @inlinable
    public mutating func next() -> UInt64 {
        state &+= Self.golden
        return Self.finish(state)
    }

    /// From 0 up to, not including, 1: one of 2^53 evenly spaced numbers.
    @inlinable public mutating func uniform() -> Double { Self.unit(next()) }

    /// The number that `next` gives after `index` others.
    @inlinable
    public static func number(_ index: UInt64, ofSeed seed: UInt64) -> UInt64 { finish(seed &+ (index &+ 1) &* golden) }

    /// The upper 53 bits as a number from 0 up to, not including, 1.
    @inlinable public static func unit(_ bits: UInt64) -> Double { Double(bits >> 11) * 0x1p-53 }

    /// 2^64 divided by the golden ratio, odd: the step of the generator, and a factor that spreads keys over a table.
    @inlinable public static var golden: UInt64 { 0x9E37_79B9_7F4A_7C15 }

    /// A bijection of 64 bits in which every bit of the input moves half of the output.
    @inlinable
    public static func finish(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
