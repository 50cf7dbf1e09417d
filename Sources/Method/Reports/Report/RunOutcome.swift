import Ground

/// What a comparison of models came to: the first of them, the last, and how much the last is better.
struct RunOutcome: Sendable, Equatable {
    var first: String
    var last: String
    var lossBefore: Double
    var lossAfter: Double
    /// What the first one is called where it comes from.
    var base: String?
    /// The difference of the losses a pair, last less first, with its 95 % interval.
    var interval: ClosedRange<Double>?
    var pairs: Int?

    /// Nil where the object compares no two models that have losses.
    init?(_ object: JSONObject) {
        let models = (object["models"]?.array ?? []).compactMap(\.object)
        guard models.count > 1, let first = models.first, let last = models.last, let name = first["model"]?.string,
            let other = last["model"]?.string, let before = Self.loss(first), let after = Self.loss(last)
        else { return nil }
        (self.first, self.last, lossBefore, lossAfter) = (name, other, before, after)
        base = object["base_model"]?.string
        pairs = last["pairs"]?.integer
        let ends = (last["against_\(name)"]?.object?["interval"]?.array ?? []).compactMap(\.double)
        if ends.count == 2, ends[0].isFinite, ends[1].isFinite, ends[0] <= ends[1] { interval = ends[0]...ends[1] }
    }

    private static func loss(_ model: JSONObject) -> Double? {
        (model["held_out"]?.object ?? model)["loss"]?.double.flatMap { $0.isFinite ? $0 : nil }
    }

    /// What the interval says, in a sentence.
    var verdict: String {
        guard let interval else { return "" }
        let among = pairs.map { " on \(Figures.grouped($0)) pairs" } ?? ""
        if interval.upperBound < 0 {
            return "better by \(Figures.fixed(-interval.upperBound, 3)) to \(Figures.fixed(-interval.lowerBound, 3))\(among)"
        }
        if interval.lowerBound > 0 {
            return "worse by \(Figures.fixed(interval.lowerBound, 3)) to \(Figures.fixed(interval.upperBound, 3))\(among)"
        }
        return "no difference can be told\(among)"
    }
}
