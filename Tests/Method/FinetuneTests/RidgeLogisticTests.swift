import Foundation
import Ground
import Testing

@testable import Finetune

@Suite struct RidgeLogisticTests {
    private func rows(_ count: Int, width: Int, key: String) -> [RidgeLogistic.Row] {
        var random = KeyedRandom(seed: 1, key: key)
        return (0..<count).map { _ in
            let x = (0..<width).map { _ in 4 * random.nextUnit() - 2 }
            let odds = x.enumerated().reduce(0.3) { $0 + $1.element * (Double($1.offset) - 0.8) }
            return RidgeLogistic.Row(x: x, target: random.nextUnit() < 1 / (1 + exp(-odds)) ? 1 : 0, weight: 0.5 + random.nextUnit())
        }
    }

    @Test("the minimum is the one that the slow way, steps down the gradient, comes to", arguments: [0.01, 1, 30])
    func oracle(ridge: Double) {
        let rows = rows(60, width: 3, key: "oracle")
        let fitted = RidgeLogistic(rows, ridge: ridge)
        var (intercept, weights) = (0.0, [0.0, 0, 0])
        for _ in 0..<2_000 {
            var (slope, slopes) = (0.0, weights.map { ridge * $0 })
            for row in rows {
                let z = zip(row.x, weights).reduce(intercept) { $0 + $1.0 * $1.1 }
                let error = row.weight * (1 / (1 + exp(-z)) - row.target)
                slope += error
                for index in row.x.indices { slopes[index] += error * row.x[index] }
            }
            intercept -= 0.03 * slope
            weights = zip(weights, slopes).map { $0 - 0.03 * $1 }
        }
        #expect(abs(fitted.intercept - intercept) < 1e-7)
        for (one, other) in zip(fitted.weights, weights) { #expect(abs(one - other) < 1e-7) }
    }

    @Test("what it was drawn from comes back from many rows")
    func recovers() {
        let fitted = RidgeLogistic(rows(6_000, width: 2, key: "many"), ridge: 1e-6)
        #expect(abs(fitted.intercept - 0.3) < 0.12 && abs(fitted.weights[0] + 0.8) < 0.12 && abs(fitted.weights[1] - 0.2) < 0.12)
    }

    @Test("rows that can be told apart without a mistake, and two columns that are the same, give finite weights")
    func degenerate() {
        let rows = (0..<20).map { RidgeLogistic.Row(x: [Double($0), Double($0), 1], target: $0 < 10 ? 0 : 1, weight: 1) }
        let fitted = RidgeLogistic(rows, ridge: 0.01)
        #expect(fitted.weights.allSatisfy(\.isFinite) && abs(fitted.weights[0] - fitted.weights[1]) < 1e-6 && fitted.weights[0] > 0)
        #expect(rows.allSatisfy { (fitted.z($0.x) > 0) == ($0.target == 1) })
    }

    @Test("Cholesky solves what it is given, and says where it cannot")
    func solve() throws {
        let x = try #require(RidgeLogistic.solve([[4, 0, 0], [2, 5, 0], [1, 3, 6]], [11, 21, 25]))
        let a = [[4.0, 2, 1], [2, 5, 3], [1, 3, 6]]
        for (row, b) in zip(a, [11.0, 21, 25]) { #expect(abs(zip(row, x).reduce(0) { $0 + $1.0 * $1.1 } - b) < 1e-12) }
        #expect(RidgeLogistic.solve([[1, 0], [2, 1]], [1, 1]) == nil)
    }
}
