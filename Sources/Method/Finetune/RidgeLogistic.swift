import Foundation

/// A logistic regression with an L2 penalty, by Newton's method in Double.
///
/// Minimises sum_i w_i (log(1 + exp(z_i)) - y_i z_i) + ridge / 2 |weights|², z = intercept + x · weights; the intercept is not penalised. The
/// penalty makes the minimum unique and finite also where the rows can be told apart without a mistake. A Newton step that does not lower
/// the loss is halved until it does (Lin, Lin and Weng 2007, "A note on Platt's probabilistic outputs").
struct RidgeLogistic: Equatable {
    private(set) var intercept = 0.0
    private(set) var weights: [Double]

    struct Row: Equatable {
        var x: [Double]
        /// From 0 to 1.
        var target: Double
        var weight: Double
    }

    /// Shapes: every row's `x` has the same length; `ridge` is above 0.
    init(_ rows: [Row], ridge: Double) {
        let width = rows.first?.x.count ?? 0
        precondition(ridge > 0 && rows.allSatisfy { $0.x.count == width }, "rows of one length, and a penalty above 0")
        weights = [Double](repeating: 0, count: width)
        for _ in 0..<100 {
            // Of the intercept, which stands first, and the weights.
            var gradient = [0] + weights.map { ridge * $0 }
            var curvature = (0...width).map { row in (0...width).map { $0 != row ? 0 : row == 0 ? 1e-12 : ridge } }
            for row in rows {
                let p = 1 / (1 + exp(-z(row.x)))
                let (error, bend) = (row.weight * (p - row.target), row.weight * p * (1 - p))
                let x = [1] + row.x
                for i in 0...width {
                    gradient[i] += error * x[i]
                    for j in 0...i { curvature[i][j] += bend * x[i] * x[j] }
                }
            }
            guard gradient.contains(where: { abs($0) > 1e-10 }), let step = Self.solve(curvature, gradient) else { break }
            let before = loss(rows, ridge: ridge)
            let (start, first) = (weights, intercept)
            var share = 1.0
            repeat {
                intercept = first - share * step[0]
                weights = zip(start, step.dropFirst()).map { $0 - share * $1 }
                share /= 2
            } while share > 1e-9 && loss(rows, ridge: ridge) > before
        }
    }

    /// The log-odds of a row.
    func z(_ x: [Double]) -> Double { zip(x, weights).reduce(intercept) { $0 + $1.0 * $1.1 } }

    func loss(_ rows: [Row], ridge: Double) -> Double {
        let penalty = ridge / 2 * weights.reduce(0) { $0 + $1 * $1 }
        return rows.reduce(penalty) { sum, row in
            let z = z(row.x)
            return sum + row.weight * (max(z, 0) + log1p(exp(-abs(z))) - row.target * z)
        }
    }

    /// Solves A x = b for a symmetric positive definite A of which the lower triangle is given, by Cholesky's L Lᵀ; nil where A is none.
    static func solve(_ a: [[Double]], _ b: [Double]) -> [Double]? {
        let count = b.count
        var l = a
        for i in 0..<count {
            for j in 0...i {
                let sum = (0..<j).reduce(a[i][j]) { $0 - l[i][$1] * l[j][$1] }
                if i == j {
                    guard sum > 0 else { return nil }
                    l[i][i] = sum.squareRoot()
                } else {
                    l[i][j] = sum / l[j][j]
                }
            }
        }
        var x = b
        for i in 0..<count { x[i] = (0..<i).reduce(x[i]) { $0 - l[i][$1] * x[$1] } / l[i][i] }
        for i in (0..<count).reversed() { x[i] = (i + 1..<count).reduce(x[i]) { $0 - l[$1][i] * x[$1] } / l[i][i] }
        return x
    }
}
