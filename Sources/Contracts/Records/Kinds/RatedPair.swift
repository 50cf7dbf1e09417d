import Ground

/// A pair with the judge's score: what `curate` makes and `finetune` reads.
public struct RatedPair: Sendable, Equatable {
    public let pair: Pair
    /// An expected value from 1.0 to 5.0.
    public let score: Double
    public let ratings: [Rating]
    public var object: JSONObject { pair.object }
    public var isSelected: Bool { pair.isSelected }

    /// Reads a rated pair. Throws `RecordsError.wrongShape` for another kind of record and a `Rejection` for one that lacks something.
    public init(_ object: JSONObject) throws {
        try RecordShape.require(.ratedPair, object)
        pair = try Pair(object)
        guard let score = object["score"]?.double, score >= 1, score <= 5 else {
            throw Rejection("score_out_of_range", value: object["score"] ?? .null, threshold: "1.0 to 5.0")
        }
        self.score = score
        ratings = (object["ratings"]?.array ?? []).compactMap { $0.object.flatMap(Rating.init) }
    }

    /// The pair with further judgements; its score is what they come to.
    public init(_ pair: Pair, ratings: [Rating], score: Double, isSelected: Bool) throws {
        var object = pair.object
        object["score"] = .double(score)
        object["selected"] = .bool(isSelected)
        object["ratings"] = .array((object["ratings"]?.array ?? []) + ratings.map { .object($0.object) })
        try self.init(object)
    }
}

/// One judgement of a pair.
public struct Rating: Sendable, Equatable {
    public var rubric: String
    /// Of a rubric in words a hash of all that the judge was told.
    public var rubricFingerprint: String?
    /// The rubric's own lowest and highest score.
    public var scale: ClosedRange<Double>
    /// The probability of each label, renormalised over the labels, in the rubric's order.
    public var probabilities: [(label: String, probability: Double)]
    /// What all labels together had of the judge's whole probability.
    public var mass: Double
    public var judge: String
    public var iteration: Int
    /// Of a judgement by likelihoods: what text and instruction add to each other's log-probability, in nats.
    public var gain: Double?
    /// What the gain is the mean of, by the model's role; empty where it is one model's alone.
    public var gainParts: [(role: String, gain: Double)]
    /// How each model's gain was read, by its role: the gain at which two texts belong together as likely as not, and what makes it e times
    /// likelier.
    public var gainScales: [(role: String, middle: Double, width: Double)]
    /// Of a judgement by combined signals: what each adds to the log-odds, the intercept first.
    public var parts: [(signal: String, logOdds: Double)]

    public init(
        rubric: String, scale: ClosedRange<Double>, probabilities: [(label: String, probability: Double)], mass: Double, judge: String,
        iteration: Int, gain: Double? = nil, gainParts: [(role: String, gain: Double)] = [],
        gainScales: [(role: String, middle: Double, width: Double)] = [], parts: [(signal: String, logOdds: Double)] = [],
        rubricFingerprint: String? = nil
    ) {
        self.rubric = rubric
        self.rubricFingerprint = rubricFingerprint
        self.scale = scale
        self.probabilities = probabilities
        self.mass = mass
        self.judge = judge
        self.iteration = iteration
        self.gain = gain
        self.gainParts = gainParts
        self.gainScales = gainScales
        self.parts = parts
    }

    /// Reads an entry of `ratings`, or gives nil where a field is missing.
    public init?(_ object: JSONObject) {
        guard let rubric = object["rubric"]?.string, let scale = object["scale"]?.array, scale.count == 2,
            let low = scale[0].double, let high = scale[1].double, low <= high, let mass = object["mass"]?.double
        else { return nil }
        let probabilities = (object["probabilities"]?.object?.fields ?? []).compactMap { field in
            field.value.double.map { (label: field.key, probability: $0) }
        }
        self.init(
            rubric: rubric, scale: low...high, probabilities: probabilities, mass: mass, judge: object["judge"]?.string ?? "",
            iteration: object["iteration"]?.integer ?? 0, gain: object["gain"]?.double,
            gainParts: (object["gain_parts"]?.object?.fields ?? []).compactMap { part in part.value.double.map { (part.key, $0) } },
            gainScales: (object["gain_scales"]?.object?.fields ?? []).compactMap { scale in
                guard let middle = scale.value.object?["middle"]?.double, let width = scale.value.object?["width"]?.double else {
                    return nil
                }
                return (scale.key, middle, width)
            },
            parts: (object["parts"]?.object?.fields ?? []).compactMap { part in part.value.double.map { (part.key, $0) } },
            rubricFingerprint: object["rubric_fingerprint"]?.string)
    }

    public var object: JSONObject {
        var object: JSONObject = [
            "rubric": .string(rubric), "scale": [.double(scale.lowerBound), .double(scale.upperBound)],
            "probabilities": .object(JSONObject(probabilities.map { ($0.label, .double($0.probability)) })), "mass": .double(mass),
            "judge": .string(judge), "iteration": .integer(iteration),
        ]
        if let rubricFingerprint { object["rubric_fingerprint"] = .string(rubricFingerprint) }
        if let gain { object["gain"] = .double(gain) }
        if !gainParts.isEmpty { object["gain_parts"] = .object(JSONObject(gainParts.map { ($0.role, .double($0.gain)) })) }
        if !gainScales.isEmpty {
            object["gain_scales"] = .object(
                JSONObject(gainScales.map { ($0.role, .object(["middle": .double($0.middle), "width": .double($0.width)])) }))
        }
        if !parts.isEmpty { object["parts"] = .object(JSONObject(parts.map { ($0.signal, .double($0.logOdds)) })) }
        return object
    }

    public static func == (one: Rating, other: Rating) -> Bool { one.object == other.object }
}
