/// A loss curve drawn with letters, for the end of a run in a terminal.
public enum LossCurve {
    /// Draws the losses, means of equal stretches of steps, as `width` columns and `height` lines with the scale at the left; of fewer steps
    /// than columns each takes several of them.
    public static func drawn(_ losses: [Double], width: Int = 60, height: Int = 10) -> String {
        let finite = losses.filter(\.isFinite)
        guard finite.count > 1, width > 0, height > 1 else { return "" }
        let stretches = min(width, finite.count)
        let wide = width / stretches
        let columns = stretches * wide
        let means = (0..<columns).map { column in
            let index = column / wide
            let stretch = finite[index * finite.count / stretches..<(index + 1) * finite.count / stretches]
            return stretch.reduce(0, +) / Double(stretch.count)
        }
        guard let low = means.min(), let high = means.max() else { return "" }
        let span = max(high - low, 1e-12)
        let levels = means.map { Int((($0 - low) / span * Double(height - 1)).rounded()) }
        let lines = (0..<height).reversed().map { level in
            let value = low + span * Double(level) / Double(height - 1)
            return "\(label(value)) │" + levels.map { $0 == level ? "•" : " " }.joined()
        }
        let axis = String(repeating: " ", count: 8) + "└" + String(repeating: "─", count: columns)
        return (lines + [axis, String(repeating: " ", count: 9) + "steps 1 to \(losses.count)"]).joined(separator: "\n")
    }

    /// Seven letters: three decimals, right-aligned.
    private static func label(_ value: Double) -> String {
        let thousandths = Int((value * 1000).rounded())
        let digits = String(abs(thousandths) % 1000)
        let text = "\(thousandths < 0 ? "-" : "")\(abs(thousandths) / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
        return String(repeating: " ", count: max(0, 7 - text.count)) + text
    }
}
