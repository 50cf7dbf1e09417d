import Foundation
import Ground
import Testing

@testable import Curate

@Suite struct PrecisionThresholdTests {
    private func labelled(_ rows: [(score: Double, good: Int, bad: Int)]) -> [Calibration.Labelled] {
        rows.flatMap { row in
            [Bool](repeating: true, count: row.good).map { Calibration.Labelled(score: row.score, isGood: $0) }
                + [Bool](repeating: false, count: row.bad).map { Calibration.Labelled(score: row.score, isGood: $0) }
        }
    }

    @Test("the loosest of the fixed thresholds whose exact bound reaches the share is taken, each held at its part of the error")
    func found() throws {
        let pairs = labelled([(5, 39, 1), (4, 40, 0), (3, 39, 1), (2, 20, 20), (1, 5, 35)])
        let tried = PrecisionThreshold.tried(pairs)
        #expect(tried.map(\.score) == [1, 2, 3, 4, 5] && tried.map(\.pairs) == [200, 160, 120, 80, 40])
        let found = try PrecisionThreshold.find(0.9, pairs)
        #expect(found.score == 3 && found.good == 118 && found.verdicts == 200)
        #expect(abs(found.bound - ShareBound.lower(118, of: 120, error: 0.01)) < 1e-12 && found.bound >= 0.9)
        #expect(found.account(wanted: 0.9).contains("118 of these are good"))
    }

    @Test("where none shows it, what could be had is said, and how many verdicts more it takes; those show it then")
    func unreachable() throws {
        let pairs = labelled([(5, 19, 1), (4, 18, 2), (3, 10, 10), (2, 5, 15)])
        let error = #expect(throws: PrecisionError.self) { try PrecisionThreshold.find(0.9, pairs) }
        guard case .unreachable(_, let best, let further?) = error else { throw try #require(error) }
        #expect(best.bound < 0.9 && error?.description.contains("verdicts more") == true)
        let factor = Double(80 + further) / 80
        let more = labelled(
            [(5, 19, 1), (4, 18, 2), (3, 10, 10), (2, 5, 15)].map { row in
                (row.0, Int(Double(row.1) * factor * 1.1), Int((Double(row.2) * factor * 1.1).rounded(.down)))
            })
        #expect(throws: Never.self) { try PrecisionThreshold.find(0.9, more) }
        let hopeless = #expect(throws: PrecisionError.self) {
            try PrecisionThreshold.find(0.9, labelled([(5, 60, 40), (4, 50, 50)]))
        }
        #expect(hopeless?.description.contains("More verdicts will not help") == true)
        let single = #expect(throws: PrecisionError.self) { try PrecisionThreshold.find(0.9, labelled([(5, 0, 1)])) }
        #expect(single?.description.contains("So few say little: take some 40") == true, "\(String(describing: single))")
        #expect(throws: PrecisionError.noVerdicts) { try PrecisionThreshold.find(0.9, []) }
    }

    /// Scores from 1 to 5, evenly; the chance of a good pair rises with the score, more or less steeply, from case to case.
    @Test("in at least 95 of 100 planted cases the share of good pairs above the threshold is what was asked for; most cases find one")
    func planted() {
        var (held, found) = (0, 0)
        for number in 0..<100 {
            var random = KeyedRandom(seed: 11, key: "case \(number)")
            let (middle, width) = (1.2 + 1.5 * random.nextUnit(), 0.2 + 0.5 * random.nextUnit())
            func chance(_ score: Double) -> Double { 0.98 / (1 + exp((middle - score) / width)) }
            let labelled = (0..<300).map { _ -> Calibration.Labelled in
                let score = 1 + 4 * random.nextUnit()
                return .init(score: score, isGood: random.nextUnit() < chance(score))
            }
            guard let threshold = try? PrecisionThreshold.find(0.9, labelled) else {
                held += 1
                continue
            }
            found += 1
            let above = (0..<2000).map { threshold.score + (5 - threshold.score) * (Double($0) + 0.5) / 2000 }
            if above.reduce(0, { $0 + chance($1) }) / 2000 >= 0.9 { held += 1 }
        }
        #expect(held >= 95 && found >= 45, "\(held) held, \(found) found")
    }

    @Test("where just too few are good at every score, at most 5 of 100 samples promise the share all the same")
    func hardly() {
        let promised = (0..<100).count { number in
            var random = KeyedRandom(seed: 12, key: "flat \(number)")
            let labelled = (0..<300).map { _ -> Calibration.Labelled in
                let score = 1 + 4 * random.nextUnit()
                return .init(score: score, isGood: random.nextUnit() < 0.899)
            }
            return (try? PrecisionThreshold.find(0.9, labelled)) != nil
        }
        #expect(promised <= 5, "\(promised)")
    }
}
