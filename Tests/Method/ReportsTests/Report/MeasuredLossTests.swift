import Ground
import Testing

@testable import Reports

struct MeasuredLossTests {
    @Test("the standard error of a ratio with equal weights is that of the mean")
    func equalWeights() throws {
        var tally = RatioTally()
        for value in [1.0, 2, 3, 4] { tally.add(value, per: 1) }
        #expect(tally.ratio == 2.5)
        // Standard deviation 1.2910 over the root of 4.
        #expect(abs(try #require(tally.standardError) - 0.6454972243679028) < 1e-12)
    }

    @Test("pairs that all have the same loss a token leave no uncertainty, one pair tells nothing of it")
    func sameLoss() throws {
        var tally = RatioTally()
        tally.add(2, per: 1)
        #expect(tally.standardError == nil)
        tally.add(20, per: 10)
        #expect(try #require(tally.standardError) < 1e-12)
    }

    @Test("losses are read from what evaluate and the loops write")
    func reading() throws {
        let plain = try #require(MeasuredLoss(["loss": 2.5, "pairs": 40, "loss_standard_error": 0.25], label: "m", source: "f"))
        #expect(plain.loss == 2.5 && plain.standardError == 0.25 && plain.pairs == 40)
        let nested = try #require(MeasuredLoss(["model": "spin1", "held_out": ["loss": 3.0]], label: "m", source: "f"))
        #expect(nested.loss == 3 && nested.standardError == nil)
        #expect(MeasuredLoss(["loss": .null], label: "m", source: "f") == nil)
    }
}
