import Foundation
import Records
import Synchronization

/// The scores that a rating gave, for what a person is told where none of them is high enough.
final class ScoreSpread: Sendable {
    private let scores = Mutex<[Double]>([])

    /// Takes up the score of one pair, if it has one.
    func add(_ outcome: Outcome) {
        guard case .dropped(let pair, _) = outcome, let score = pair["score"]?.double else { return }
        scores.withLock { $0.append(score) }
    }

    /// How high the scores go, and what to do.
    func advice(below least: Double) -> String {
        let sorted = scores.withLock { $0.sorted(by: >) }
        // Rounded down: a score below what is asked for never reads as if it reached it.
        func at(_ share: Double) -> String {
            String(format: "%.2f", (sorted[Int(Double(sorted.count - 1) * share)] * 100).rounded(.down) / 100)
        }
        let spread =
            sorted.isEmpty
            ? ""
            : " Of \(sorted.count) pairs the best has \(at(0)); a tenth has \(at(0.1)) or more, a quarter \(at(0.25)), half \(at(0.5))."
        return
            "no pair has the score \(String(format: "%g", least)) that is asked for.\(spread) `--top-fraction 0.5` keeps the better half, "
            + "`--min-score X` asks for less, and `humpback calibrate` finds X from your own verdicts."
    }
}
