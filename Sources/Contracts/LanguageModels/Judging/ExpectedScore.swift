import Ground
import Records

/// The score of a pair as the expectation over a rubric's labels, read on the scale of 1 to 5.
public struct ExpectedScore: Sendable, Equatable {
    /// The least total probability of the labels for which a judgement counts.
    public static let minimumMass = 0.5

    /// The rubric's own labels.
    public let scale: ClosedRange<Int>
    /// The probability of the labels, renormalised over them.
    public let probabilities: [Double]
    /// The probability that the judge gave to all labels together, before they were renormalised.
    public let mass: Double
    /// 1.0 to 5.0: the lowest label is 1 and the highest 5.
    public let score: Double

    /// Throws a `Rejection` where the judge would rather have said something else than a label.
    ///
    /// - Parameter masses: the probability of each label of `scale`, from the lowest up.
    public init(masses: [Double], scale: ClosedRange<Int> = 1...5) throws(Rejection) {
        precondition(masses.count == scale.count, "a probability for each label")
        let mass = masses.reduce(0, +)
        guard mass >= Self.minimumMass else {
            throw Rejection("label_mass_low", value: .double(Self.rounded(mass)), threshold: .double(Self.minimumMass))
        }
        self.scale = scale
        self.mass = Self.rounded(mass)
        probabilities = masses.map { Self.rounded($0 / mass) }
        let points = zip(scale, masses).reduce(0) { $0 + Double($1.0) * $1.1 / mass }
        let (low, high) = (Double(scale.lowerBound), Double(scale.upperBound))
        score = Self.rounded(scale == 1...5 ? points : 1 + 4 * (points - low) / (high - low))
    }

    /// Six decimals: what float32 arithmetic supports.
    public static func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }
}
