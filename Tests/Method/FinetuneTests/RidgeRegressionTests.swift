import Ground
import Testing

@testable import Finetune

@Suite struct RidgeRegressionTests {
    private func rows(_ count: Int, noise: Double) -> [RidgeRegression.Row] {
        var random = KeyedRandom(seed: 3, key: "ridge")
        return (0..<count).map { place in
            let x = (0..<3).map { _ in 4 * random.nextUnit() - 1 }
            return .init(x: x, target: 0.7 + 2 * x[0] - x[1] + noise * (random.nextUnit() - 0.5), group: place / 2)
        }
    }

    @Test("the minimum is the one that the slow way, steps down the gradient, comes to", arguments: [0.01, 1, 30])
    func oracle(ridge: Double) {
        let rows = rows(40, noise: 1)
        let fitted = RidgeRegression(rows, ridge: ridge)
        var (intercept, weights) = (0.0, [0.0, 0, 0])
        for _ in 0..<20_000 {
            var (slope, slopes) = (0.0, weights.map { 2 * ridge * $0 })
            for row in rows {
                let error = zip(row.x, weights).reduce(intercept) { $0 + $1.0 * $1.1 } - row.target
                slope += 2 * error / Double(rows.count)
                for index in row.x.indices { slopes[index] += 2 * error * row.x[index] / Double(rows.count) }
            }
            intercept -= 0.01 * slope
            weights = zip(weights, slopes).map { $0 - 0.01 * $1 }
        }
        #expect(abs(fitted.intercept - intercept) < 1e-6 && zip(fitted.weights, weights).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test("the penalty is small where the rows agree, and large where they are noise; no row is told by a fit of its own group")
    func chosen() {
        let clear = RidgeRegression.chosen(rows(60, noise: 0))
        #expect(clear.ridge == RidgeRegression.penalties[0] && clear.leftOut.count == 60)
        var random = KeyedRandom(seed: 4, key: "noise")
        let noise = (0..<60).map {
            RidgeRegression.Row(x: [random.nextUnit(), random.nextUnit()], target: random.nextUnit(), group: $0 / 2)
        }
        #expect(RidgeRegression.chosen(noise).ridge >= 0.1)
        // One group alone stands far off: what its own fit would say of it, the others cannot.
        var far = (0..<20).map { RidgeRegression.Row(x: [0], target: 1, group: $0) }
        far.append(.init(x: [1], target: 50, group: 20))
        #expect(RidgeRegression.chosen(far).leftOut.last == 1)
    }
}
