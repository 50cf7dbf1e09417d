import Ground

/// A model's loss on pairs it has not seen, with the standard error where what was recorded gives one.
struct MeasuredLoss: Sendable {
    var label: String
    /// Nats a token.
    var loss: Double
    /// One standard error of `loss` over the choice of pairs.
    var standardError: Double?
    var pairs: Int?
    var source: String

    /// Nil where the object has no loss, as `evaluate --json` and report.json write it.
    init?(_ object: JSONObject, label: String, source: String) {
        let numbers = object["held_out"]?.object ?? object
        guard let loss = numbers["loss"]?.double, loss.isFinite else { return nil }
        self.label = label
        self.loss = loss
        standardError = numbers["loss_standard_error"]?.double
        pairs = numbers["pairs"]?.integer
        self.source = source
    }

    init(label: String, tally: RatioTally, source: String) {
        self.label = label
        loss = tally.ratio
        standardError = tally.standardError
        pairs = tally.count
        self.source = source
    }

    init(label: String, loss: Double, source: String) {
        self.label = label
        self.loss = loss
        self.source = source
    }
}
