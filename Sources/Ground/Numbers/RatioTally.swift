/// A sum of one number over a sum of another, such as nats over tokens, and how far chance in the choice of pairs moves it.
///
/// The standard error is the usual one of a ratio of means: Cochran, Sampling Techniques (1977), section 6.3.
public struct RatioTally: Sendable, Equatable {
    public private(set) var count = 0
    private var above = 0.0
    private var below = 0.0
    private var aboveSquared = 0.0
    private var belowSquared = 0.0
    private var product = 0.0

    public init() {}

    public mutating func add(_ value: Double, per weight: Double) {
        count += 1
        above += value
        below += weight
        aboveSquared += value * value
        belowSquared += weight * weight
        product += value * weight
    }

    public var ratio: Double { below > 0 ? above / below : .nan }

    /// One standard error; nil for fewer than two.
    public var standardError: Double? {
        guard count > 1, below > 0 else { return nil }
        let squares = aboveSquared - 2 * ratio * product + ratio * ratio * belowSquared
        return (max(0, squares) * Double(count) / Double(count - 1)).squareRoot() / below
    }
}
