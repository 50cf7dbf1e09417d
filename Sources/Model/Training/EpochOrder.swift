import Ground

/// A seeded order of `count` things that can be asked at any position, so that a resumed run needs no state to continue it.
///
/// A balanced Feistel network of six rounds permutes the smallest even-bit domain that holds `count`; positions that land outside
/// walk on until they land inside. Constant memory, fewer than four walks on average.
public struct EpochOrder: Sendable {
    public let count: Int
    private let roundKeys: [UInt64]
    private let halfBits: UInt64
    private let halfMask: UInt64

    public init(count: Int, seed: UInt64, epoch: Int) {
        precondition(count > 0, "an order needs something to order")
        self.count = count
        let random = KeyedRandom(seed: seed).keyed(UInt64(truncatingIfNeeded: epoch))
        roundKeys = (0..<6).map { random.keyed($0).bits }
        let bits = UInt64(Int.bitWidth - (count - 1).leadingZeroBitCount)
        halfBits = max(1, (bits + 1) / 2)
        halfMask = (1 << halfBits) - 1
    }

    /// The index that stands at `position`; each of `0..<count` stands at exactly one.
    public func index(at position: Int) -> Int {
        precondition(position >= 0 && position < count, "a position inside the epoch")
        var value = UInt64(position)
        repeat { value = permuted(value) } while value >= UInt64(count)
        return Int(value)
    }

    private func permuted(_ value: UInt64) -> UInt64 {
        var left = value >> halfBits
        var right = value & halfMask
        for key in roundKeys {
            (left, right) = (right, left ^ (SplitMix.finish(right ^ key) & halfMask))
        }
        return left << halfBits | right
    }
}
