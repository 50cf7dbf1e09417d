/// Warnings that a run deserves, with what to do; functions of the losses alone.
enum TrainingAdvice {
    /// How far the smoothed loss may rise over its lowest value before it counts as divergence: half of it again, and half a nat.
    static func divergence(smoothed: Double, lowest: Double) -> String? {
        guard smoothed > 1.5 * lowest && smoothed > lowest + 0.5 else { return nil }
        return "the loss has risen from \(rounded(lowest)) to \(rounded(smoothed)): the run diverges. "
            + "Lower the learning rate (to a third), raise the warm-up, or clip the gradient harder"
    }

    /// Says once that the held-out loss rises: after two measurements without a new best, where it is half a percent over the best.
    static func heldOutRise(loss: Double, previous: Double?, best: Double, bestStep: Int, measurements: Int) -> String? {
        func isRisen(_ loss: Double, _ measurements: Int) -> Bool { measurements >= 2 && loss > 1.005 * best }
        guard isRisen(loss, measurements), !isRisen(previous ?? best, measurements - 1) else { return nil }
        return "the held-out loss rises (now \(rounded(loss)), best \(rounded(best)) at step \(bestStep)): the model begins to learn its "
            + "examples by heart. Keep the best weights (--keep best, or --patience 3), take fewer steps, more data, or dropout"
    }

    private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
