/// How several signals of a pair become one probability that it is a good one: the log-odds are a weighted sum of standardised signals, none of
/// which counts further than `mostScales` from its middle.
///
/// What a signal's value says depends on the model and on the texts, so the coefficients are fitted when a backward model is trained, on
/// held-out seeds, and stand in its notes.
public struct SignalCombination: Sendable, Equatable, Codable {
    /// How far from the middle a signal counts, in units of its scale. Beyond that there were hardly any pairs to learn from, and a page full
    /// of prices is no worse for twice as many.
    public static let mostScales = 3.0
    /// Held-out seeds from which on one is fitted. Of 80 answers of Dolly, two instructions each by SmolLM2's adapters, samples of 16, 24, 32
    /// and 64 gave combinations that told people's good from bad instructions on other pages with an AUC of at worst .450, .657, .680, .709.
    public static let leastSeeds = 24
    /// What `fittedTo` says of a fit on instructions that the model wrote itself.
    public static let ownSamples = "own_samples"

    public struct Term: Sendable, Equatable, Codable {
        /// The signal's name, as records have it.
        public var signal: String
        /// What one `scale` more of it adds to the log-odds.
        public var weight: Double
        /// The middle of the signal over the pairs of the fit.
        public var mean: Double
        /// How far it is spread about that; above 0.
        public var scale: Double

        public init(signal: String, weight: Double, mean: Double, scale: Double) {
            self.signal = signal
            self.weight = weight
            self.mean = mean
            self.scale = scale
        }

        /// The signal in units of its scale.
        public func standardised(_ value: Double) -> Double {
            min(SignalCombination.mostScales, max(-SignalCombination.mostScales, (value - mean) / scale))
        }
    }

    public var intercept: Double
    public var terms: [Term]
    /// What the weights were fitted to: `ownSamples`, or nil for pairs of people against mismatched and spoilt ones, which says less of what a
    /// model writes itself.
    public var fittedTo: String?
    /// The fingerprint of the forward model that some of the signals were measured with; nil where none needs one.
    public var forward: String?

    public enum CodingKeys: String, CodingKey, CaseIterable {
        case intercept, terms, forward
        case fittedTo = "fitted_to"
    }

    public init(intercept: Double, terms: [Term], fittedTo: String? = nil, forward: String? = nil) {
        self.intercept = intercept
        self.terms = terms
        self.fittedTo = fittedTo
        self.forward = forward
    }

    /// The coefficients by name.
    public var object: JSONObject {
        let terms = terms.map { term -> JSONValue in
            ["signal": .string(term.signal), "weight": .double(term.weight), "mean": .double(term.mean), "scale": .double(term.scale)]
        }
        return ["intercept": .double(intercept), "terms": .array(terms)]
    }

    /// What each term adds to the log-odds; nil where a signal is missing.
    public func parts(_ values: [String: Double]) -> [(signal: String, part: Double)]? {
        var parts: [(signal: String, part: Double)] = []
        for term in terms {
            guard let value = values[term.signal], value.isFinite else { return nil }
            parts.append((term.signal, term.weight * term.standardised(value)))
        }
        return parts
    }

    /// The log-odds of a good pair; nil where a signal is missing.
    public func logOdds(_ values: [String: Double]) -> Double? { parts(values).map { $0.reduce(intercept) { $0 + $1.part } } }
}
