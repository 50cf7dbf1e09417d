/// Random numbers keyed by what they are for (a record's id, a sample's number, a step), never by position or time: SplitMix64 started
/// from the seed and the key.
public struct KeyedRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64, key: String) { state = stableHash64(key, seed: SplitMix.finish(seed &+ StableMix.first)) }

    public mutating func next() -> UInt64 {
        state &+= SplitMix.golden
        return SplitMix.finish(state)
    }

    /// A number in 0 ..< 1, one of 2^53 evenly spaced ones.
    public mutating func nextUnit() -> Double { SplitMix.unit(next()) }

    /// A number in 0 ..< bound, each equally likely.
    public mutating func nextInt(below bound: Int) -> Int {
        precondition(bound > 0, "an empty range has no number")
        let range = UInt64(bound)
        var product = next().multipliedFullWidth(by: range)
        if product.low < range {
            let unfair = (0 &- range) % range
            while product.low < unfair { product = next().multipliedFullWidth(by: range) }
        }
        return Int(product.high)
    }

    /// Puts the elements in a random order (Fisher and Yates); unlike the standard library's, the order never changes between releases.
    public mutating func shuffle<Element>(_ elements: inout [Element]) {
        guard elements.count > 1 else { return }
        for index in stride(from: elements.count - 1, to: 0, by: -1) { elements.swapAt(index, nextInt(below: index + 1)) }
    }
}

// Keys that are numbers, as training has them.
extension KeyedRandom {
    /// The generator of a seed; `keyed` makes those of what it is for.
    public init(seed: UInt64) { state = SplitMix.finish(seed &+ SplitMix.golden) }

    /// The generator for one thing inside what this one stands for: an epoch, a step, a layer.
    public func keyed(_ word: UInt64) -> KeyedRandom {
        var inner = self
        inner.state = SplitMix.finish(state ^ SplitMix.finish(word &+ SplitMix.golden))
        return inner
    }

    /// 64 bits for this key.
    public var bits: UInt64 { SplitMix.finish(state &+ 0xD1B5_4A32_D192_ED03) }
}

// Numbers that are asked for by their index, as the tokens of an answer need them: none depends on what was asked for before.
extension KeyedRandom {
    /// The generator of one answer; `key` is a record's id and sample number.
    public static func indexed(seed: UInt64, key: String) -> KeyedRandom {
        var random = KeyedRandom(seed: seed)
        random.state = SplitMix.finish(random.state ^ FNV1a.hash64(key.utf8))
        return random
    }

    /// The number from 0 up to, not including, 1 that belongs to this index.
    public func uniform(_ index: Int) -> Double {
        SplitMix.unit(SplitMix.number(UInt64(truncatingIfNeeded: index), ofSeed: state))
    }
}
