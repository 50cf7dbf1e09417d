import Foundation
import Ground
import LanguageModels
import Records
import Synchronization
import TestSupport
import Testing
import Transformer

@testable import Finetune

@Suite struct FittedNotesTests {
    private static func seeds(_ count: Int) throws -> [Seed] {
        let names = ["Norway", "Chile", "Tonga", "Alaska", "Ghana", "Peru", "Malta"]
        let deeds = ["sing", "dive", "rest", "breach", "feed"]
        return try (0..<count).map {
            let (name, deed) = (names[$0 % names.count], deeds[$0 / names.count % deeds.count])
            return try Seed([
                "instruction": .string("Why does \(name) \(deed) \($0) ?"),
                "output": .string(
                    "When \(name) wants to sing \($0) times, the sea is calm. A choir of \($0) stands by. "
                        + "Nobody in \(name) counts aloud. The last song of \($0) is the longest one of all."),
            ])
        }
    }

    /// Writes one good and one bad instruction of each seed; the signal `sure` knows which, `dice` nothing, and the forward model's `heard`
    /// knows it better.
    private static func measuring(forward: Bool) -> SignalMeasuring {
        /// Whether the text speaks of the number that the instruction names.
        @Sendable func belong(_ instruction: String, _ output: String) -> Bool {
            let number = instruction.split(separator: " ").last { Int($0) != nil }
            return number.map { output.contains(" of \($0) ") } ?? false
        }
        var measuring = SignalMeasuring(
            instructions: { _, seed, count in
                #expect(count == 2)
                return [seed.instruction.replacing("Why", with: "Tell me why"), "What is it about the weather over there?"]
            },
            signals: { _, instruction, output in
                var random = KeyedRandom(seed: 1, key: instruction + output)
                let isGood = belong(instruction, output)
                return [
                    "sure": (isGood ? 1 : 0) + random.nextUnit(), "dice": random.nextUnit(),
                    "backward_gain": random.nextUnit() * 4 + (isGood ? 8 : 0),
                ]
            },
            forwardSignals: { _, instruction, output in ["heard": belong(instruction, output) ? 2 : Double(instruction.count % 3) / 3] })
        if forward { measuring.openForward = { ScriptedModel() } }
        return measuring
    }

    private static func notes(_ count: Int, forward: Bool = false, said: @escaping @Sendable (String) -> Void = { _ in }) async throws
        -> ModelNotes
    {
        var plan = FinetunePlan(roles: [.backward], base: URL(filePath: "base"), output: URL(filePath: "out"), threads: 1)
        plan.signals = measuring(forward: forward)
        let model = ScriptedModel(roles: [.backward], nats: { $1.contains(" \($0.split(separator: " ").first ?? "?") ") ? -0.5 : -2 })
        return try await FittedNotes(plan: plan, seeds: try seeds(count), note: said).notes(of: model, ModelNotes())
    }

    @Test("the signal that knows the model's better instructions makes the score, noise does not, and twice gives the same notes")
    func fit() async throws {
        let notes = try await Self.notes(40)
        let found = try #require(notes.combination)
        #expect(found.terms.map(\.signal).contains("sure") && !found.terms.map(\.signal).contains("dice"))
        #expect(found.terms.first { $0.signal == "sure" }.map { $0.weight > 0 } == true && notes.combinationWithForward == nil)
        #expect(try await Self.notes(40) == notes)
    }

    @Test("with a forward model its signals are combined too, beside those of the backward model alone")
    func forward() async throws {
        let notes = try await Self.notes(40, forward: true)
        let found = try #require(notes.combinationWithForward)
        #expect(found.terms.map(\.signal).contains("heard") && found.forward == "0")
        #expect(try await notes.combination == Self.notes(40).combination)
    }

    @Test("too few held-out seeds give no combination, and the note says how many are needed")
    func few() async throws {
        let said = Mutex<[String]>([])
        let notes = try await Self.notes(23) { line in said.withLock { $0.append(line) } }
        #expect(notes.combination == nil)
        #expect(
            said.withLock { $0.joined() }.contains("23 seeds were held out for it, and 24 are needed; give 240 seeds, or `--held-out 24`"))
    }
}
