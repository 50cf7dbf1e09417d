import Evaluate

/// The numbers of a held-out measurement, for people.
struct LossReport {
    private let summary: LossSummary

    init(_ summary: LossSummary) { self.summary = summary }

    var text: String {
        let numbers = [
            ("loss", fixed(summary.loss, 4) + " nats a token"), ("loss per pair", fixed(summary.lossPerPair, 4)),
            ("perplexity", fixed(summary.perplexity, 2)), ("bits per byte", fixed(summary.bitsPerByte, 4)),
            ("pairs", "\(summary.pairs)"), ("tokens", "\(summary.tokens)"),
        ]
        return numbers.map { $0.0.padded(to: 16) + $0.1 + "\n" }.joined()
    }
}
