import LanguageModels
import Records

/// One judgement of a pair: the probability of each label and the score they make.
public struct Rating: Sendable, Equatable {
    /// The least total probability of the labels for which a judgement counts.
    public static let minimumMass = 0.5

    public let judgement: Judgement
    /// The probability of the labels 1 to 5, renormalised over them.
    public let probabilities: [Double]
    /// The probability that the judge gave to all labels together, before they were renormalised.
    public let mass: Double
    /// The expected label, 1.0 to 5.0.
    public let score: Double
    public let isTruncated: Bool

    /// Throws a `Rejection` where the judge would rather have said something else than a label.
    init(rubric judgement: Judgement, masses: [Double], isTruncated: Bool) throws {
        let mass = masses.reduce(0, +)
        guard mass >= Self.minimumMass else {
            throw Rejection("label_mass_low", value: .double(Self.rounded(mass)), threshold: .double(Self.minimumMass))
        }
        self.judgement = judgement
        self.mass = mass
        self.isTruncated = isTruncated
        probabilities = masses.map { $0 / mass }
        score = Self.rounded(zip(1..., probabilities).reduce(0) { $0 + Double($1.0) * $1.1 })
    }

    /// Six decimals: what float32 arithmetic supports.
    private static func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }

    func object(by maker: JSONObject, iteration: Int) -> JSONObject {
        var object = JSONObject()
        object["rubric"] = .string(judgement.rawValue)
        object["scale"] = [1, 5]
        object["score"] = .double(score)
        object["probabilities"] = .array(probabilities.map { .double(Self.rounded($0)) })
        object["mass"] = .double(Self.rounded(mass))
        if isTruncated { object["truncated"] = true }
        object["judge"] = .object(maker)
        object["iteration"] = .integer(iteration)
        return object
    }
}
