import LanguageModels
import Records
import Testing

@testable import Finetune

@Suite struct SignalRowsTests {
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

    @Test("own instructions are likened to the seed's, each once; a seed for which none was written has none")
    func own() async throws {
        let seeds = try Self.seeds(4)
        let pairs = try await SignalFit.ownPairs(of: seeds) { seed, count in
            #expect(count == 2)
            if seed == seeds[1] { throw Rejection("prompt_too_long") }
            if seed == seeds[2] { return [] }
            return seed == seeds[0] ? [seed.instruction, "Why is it so?"] : ["Sing!", "Sing!"]
        }
        #expect(pairs.map(\.group) == [0, 0, 3] && pairs.allSatisfy { $0.kind == .own && $0.output == seeds[$0.group].output })
        // "why" of four words and five; "sing" of one and five.
        #expect(pairs.map(\.likeness) == [1, 2.0 / 9, 1.0 / 3])
    }

    @Test("what is dear to measure is measured of one pair of each kind, and of all that the model wrote")
    func fewer() async throws {
        let seeds = try Self.seeds(6)
        let own = try await SignalFit.ownPairs(of: seeds) { _, _ in ["One?", "Two?"] }
        let pairs = own + SignalFit.pairs(of: seeds)
        let few = SignalFit.fewer(pairs).map { pairs[$0] }
        for group in seeds.indices {
            for (kind, count) in [(SignalFit.Kind.own, 2), (.true, 1), (.mismatched, 1), (.spoilt, 1)] {
                #expect(few.count { $0.group == group && $0.kind == kind } == count)
            }
        }
    }

    @Test("what cannot be measured is left out")
    func unmeasured() async throws {
        let seeds = try Self.seeds(10)
        let pairs = SignalFit.pairs(of: seeds)
        let values = try await SignalFit.values(of: pairs) { instruction, output in
            if output == seeds[3].output { throw Rejection("prompt_too_long") }
            return ["length": Double(output.count)]
        }
        let rows = SignalFit.rows(pairs, values)
        #expect(!rows.contains { $0.group == 3 && $0.kind == .true } && rows.contains { $0.group == 2 && $0.kind == .true })
    }
}
