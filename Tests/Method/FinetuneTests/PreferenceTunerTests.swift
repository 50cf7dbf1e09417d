import Foundation
import Ground
import LanguageModels
import Records
import Synchronization
import TestSupport
import Testing
import Training
import Transformer

@testable import Finetune

struct PreferenceTunerTests {
    private static let preferences = (0..<6).map { number in
        Preference(
            id: "p\(number)", prompt: "Question \(number)?", chosen: "Answer \(number), and well.", rejected: "Nothing to say on \(number)."
        )
    }

    private func plan(_ place: URL, loss: FinetuneLoss, steps: Int = 6) -> FinetunePlan {
        var plan = FinetunePlan(roles: [], base: place.appending(path: "base"), output: place.appending(path: "M"), threads: 1)
        plan.loss = loss
        plan.steps = steps
        plan.batch = 3
        plan.learningRate = 0.01
        return plan
    }

    @Test(
        "every loss of preferences begins where the model is its own reference and ends with a margin for the wanted answers",
        arguments: [FinetuneLoss.dpo, .ipo, .hinge, .spin])
    func losses(loss: FinetuneLoss) async throws {
        try await withTemporaryDirectory { place in
            try TinyModel.write(to: place.appending(path: "base"), roles: ["judge"])
            let tuner = PreferenceTuner(plan: plan(place, loss: loss))
            let (result, census) = try await tuner.run(preferences: Self.preferences, note: { _ in }, progress: { _ in })
            #expect(census.pairs == 6 && census.tooLong == 0 && census.cut == 0)
            let metrics = MetricsFile(modelFolder: place.appending(path: "M"))
            #expect(metrics.margins.count == 6)
            #expect(abs(metrics.margins.first ?? 1) < 1e-4, "\(metrics.margins)")
            #expect((metrics.margins.last ?? 0) > 0.001, "\(metrics.margins)")
            // The roles of the base stay, and what it learned is noted.
            #expect(result.folder.notes.roles == ["judge"] && result.folder.notes.loss == loss.rawValue)
        }
    }

    @Test("a prompt that fills the context is left out with its place; where all do, nothing is made")
    func tooLong() async throws {
        try await withTemporaryDirectory { place in
            try TinyModel.write(to: place.appending(path: "base"))
            let long = Preference(
                id: "long", prompt: String(repeating: "On and on? ", count: 60), chosen: "Yes.", rejected: "No.")
            let said = Mutex<[String]>([])
            let (_, census) = try await PreferenceTuner(plan: plan(place, loss: .dpo, steps: 1)).run(
                preferences: Self.preferences + [long], places: ["long": SourcePlace(file: "p.jsonl", line: 7)],
                note: { text in said.withLock { $0.append(text) } }, progress: { _ in })
            #expect(census.pairs == 6 && census.tooLong == 1)
            #expect(said.withLock { $0.contains { $0.contains("p.jsonl:7") && $0.contains("context of 256 tokens") } })
            var other = plan(place, loss: .dpo)
            other.output = place.appending(path: "N")
            await #expect(throws: FinetuneError.self) {
                try await PreferenceTuner(plan: other).run(preferences: [long], note: { _ in }, progress: { _ in })
            }
            #expect(!FileManager.default.fileExists(atPath: other.output.path))
        }
    }

    @Test("the same preferences make the same weights")
    func repeated() async throws {
        try await withTemporaryDirectory { place in
            try TinyModel.write(to: place.appending(path: "base"))
            var bytes: [Data] = []
            for name in ["one", "two"] {
                var plan = plan(place, loss: .dpo, steps: 3)
                plan.output = place.appending(path: name)
                _ = try await PreferenceTuner(plan: plan).run(preferences: Self.preferences, note: { _ in }, progress: { _ in })
                bytes.append(try Data(contentsOf: plan.output.appending(path: "model.safetensors")))
            }
            #expect(bytes[0] == bytes[1])
            #expect(bytes[0] != (try Data(contentsOf: place.appending(path: "base/model.safetensors"))))
        }
    }
}
