import Foundation
import Ground
import LanguageModels
import Records
import TestSupport
import Testing

@testable import Finetune

@Suite struct GainFitTests {
    private static func seeds(_ count: Int) throws -> [Seed] {
        try (0..<count).map {
            let (name, deed) = (names[$0 % names.count], deeds[$0 / names.count % deeds.count])
            return try Seed([
                "instruction": .string("Why does \(name) \(deed) \($0) times?"),
                "output": .string("When \(name) wants to \(deed) \($0) times, the sea is calm."),
            ])
        }
    }
    private static let names = ["Norway", "Chile", "Tonga", "Alaska", "Ghana"]
    private static let deeds = ["sing", "dive", "rest", "breach", "feed"]

    @Test("gains drawn from a known curve give its middle and width back, whatever the share of true pairs")
    func recovers() throws {
        var random = KeyedRandom(seed: 5, key: "gains")
        let truth = GainScale(middle: 6, width: 2)
        // A logistic curve holds where both kinds weigh the same: wrong pairs around 4, true ones around 8, with the deviation that makes
        // the log-odds of two normal densities (g - 6) / 2: (8 - 4) / deviation² = 1 / 2.
        func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + random.nextUnit() } }
        for wrongShare in [1, 3] {
            let deviation = 8.0.squareRoot()
            let points =
                (0..<4000).map { _ in GainFit.Point(gain: 8 + deviation * normal(), isTrue: true) }
                + (0..<4000 * wrongShare).map { _ in GainFit.Point(gain: 4 + deviation * normal(), isTrue: false) }
            let found = try #require(GainFit.scale(of: points))
            #expect(abs(found.middle - truth.middle) < 0.2 && abs(found.width - truth.width) < 0.15, "\(found)")
        }
    }

    @Test("gains that make no mistake give a middle between the two kinds and a finite width")
    func separable() throws {
        let points = (0..<20).map { GainFit.Point(gain: Double($0), isTrue: $0 >= 10) }
        let found = try #require(GainFit.scale(of: points))
        #expect(abs(found.middle - 9.5) < 1e-3 && found.width > 0.1 && found.width < 3, "\(found)")
    }

    @Test("gains that tell nothing, or the wrong way round, give no scale")
    func senseless() {
        #expect(GainFit.scale(of: (0..<20).map { GainFit.Point(gain: 3, isTrue: $0 >= 10) }) == nil)
        #expect(GainFit.scale(of: (0..<20).map { GainFit.Point(gain: Double($0), isTrue: $0 < 10) }) == nil)
        #expect(GainFit.scale(of: (0..<20).map { GainFit.Point(gain: Double($0), isTrue: true) }) == nil)
    }

    @Test("each pair makes one true pair and wrong ones of its own text, never with an instruction that is nearly its own")
    func pairs() throws {
        let seeds = try Self.seeds(20)
        let pairs = GainFit.pairs(of: seeds)
        #expect(pairs.count(where: \.isTrue) == 20 && pairs.count { !$0.isTrue } >= 20)
        for pair in pairs where !pair.isTrue {
            let own = try #require(seeds.first { $0.output == pair.output })
            #expect(LexicalIndex.jaccard(own.instruction, pair.instruction) < 0.5)
        }
    }

    @Test("held-out seeds are taken where there are enough, a tenth of the others where there are not, none of few")
    func split() throws {
        let seeds = try Self.seeds(200)
        let own = GainFit.split(seeds, heldOut: Array(seeds.prefix(70)))
        #expect(own.training == seeds && own.fitting.count == GainFit.mostPairs)
        let tenth = GainFit.split(seeds, heldOut: Array(seeds.prefix(3)))
        #expect(tenth.training.count == 180 && tenth.fitting.count == 20 && !tenth.fitting.contains { tenth.training.contains($0) })
        #expect(GainFit.split(Array(seeds.reversed()), heldOut: []).fitting.map(\.id).sorted() == tenth.fitting.map(\.id).sorted())
        let few = GainFit.split(Array(seeds.prefix(150)), heldOut: [])
        #expect(few.training.count == 150 && few.fitting.isEmpty)
    }

    @Test("a model that finds an instruction likelier after its own text gets a scale between the two; one that does not gets none")
    func model() async throws {
        let seeds = try Self.seeds(20)
        // A word costs half a nat after the text that holds the instruction's number, two and a half elsewhere.
        func model(_ knows: Bool) -> ScriptedModel {
            ScriptedModel(
                roles: [.backward],
                nats: { continuation, prompt in
                    let number = continuation.split(separator: " ").first { Int($0) != nil } ?? "?"
                    return knows && prompt.contains(" \(number) times,") ? -0.5 : -2.5
                })
        }
        let found = try #require(try await GainFit.scale(of: model(true), on: seeds))
        #expect(found.middle > 2 && found.middle < 10 && found.width > 0, "\(found)")
        #expect(try await GainFit.scale(of: model(false), on: seeds) == nil)
        #expect(try await GainFit.scale(of: model(true), on: Array(seeds.prefix(10))) == nil)
    }
}
