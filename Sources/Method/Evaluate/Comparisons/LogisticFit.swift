import Foundation

/// A logistic regression by Newton's method in Double: P(y = 1 | x) = 1 / (1 + exp(-w·x)), for outcomes anywhere between 0 and 1.
///
/// A ridge on each weight keeps the maximum finite where the outcomes can be told apart wholly, and where columns depend on each other; a
/// greater one says that a weight is small unless many cases say otherwise. The errors are robust ones, H⁻¹ (Σ r² x xᵀ) H⁻¹ with r = y - p (Huber 1967; White 1982): outcomes that are no coin flips,
/// as a judge's probabilities are, have them right too.
public struct LogisticFit: Sendable {
    public let weights: [Double]
    /// The covariance of the weights, row by row.
    public let covariance: [[Double]]
    public let steps: Int

    /// - Parameters:
    ///   - rows: the columns of each case, all of one count; at least one.
    ///   - outcomes: between 0 and 1.
    ///   - ridges: the penalty of a squared unit of each weight, on the scale of the log-likelihood's sum; nil is 1e-3 for all.
    public init(_ rows: [[Double]], outcomes: [Double], ridges: [Double]? = nil) {
        precondition(!rows.isEmpty && rows.count == outcomes.count, "an outcome for each row")
        let width = rows[0].count
        let ridge = ridges ?? [Double](repeating: 1e-3, count: width)
        var weights = [Double](repeating: 0, count: width)
        var step = 0
        var value = Self.objective(rows, outcomes, weights, ridge)
        while step < 100 {
            step += 1
            let (gradient, hessian) = Self.derivatives(rows, outcomes, weights, ridge)
            let move = Self.solve(hessian, gradient)
            // Newton's step overshoots far from the maximum: halve it until it climbs.
            var (scale, next, reached) = (1.0, weights, -Double.infinity)
            while scale > 1e-8 {
                next = zip(weights, move).map { $0 + scale * $1 }
                reached = Self.objective(rows, outcomes, next, ridge)
                if reached >= value { break }
                scale /= 2
            }
            guard reached >= value else { break }
            weights = next
            value = reached
            if (move.map(abs).max() ?? 0) * scale < 1e-12 { break }
        }
        let (_, hessian) = Self.derivatives(rows, outcomes, weights, ridge)
        var middle = [[Double]](repeating: [Double](repeating: 0, count: width), count: width)
        for (row, outcome) in zip(rows, outcomes) {
            let residual = outcome - Self.probability(row, weights)
            for i in 0..<width where row[i] != 0 {
                for j in 0..<width { middle[i][j] += residual * residual * row[i] * row[j] }
            }
        }
        let inverse = (0..<width).map { column in Self.solve(hessian, (0..<width).map { $0 == column ? 1 : 0 }) }
        covariance = Self.product(Self.product(inverse, middle), inverse)
        (self.weights, steps) = (weights, step)
    }

    public func standardError(_ weight: Int) -> Double { covariance[weight][weight].squareRoot() }

    static func sigmoid(_ value: Double) -> Double { value >= 0 ? 1 / (1 + exp(-value)) : exp(value) / (1 + exp(value)) }

    private static func dot(_ one: [Double], _ other: [Double]) -> Double { zip(one, other).reduce(0) { $0 + $1.0 * $1.1 } }
    private static func probability(_ row: [Double], _ weights: [Double]) -> Double { sigmoid(dot(row, weights)) }

    private static func objective(_ rows: [[Double]], _ outcomes: [Double], _ weights: [Double], _ ridge: [Double]) -> Double {
        zip(rows, outcomes).reduce(-dot(ridge, weights.map { $0 * $0 })) { sum, one in
            let z = dot(one.0, weights)
            // y z - log(1 + exp z), without overflow.
            return sum + one.1 * z - max(z, 0) - log1p(exp(-abs(z)))
        }
    }

    private static func derivatives(
        _ rows: [[Double]], _ outcomes: [Double], _ weights: [Double], _ ridge: [Double]
    ) -> (gradient: [Double], hessian: [[Double]]) {
        let width = weights.count
        var gradient = zip(weights, ridge).map { -2 * $0 * $1 }
        var hessian = (0..<width).map { row in (0..<width).map { row == $0 ? 2 * ridge[row] : 0 } }
        for (row, outcome) in zip(rows, outcomes) {
            let p = probability(row, weights)
            for i in 0..<width where row[i] != 0 {
                gradient[i] += (outcome - p) * row[i]
                for j in 0..<width { hessian[i][j] += p * (1 - p) * row[i] * row[j] }
            }
        }
        return (gradient, hessian)
    }

    private static func product(_ one: [[Double]], _ other: [[Double]]) -> [[Double]] {
        one.map { row in other[0].indices.map { column in row.indices.reduce(0) { $0 + row[$1] * other[$1][column] } } }
    }

    /// The solution of a symmetric positive system, by elimination with the largest pivot.
    private static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
        var (a, b) = (matrix, right)
        let width = b.count
        for column in 0..<width {
            let pivot = (column..<width).max { abs(a[$0][column]) < abs(a[$1][column]) } ?? column
            a.swapAt(column, pivot)
            b.swapAt(column, pivot)
            guard a[column][column] != 0 else { continue }
            for row in (column + 1)..<max(width, column + 1) {
                let factor = a[row][column] / a[column][column]
                guard factor != 0 else { continue }
                for k in column..<width { a[row][k] -= factor * a[column][k] }
                b[row] -= factor * b[column]
            }
        }
        var solution = [Double](repeating: 0, count: width)
        for row in (0..<width).reversed() {
            let rest = ((row + 1)..<max(width, row + 1)).reduce(b[row]) { $0 - a[row][$1] * solution[$1] }
            solution[row] = a[row][row] == 0 ? 0 : rest / a[row][row]
        }
        return solution
    }
}
