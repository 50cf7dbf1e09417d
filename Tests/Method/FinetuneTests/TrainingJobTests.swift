import Foundation
import Ground
import Records
import Synchronization
import TestSupport
import Testing
import Training
import Transformer

@testable import Finetune

@Suite struct TrainingJobTests {
    private static func make(_ folder: URL, _ files: [String: String]) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
    }

    @Test("a model that stands is finished, and what a kill has left of its training goes")
    func finished() async throws {
        try await withTemporaryDirectory { place in
            let output = place.appending(path: "M")
            #expect(try !TrainingJob.isFinished(output))
            try Self.make(output, ["config.json": "{}", "metrics.jsonl": "a"])
            #expect(try TrainingJob.isFinished(output))
            // Killed between the model's arrival and the removal of its checkpoints, and in the middle of that.
            try Self.make(TrainingJob.workplace(of: output), ["metrics.jsonl": "a"])
            try Self.make(place.appending(path: ".M.training.removed"), ["metrics.jsonl": "b"])
            try Self.make(place.appending(path: ".M.01234567.part"), ["config.json": "{}"])
            #expect(try TrainingJob.isFinished(output))
            #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == ["M"])
        }
    }

    @Test("checkpoints of a model that is to replace the one that stands are kept, and the way on is named")
    func replacement() async throws {
        try await withTemporaryDirectory { place in
            let output = place.appending(path: "M")
            try Self.make(output, ["config.json": "{}", "model.safetensors": "", "metrics.jsonl": "a"])
            try Self.make(TrainingJob.workplace(of: output), ["metrics.jsonl": "b"])
            #expect(try !TrainingJob.isFinished(output))
            #expect { try TrainingJob.checkOutput(output, resumes: true, replaces: false) } throws: {
                "\($0)".contains("--resume --force")
            }
            try TrainingJob.checkOutput(output, resumes: true, replaces: true)
            #expect(FileManager.default.fileExists(atPath: TrainingJob.workplace(of: output).path))
            try TrainingJob.checkOutput(output, resumes: false, replaces: true)
            #expect(!FileManager.default.fileExists(atPath: TrainingJob.workplace(of: output).path))
        }
    }

    @Test(
        "what a training that was killed at its first file has left is no folder of the user's",
        arguments: [".dat.nosync0a1b.Xyz123", ".best.partial", "best", ".metrics.jsonl.01234567.part", ".checkpoint-1.partial"])
    func killedAtTheFirstFile(_ name: String) async throws {
        try await withTemporaryDirectory { place in
            let output = place.appending(path: "M")
            try Self.make(TrainingJob.workplace(of: output), [name: ""])
            try TrainingJob.checkOutput(output, resumes: true, replaces: false)
            #expect(try !TrainingJob.isFinished(output))
        }
    }

    @Test("a folder of the user's in the place of the checkpoints stays, whatever is asked for", arguments: [false, true], [false, true])
    func otherWorkplace(_ resumes: Bool, _ replaces: Bool) async throws {
        try await withTemporaryDirectory { place in
            let (output, mine) = (place.appending(path: "M"), place.appending(path: "M.training"))
            try Self.make(output, ["config.json": "{}", "model.safetensors": ""])
            try Self.make(mine, ["thesis.txt": "words"])
            for attempt in [
                { try TrainingJob.checkOutput(output, resumes: resumes, replaces: replaces) }, { _ = try TrainingJob.isFinished(output) },
            ] {
                #expect(throws: FileError.inTheWay(file: mine.path, what: "the checkpoints of the training")) { try attempt() }
            }
            #expect(FileManager.default.fileExists(atPath: mine.appending(path: "thesis.txt").path))
        }
    }

    @Test("what is no model is not replaced, asked or not; an empty folder is")
    func strangers() async throws {
        try await withTemporaryDirectory { place in
            let (notes, file, empty) = (place.appending(path: "notes"), place.appending(path: "file"), place.appending(path: "empty"))
            // Many a project has a config.json.
            try Self.make(notes, ["thesis.txt": "words", "config.json": "{}"])
            try Data("words".utf8).write(to: file)
            try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
            for stranger in [notes, file] {
                #expect { try TrainingJob.checkOutput(stranger, resumes: false, replaces: true) } throws: {
                    "\($0)".contains("no model folder")
                }
            }
            try TrainingJob.checkOutput(empty, resumes: false, replaces: true)
        }
    }

    /// A plan of full training or of adapters from a tiny model.
    private static func plan(_ place: URL, steps: Int, adapters: AdapterSettings?, to name: String) -> FinetunePlan {
        var plan = FinetunePlan(
            roles: [.forward], base: place.appending(path: "base"), output: place.appending(path: name), threads: 1)
        (plan.steps, plan.batch, plan.learningRate, plan.adapters) = (steps, 2, 0.01, adapters)
        plan.checkpointEvery = 1
        return plan
    }

    private static let seeds = (0..<6).compactMap { number in
        try? Seed(["instruction": .string("Question \(number)?"), "output": .string("Answer \(number), and well.")])
    }

    @Test(
        "the model folder appears whole, with metrics and notes, and adapters beside the merged weights; the checkpoints go",
        arguments: [false, true])
    func wholeFolder(trainsAdapters: Bool) async throws {
        try await withTemporaryDirectory { place in
            try TinyModel.write(to: place.appending(path: "base"))
            let plan = Self.plan(place, steps: 2, adapters: trainsAdapters ? AdapterSettings(rank: 2) : nil, to: "M")
            let (result, _) = try await Finetuner(plan: plan).run(
                seeds: Self.seeds, curated: [], heldOut: Array(Self.seeds.prefix(1)), note: { _ in }, progress: { _ in })
            #expect(try FileManager.default.contentsOfDirectory(atPath: place.path).sorted() == ["M", "base"])
            #expect(result.folder.notes.roles == ["forward"] && !result.heldOutLosses.isEmpty)
            let adapter = TrainingJob.adapterName
            #expect(FileManager.default.fileExists(atPath: plan.output.appending(path: adapter).path) == trainsAdapters)
            #expect(MetricsFile(modelFolder: plan.output).losses.count == 2)
            let weights = try [plan.base, plan.output].map { try ModelFolder(directory: $0).loadParameters() as Parameters<Float> }
            #expect(weights[0].named.map(\.name) == weights[1].named.map(\.name))
            #expect(weights[0].named.map(\.tensor.array) != weights[1].named.map(\.tensor.array))
        }
    }

    @Test("a training that was stopped leaves its checkpoint, and goes on to the bytes of one that was not")
    func stopped() async throws {
        try await withTemporaryDirectory { place in
            try TinyModel.write(to: place.appending(path: "base"))
            let whole = Self.plan(place, steps: 6, adapters: nil, to: "whole")
            _ = try await Finetuner(plan: whole).run(seeds: Self.seeds, curated: [], heldOut: [], note: { _ in }, progress: { _ in })
            var plan = Self.plan(place, steps: 6, adapters: nil, to: "M")
            let stopping = plan
            // Training begins when the task is known to its own progress, which ends it in the second step.
            let (begin, beginning) = AsyncStream.makeStream(of: Void.self)
            let running = Mutex<Task<Void, any Error>?>(nil)
            let task = Task {
                for await _ in begin { break }
                _ = try await Finetuner(plan: stopping).run(
                    seeds: Self.seeds, curated: [], heldOut: [], note: { _ in },
                    progress: { step in if step.step >= 2 { running.withLock { $0?.cancel() } } })
            }
            running.withLock { $0 = task }
            beginning.yield()
            await #expect(throws: FinetuneError.self) { try await task.value }
            #expect(!FileManager.default.fileExists(atPath: plan.output.path))
            #expect(FileManager.default.fileExists(atPath: TrainingJob.workplace(of: plan.output).path))
            plan.resumes = true
            _ = try await Finetuner(plan: plan).run(seeds: Self.seeds, curated: [], heldOut: [], note: { _ in }, progress: { _ in })
            let bytes = try [whole.output, plan.output].map { try Data(contentsOf: $0.appending(path: "model.safetensors")) }
            #expect(bytes[0] == bytes[1])
        }
    }
}
