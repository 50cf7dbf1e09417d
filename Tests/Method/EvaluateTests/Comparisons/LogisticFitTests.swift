import Foundation
import Testing

@testable import Evaluate

struct LogisticFitTests {
    @Test("an intercept alone is the log-odds of the mean, with the binomial's error")
    func intercept() {
        let outcomes = [1, 1, 1, 0, 1, 0, 1, 1, 0.5, 0.5]
        let fit = LogisticFit(outcomes.map { _ in [1] }, outcomes: outcomes, ridges: [0])
        let p = 0.7
        #expect(abs(fit.weights[0] - log(p / (1 - p))) < 1e-10)
        let squares = outcomes.reduce(0) { $0 + ($1 - p) * ($1 - p) }
        #expect(abs(fit.standardError(0) - squares.squareRoot() / (10 * p * (1 - p))) < 1e-10)
    }

    @Test("two groups are fitted exactly, each by its own share")
    func groups() {
        let rows = [[1.0, 0], [1, 0], [1, 0], [1, 0], [1, 1], [1, 1], [1, 1], [1, 1]]
        let fit = LogisticFit(rows, outcomes: [1, 0, 0, 0, 1, 1, 1, 0], ridges: [0, 0])
        #expect(abs(fit.weights[0] - log(1.0 / 3)) < 1e-9 && abs(fit.weights[1] - 2 * log(3.0)) < 1e-9)
        #expect(fit.steps < 12)
    }

    @Test("a ridge holds a weight down, the more the fewer the cases")
    func ridge() {
        func weight(_ times: Int) -> Double {
            let four: [[Double]] = [[1, -1], [1, 1], [1, 1], [1, -1]]
            let rows = [[[Double]]](repeating: four, count: times).flatMap { $0 }
            let outcomes = [[Double]](repeating: [0.2, 0.8, 0.8, 0.2], count: times).flatMap { $0 }
            return LogisticFit(rows, outcomes: outcomes, ridges: [0, 5]).weights[1]
        }
        let free = log(4.0)
        #expect(weight(1) < 0.2 * free && weight(10) < weight(100) && abs(weight(1000) - free) < 0.03)
    }

    @Test("outcomes that can be told apart wholly, and columns that are the same, have a finite fit")
    func separable() {
        let fit = LogisticFit([[1, -1, -1], [1, 1, 1], [1, -2, -2], [1, 2, 2]], outcomes: [0, 1, 0, 1])
        #expect(fit.weights.allSatisfy(\.isFinite) && fit.weights[1] > 1)
        #expect(abs(fit.weights[1] - fit.weights[2]) < 1e-6 && fit.standardError(1).isFinite)
    }
}
