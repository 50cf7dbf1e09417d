import Ground
import LanguageModels
import Records
import Testing

@testable import Finetune

@Suite struct SignalFitTests {
    private static func seeds(_ count: Int) throws -> [Seed] {
        let names = ["Norway", "Chile", "Tonga", "Alaska", "Ghana", "Peru", "Malta"]
        let deeds = ["sing", "dive", "rest", "breach", "feed"]
        return try (0..<count).map {
            let (name, deed) = (names[$0 % names.count], deeds[$0 / names.count % deeds.count])
            return try Seed([
                "instruction": .string("Why does \(name) \(deed) \($0)?"),
                "output": .string(
                    "When \(name) wants to sing \($0) times, the sea is calm. A choir of \($0) stands by. "
                        + "Nobody in \(name) counts aloud. The last song of \($0) is the longest one of all."),
            ])
        }
    }

    /// Good pairs lie a unit above bad ones in `a`, and two below them in `b`; `noise` says nothing, `flat` is one number.
    private static func rows(_ count: Int) -> [SignalFit.Row] {
        var random = KeyedRandom(seed: 7, key: "rows")
        func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + random.nextUnit() } }
        return (0..<count).flatMap { group in
            [SignalFit.Kind.true, .mismatched, .mismatched, .spoilt].map { kind in
                SignalFit.Row(
                    values: [
                        "a": normal() + (kind == .mismatched ? -1.5 : 0), "b": normal() + (kind == .spoilt ? 2 : 0), "noise": normal(),
                        "flat": 3,
                    ], kind: kind, group: group)
            }
        }
    }

    @Test("signals that tell good from bad get weights of the right sign, those that do not get none, and the account says so")
    func fit() throws {
        let fit = SignalFit(Self.rows(120))
        let found = try #require(fit.combination)
        #expect(found.terms.map(\.signal) == ["a", "b"] && found.terms[0].weight > 0.3 && found.terms[1].weight < -0.3)
        #expect(fit.findings.filter { !$0.isUsed }.map(\.signal) == ["flat", "noise"])
        let area = try #require(fit.areas[0])
        #expect(area.area > 0.75 && area.area < 0.97)
        #expect(fit.account.joined().contains("(no weight)") && fit.account.joined().contains("combined: a +"))
        #expect(try found == #require(SignalFit(Self.rows(120)).combination))
    }

    @Test("where nothing tells, nothing is combined")
    func nothing() {
        var random = KeyedRandom(seed: 8, key: "nothing")
        let rows = (0..<60).flatMap { group in
            [SignalFit.Kind.true, .mismatched].map { SignalFit.Row(values: ["noise": random.nextUnit()], kind: $0, group: group) }
        }
        let fit = SignalFit(rows)
        #expect(fit.combination == nil && fit.account.count == 1)
        #expect(SignalFit([]).combination == nil)
    }

    @Test("a combination gives the log-odds of its fit, and none where a signal is missing")
    func combination() throws {
        let found = SignalFit.combination(of: ["a", "b"], Self.rows(120))
        let parts = try #require(found.parts(["a": found.terms[0].mean + found.terms[0].scale, "b": found.terms[1].mean, "c": 9]))
        #expect(abs(parts[0].part - found.terms[0].weight) < 1e-12 && parts[1].part == 0)
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

    @Test("a seed makes one good pair, mismatched ones with its own output, and spoilt ones on either side")
    func pairs() throws {
        let seeds = try Self.seeds(30)
        let pairs = SignalFit.pairs(of: seeds)
        for (group, seed) in seeds.enumerated() {
            let own = pairs.filter { $0.group == group }
            #expect(own.count { $0.kind == .true && $0.instruction == seed.instruction && $0.output == seed.output } == 1)
            let (mismatched, spoilt) = (own.filter { $0.kind == .mismatched }, own.filter { $0.kind == .spoilt })
            #expect(!mismatched.isEmpty && mismatched.allSatisfy { $0.output == seed.output && $0.instruction != seed.instruction })
            let (texts, slips) = (spoilt.filter { $0.output != seed.output }, spoilt.filter { $0.output == seed.output })
            #expect(texts.count == 2 && texts.allSatisfy { $0.instruction == seed.instruction } && Set(texts.map(\.output)).count == 2)
            #expect(slips.count == 1 && slips.allSatisfy { $0.instruction != seed.instruction })
        }
        #expect(pairs == SignalFit.pairs(of: seeds))
    }

    @Test("what cannot be measured is left out")
    func unmeasured() async throws {
        let seeds = try Self.seeds(10)
        let rows = try await SignalFit.rows(of: seeds) { instruction, output in
            if output == seeds[3].output { throw Rejection("prompt_too_long") }
            return ["length": Double(output.count)]
        }
        #expect(!rows.contains { $0.group == 3 && $0.kind == .true } && rows.contains { $0.group == 2 && $0.kind == .true })
    }
}
