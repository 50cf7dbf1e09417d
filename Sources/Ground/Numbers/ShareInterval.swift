/// What chance leaves open of a share.
public enum ShareInterval {
    /// The 95 % interval of `count` among `total` (Wilson 1927), honest at the ends: of none or all of a few it is no point.
    ///
    /// - Parameter count: may be no whole number, where halves are counted.
    public static func wilson(_ count: Double, of total: Int) -> ClosedRange<Double> {
        guard total > 0 else { return 0...1 }
        let (z, n) = (1.96, Double(total))
        let share = min(1, max(0, count / n))
        let middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        let half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        return max(0, min(share, middle - half))...min(1, max(share, middle + half))
    }
}
