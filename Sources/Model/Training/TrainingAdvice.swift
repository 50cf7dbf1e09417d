/// Warnings that a run deserves, with what to do; functions of the losses alone.
enum TrainingAdvice {
    /// How far the smoothed loss may rise over its lowest value before it counts as divergence: half of it again, and half a nat.
    static func divergence(smoothed: Double, lowest: Double) -> String? {
        guard smoothed > 1.5 * lowest && smoothed > lowest + 0.5 else { return nil }
        return "the loss has risen from \(rounded(lowest)) to \(rounded(smoothed)): the run diverges. "
            + "Lower the learning rate (to a third), raise the warm-up, or clip the gradient harder"
    }

    static func heldOutRise(loss: Double, best: Double, bestStep: Int, measurements: Int) -> String? {
        guard measurements == 2 else { return nil }
        return "the held-out loss has not fallen for two measurements (now \(rounded(loss)), best \(rounded(best)) at step \(bestStep)): "
            + "the model begins to learn its examples by heart. Use the best checkpoint, fewer steps, more data, or dropout"
    }

    private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
