import Foundation
import Ground
import Testing

@testable import Evaluate

struct ScalingFitTests {
    /// Standard normal numbers, by key (Box and Muller 1958).
    private struct Noise {
        var random: KeyedRandom
        mutating func next() -> Double {
            let (u, v) = (max(1e-12, random.nextUnit()), random.nextUnit())
            return (-2 * log(u)).squareRoot() * cos(2 * .pi * v)
        }
    }

    private let numbers: [Double] = [100, 200, 400, 800, 1600, 3200]

    @Test("points on a curve give it back")
    func exact() throws {
        let fit = try ScalingFit(numbers.map { ($0, 6.95 * log($0) - 3) })
        #expect(abs(fit.alpha - 6.95) < 1e-9 && abs(fit.constant + 3) < 1e-8 && fit.alphaError < 1e-9)
        #expect(abs(fit.doubling - 6.95 * log(2)) < 1e-9)
        #expect(throws: ScalingError.self) { try ScalingFit([(100, 1), (200, 2)]) }
        #expect(throws: ScalingError.self) { try ScalingFit([(100, 1), (100, 2), (100, 3)]) }
    }

    @Test("curves that never meet have no exchange, and figures beyond what a number holds are refused")
    func extremes() throws {
        let flat = try ScalingFit([(100, 0.300), (200, 0.301), (400, 0.302)])
        let steep = try ScalingFit([(100, 1.6), (200, 1.7), (400, 1.8)])
        #expect(flat.exchange(for: steep, at: 400) == nil || flat.exchange(for: steep, at: 400)?.rate.isFinite == true)
        #expect(steep.exchange(for: flat, at: 400) == nil)
        #expect(throws: ScalingError.self) { try ScalingFit([(1e308, 1e308), (10, -1e308), (20, 1e308)]) }
        #expect(throws: ScalingError.self) { try ScalingFit([(10, 1e200), (20, -1e200), (40, 1e200)]) }
    }

    @Test("a planted alpha lies within its interval in 95 of 100 simulations")
    func coverage() throws {
        var noise = Noise(random: KeyedRandom(seed: 7, key: "scaling"))
        var covered = 0
        for _ in 0..<2000 {
            let fit = try ScalingFit(numbers.map { ($0, 6.95 * log($0) + 2 * noise.next()) })
            if fit.interval.contains(6.95) { covered += 1 }
        }
        // The error of a share of 0.95 among 2,000 is 0.005.
        #expect(abs(Double(covered) / 2000 - 0.95) < 0.0147, "\(covered) of 2000")
    }

    @Test("a paired interval holds the true difference in 95 of 100 simulations")
    func pairedCoverage() {
        var noise = Noise(random: KeyedRandom(seed: 8, key: "paired"))
        var covered = 0
        for _ in 0..<2000 {
            let differences = (0..<12).map { _ in 0.3 + noise.next() }
            if PairedDifference(differences).interval?.contains(0.3) == true { covered += 1 }
        }
        #expect(abs(Double(covered) / 2000 - 0.95) < 0.0147, "\(covered) of 2000")
    }

    @Test("the rate of exchange is how many pairs of the other set reach the same")
    func exchange() throws {
        let human = try ScalingFit(numbers.map { ($0, 4 * log($0)) })
        // Everything that 3 human pairs reach, one curated pair does.
        let curated = try ScalingFit(numbers.map { ($0, 4 * log(3 * $0)) })
        let rate = try #require(curated.exchange(for: human, at: 1600))
        #expect(abs(rate.rate - 3) < 1e-6 && rate.interval.upperBound - rate.interval.lowerBound < 1e-3)
        let falling = try ScalingFit(numbers.map { ($0, -log($0)) })
        #expect(curated.exchange(for: falling, at: 100) == nil)
    }

    @Test("the rate's interval holds the true rate in 95 of 100 simulations")
    func exchangeCoverage() throws {
        var noise = Noise(random: KeyedRandom(seed: 9, key: "exchange"))
        var covered = 0
        for _ in 0..<1000 {
            let human = try ScalingFit(numbers.map { ($0, 4 * log($0) + 0.3 * noise.next()) })
            let curated = try ScalingFit(numbers.map { ($0, 4 * log(3 * $0) + 0.3 * noise.next()) })
            if curated.exchange(for: human, at: 1600)?.interval.contains(3) == true { covered += 1 }
        }
        // The delta method is an approximation.
        #expect(abs(Double(covered) / 1000 - 0.95) < 0.03, "\(covered) of 1000")
    }
}
