import Foundation
import Testing

@testable import Ground

@Suite struct BetaDistributionTests {
    @Test(
        "quantiles are those that are known",
        arguments: [
            // scipy.stats.beta.ppf of scipy 1.17.1.
            (0.05, 9.0, 2.0, 0.6058366975634952), (0.05, 58.0, 3.0, 0.8987641050758384), (0.005, 100.0, 1.0, 0.948395970375896),
            (0.5, 0.5, 0.5, 0.5), (0.01, 930.0, 71.0, 0.90896672008162),
            (0.975, 3.0, 8.0, 0.5560954623076415), (0.05, 90_001.0, 10_000.0, 0.8984360413651667),
        ])
    func known(probability: Double, alpha: Double, beta: Double, expected: Double) {
        let found = BetaDistribution(alpha: alpha, beta: beta)
        #expect(abs(found.quantile(probability) - expected) < 1e-9)
        #expect(abs(found.cumulative(found.quantile(probability)) - probability) < 1e-9)
    }

    @Test("the ends are the ends")
    func ends() {
        let found = BetaDistribution(alpha: 2, beta: 3)
        #expect(found.cumulative(-1) == 0 && found.cumulative(0) == 0 && found.cumulative(1) == 1 && found.cumulative(2) == 1)
        #expect(found.quantile(0) == 0 && found.quantile(1) == 1)
    }

    @Test("the bound of a share is where so many hits or more have the probability of the error, counted out")
    func bound() {
        for (hits, count) in [(1, 1), (9, 10), (29, 29), (47, 60)] {
            let bound = ShareBound.lower(hits, of: count, error: 0.05)
            let tail = (hits...count).reduce(0.0) { sum, number in
                let ways = lgamma(Double(count + 1)) - lgamma(Double(number + 1)) - lgamma(Double(count - number + 1))
                return sum + exp(ways + Double(number) * log(bound) + Double(count - number) * log(1 - bound))
            }
            #expect(abs(tail - 0.05) < 1e-9)
        }
        #expect(ShareBound.lower(0, of: 5, error: 0.05) == 0 && ShareBound.lower(0, of: 0, error: 0.05) == 0)
        // 28 good ones of 28 do not show nine tenths, 29 do.
        #expect(ShareBound.lower(28, of: 28, error: 0.05) < 0.9 && ShareBound.lower(29, of: 29, error: 0.05) > 0.9)
    }
}
