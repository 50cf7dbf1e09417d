/// Random numbers keyed by what they are for (a record's id, a sample's number), never by position or time: SplitMix64 started from
/// the seed and the key.
///
/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
public struct KeyedRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64, key: String) { state = stableHash64(key, seed: StableMix.finish(seed &+ StableMix.first)) }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return StableMix.finish(state)
    }

    /// A number in 0 ..< 1, one of 2^53 evenly spaced ones.
    public mutating func nextUnit() -> Double { Double(next() >> 11) * 0x1p-53 }

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
