import Ground
import LanguageModels
import Records
import Testing

@testable import Finetune

@Suite struct SignalFitTests {
    /// Of each seed two own instructions, whose likeness to the human one rises with `a` and falls with `b`, a seed as it is, and two bad pairs,
    /// which `a` knows. `noise` and `luck` say nothing, `flat` is one number, and `rare` is borne by three seeds whose instructions are bad.
    private static func rows(_ count: Int, key: String = "rows", telling: Double = 1) -> [SignalFit.Row] {
        var random = KeyedRandom(seed: 7, key: key)
        func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + random.nextUnit() } }
        return (0..<count).flatMap { group in
            [SignalFit.Kind.own, .own, .true, .mismatched, .spoilt].map { kind in
                let isRare = group < 3
                let (a, b) = (normal() - (kind == .mismatched ? 2.5 : 0), normal() + (kind == .spoilt ? 2 : 0))
                let likeness = 0.5 + telling * (0.15 * a - 0.1 * b) + 0.1 * normal() - (isRare ? 0.5 : 0)
                return SignalFit.Row(
                    values: ["a": a, "b": b, "noise": normal(), "luck": normal(), "flat": 3, "rare": isRare ? 1 : 0], kind: kind,
                    likeness: kind == .own ? likeness : 0, group: group)
            }
        }
    }

    @Test("signals that tell better own instructions from worse ones get weights of the right sign, those that do not get none")
    func fit() throws {
        let fit = SignalFit(Self.rows(64))
        let found = try #require(fit.combination)
        #expect(found.terms.map(\.signal) == ["a", "b"] && found.terms[0].weight > 0.3 && found.terms[1].weight < -0.2)
        #expect(fit.findings.filter { !$0.isUsed }.map(\.signal) == ["flat", "luck", "noise", "rare"])
        #expect(fit.correlation > 0.7 && found.fittedTo == SignalCombination.ownSamples && found.forward == nil)
        let area = try #require(fit.areas[0])
        #expect(area.area > 0.8)
        #expect(fit.account.joined().contains("noise") && fit.account.joined().contains("(no weight)"))
        #expect(fit.account.joined().contains("combined: a +"))
        #expect(try found == #require(SignalFit(Self.rows(64)).combination))
        #expect(SignalFit(Self.rows(64), forward: "57cc").combination?.forward == "57cc")
    }

    @Test("the combined score is the probability of a whole pair: most whole ones have more than even odds, most mismatched ones less")
    func probability() throws {
        let found = try #require(SignalFit(Self.rows(64)).combination)
        func share(_ kind: SignalFit.Kind) -> Double {
            let odds = Self.rows(200, key: "others").filter { $0.kind == kind }.compactMap { found.logOdds($0.values) }
            return Double(odds.count { $0 > 0 }) / Double(odds.count)
        }
        #expect(share(.own) > 0.6 && share(.true) > 0.6 && share(.mismatched) < 0.25)
    }

    @Test("noise is combined in few of many trials, and says that nothing tells")
    func noise() {
        let fits = (0..<40).map { SignalFit(Self.rows(40, key: "noise \($0)", telling: 0)) }
        #expect(fits.count { $0.combination == nil } >= 36)
        let none = fits.first { $0.combination == nil }
        #expect(none?.account.count == 1 && none?.account.first?.contains("not combined") == true)
    }

    @Test("too few seeds give no combination, and are counted")
    func few() {
        let fit = SignalFit(Self.rows(SignalCombination.leastSeeds - 1))
        #expect(fit.combination == nil && fit.account.first?.contains("for 23 held-out seeds, and 24 are needed") == true)
        #expect(SignalFit(Self.rows(SignalCombination.leastSeeds)).combination != nil)
        #expect(SignalFit([]).combination == nil)
    }

    @Test("where whole pairs score lower than broken ones, nothing is combined")
    func upsideDown() {
        let rows = Self.rows(64).map { row in
            var row = row
            if !row.kind.isWhole { row.values["a"] = 4 }
            return row
        }
        #expect(SignalFit(rows).combination == nil)
    }

    @Test("a combination gives the log-odds of its terms, and none where a signal is missing")
    func combination() throws {
        let found = try #require(SignalFit(Self.rows(64)).combination)
        let parts = try #require(found.parts(["a": found.terms[0].mean + found.terms[0].scale, "b": found.terms[1].mean, "c": 9]))
        #expect(abs(parts[0].part - found.terms[0].weight) < 1e-9 && parts[1].part == 0)
        #expect(found.logOdds(["a": 1]) == nil)
    }

    @Test("the spread is that of the middle half, and of all where half of the values are one")
    func spread() {
        let wide = SignalFit.spread((0..<100).map { Double($0) } + [1e6])
        #expect(wide.middle == 50 && abs(wide.scale - 50 / 1.349) < 1e-9)
        let share = SignalFit.spread([0, 0, 0, 0, 0, 0, 0, 1])
        #expect(share.middle == 0.125 && abs(share.scale - (7.0 / 64).squareRoot()) < 1e-12)
    }

    @Test("a signal counts no further from its middle than three scales")
    func far() {
        let term = SignalCombination.Term(signal: "a", weight: 2, mean: 1, scale: 0.5)
        let combination = SignalCombination(intercept: 1, terms: [term])
        #expect(combination.logOdds(["a": 1.5]) == 3 && combination.logOdds(["a": 99]) == 7 && combination.logOdds(["a": -99]) == -5)
    }
}
