/// A linear regression with an L2 penalty, in Double.
///
/// Minimises 1/n sum_i (y_i - intercept - x_i · weights)² + ridge |weights|²; the intercept is not penalised.
struct RidgeRegression: Equatable {
    private(set) var intercept: Double
    private(set) var weights: [Double]

    struct Row: Equatable {
        var x: [Double]
        var target: Double
        /// What is left out together.
        var group: Int
    }

    /// The penalties that `chosen` tries.
    static let penalties = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10]

    /// Shapes: every row's `x` has the same length; `ridge` is above 0; at least one row.
    init(_ rows: [Row], ridge: Double) {
        let width = rows.first?.x.count ?? 0
        precondition(ridge > 0 && rows.allSatisfy { $0.x.count == width }, "rows of one length, and a penalty above 0")
        let count = Double(max(1, rows.count))
        let middle = rows.reduce(0) { $0 + $1.target } / count
        let means = (0..<width).map { place in rows.reduce(0) { $0 + $1.x[place] } / count }
        var (curvature, slope) = (
            [[Double]](repeating: [Double](repeating: 0, count: width), count: width), [Double](repeating: 0, count: width)
        )
        for row in rows {
            let x = zip(row.x, means).map { $0 - $1 }
            for i in 0..<width {
                slope[i] += x[i] * (row.target - middle) / count
                for j in 0...i { curvature[i][j] += x[i] * x[j] / count }
            }
        }
        for i in 0..<width { curvature[i][i] += ridge }
        let found = RidgeLogistic.solve(curvature, slope) ?? [Double](repeating: 0, count: width)
        weights = found
        intercept = middle - zip(found, means).reduce(0) { $0 + $1.0 * $1.1 }
    }

    func value(_ x: [Double]) -> Double { zip(x, weights).reduce(intercept) { $0 + $1.0 * $1.1 } }

    /// The penalty whose fits err least, in squares, on groups that they were not made from, and what those fits say of each row.
    static func chosen(_ rows: [Row]) -> (ridge: Double, leftOut: [Double]) {
        let groups = Set(rows.map(\.group)).sorted()
        var best: (error: Double, ridge: Double, leftOut: [Double])?
        for ridge in penalties {
            var leftOut = [Double](repeating: 0, count: rows.count)
            for group in groups {
                let rest = rows.filter { $0.group != group }
                guard !rest.isEmpty else { continue }
                let fitted = RidgeRegression(rest, ridge: ridge)
                for place in rows.indices where rows[place].group == group { leftOut[place] = fitted.value(rows[place].x) }
            }
            let error = zip(rows, leftOut).reduce(0) { $0 + ($1.0.target - $1.1) * ($1.0.target - $1.1) }
            if best.map({ error < $0.error }) ?? true { best = (error, ridge, leftOut) }
        }
        return best.map { ($0.ridge, $0.leftOut) } ?? (penalties[0], [])
    }
}
