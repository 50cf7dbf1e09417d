import Foundation

/// Warnings that a run deserves, with what to do; functions of the losses alone.
enum TrainingAdvice {
    /// How far the smoothed loss may rise over its lowest value before it counts as divergence: half of it again, and half a nat.
    static func divergence(smoothed: Double, lowest: Double) -> String? {
        guard isFarAbove(smoothed, lowest) else { return nil }
        return "the loss has risen from \(rounded(lowest)) to \(rounded(smoothed)): the run diverges. "
            + "Lower the learning rate (to a third), raise the warm-up, or clip the gradient harder"
    }

    /// Says what a first loss far above the base's own comes from: nothing has been learned yet, so that it is never learning by heart.
    ///
    /// - Parameters:
    ///   - own: the base's loss on the same examples without dropout; nil where there is no dropout, and the two are one.
    ///   - heldOut: the base's loss on the held-out examples.
    ///   - dropout: the greater of the shares left out of activations and of the adapters' inputs.
    ///   - vocabulary: the number of tokens; nil for a base made at random, of which nothing is to be expected.
    static func firstLoss(_ first: Double, own: Double?, heldOut: Double?, dropout: Double, vocabulary: Int?) -> String? {
        // The same examples: the difference has one cause.
        if let own, dropout > 0, first > own + 0.25 {
            return "the first loss is \(rounded(first)), the base's own on the same examples \(rounded(own)): dropout \(dropout) takes the "
                + "difference out of weights that were trained without it. Train with --dropout 0"
        }
        let base = own ?? first
        // Of a model that knows the vocabulary and nothing else, less what the commonest tokens give away.
        if let vocabulary, vocabulary > 1000, base > 0.75 * log(Double(vocabulary)) {
            return "the base's own loss on the first examples is \(rounded(base)), hardly better than chance "
                + "(\(rounded(log(Double(vocabulary)))) for \(vocabulary) tokens): it was not trained on text like this, or its chat "
                + "template or tokenizer is another model's. Look at the rows with `humpback show-mask`"
        }
        if let heldOut, isFarAbove(base, heldOut) {
            return
                "the base's own loss on the first examples is \(rounded(base)), on the held-out ones \(rounded(heldOut)): the two are of "
                + "different kinds (language, template, broken text). Look at the rows with `humpback show-mask`"
        }
        return nil
    }

    /// Says once that the held-out loss rises, and why: after two measurements without a new best, where it is half a percent over the
    /// best.
    ///
    /// - Parameters:
    ///   - base: the held-out loss before the first step. A run that never came below it has not learned by heart; its steps are too long.
    ///   - training: the running mean of the training loss; well below the held-out loss only where examples are learned by heart.
    static func heldOutRise(
        loss: Double, previous: Double?, best: Double, bestStep: Int, base: Double?, training: Double?, dropout: Double, measurements: Int
    ) -> String? {
        func isRisen(_ loss: Double, _ measurements: Int) -> Bool { measurements >= 2 && loss > 1.005 * best }
        guard isRisen(loss, measurements), !isRisen(previous ?? best, measurements - 1) else { return nil }
        let now = "the held-out loss rises (now \(rounded(loss)), best \(rounded(best)) at step \(bestStep)"
        if let base, !(best < base) {
            return "\(now)) and was never below the base's own, \(rounded(base)): the steps are too long for what the base knows. "
                + "Lower the learning rate (to a third)" + (dropout > 0 ? ", and train with --dropout 0" : "")
        }
        let before = base.map { ", the base's own \(rounded($0))" } ?? ""
        if let training, training > 0.9 * best {
            return "\(now)\(before)), while the loss of the training examples, \(rounded(training)), is no lower: the steps are too long. "
                + "Lower the learning rate (to a third), or let it fall to nothing (--final-rate 0)"
        }
        return "\(now)\(before)): the model begins to learn its examples by heart. The best weights are the ones to keep (--keep best); "
            + "--patience 3 stops in time, and more data or fewer passes (--epochs) help"
    }

    private static func isFarAbove(_ loss: Double, _ other: Double) -> Bool { loss > 1.5 * other && loss > other + 0.5 }

    private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
