import Records

/// The score of a pair as the expectation over the rubric's labels 1 to 5.
struct ExpectedScore: Sendable, Equatable {
    /// The least total probability of the labels for which a judgement counts.
    static let minimumMass = 0.5

    /// The probability of the labels, renormalised over them.
    let probabilities: [Double]
    /// The probability that the judge gave to all labels together, before they were renormalised.
    let mass: Double
    /// 1.0 to 5.0.
    let score: Double

    /// Throws a `Rejection` where the judge would rather have said something else than a label.
    init(masses: [Double]) throws(Rejection) {
        let mass = masses.reduce(0, +)
        guard mass >= Self.minimumMass else {
            throw Rejection("label_mass_low", value: .double(Self.rounded(mass)), threshold: .double(Self.minimumMass))
        }
        self.mass = Self.rounded(mass)
        probabilities = masses.map { Self.rounded($0 / mass) }
        score = Self.rounded(zip(1..., masses).reduce(0) { $0 + Double($1.0) * $1.1 / mass })
    }

    /// Six decimals: what float32 arithmetic supports.
    static func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }
}
