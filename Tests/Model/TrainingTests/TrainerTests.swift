import Foundation
import Synchronization
import Tensors
import TestSupport
import Testing
import Transformer

@testable import Training

@Suite("Trainer") struct TrainerTests {
    @Test("learns eight pairs by heart in 150 steps with two layers")
    func learnsByHeart() throws {
        let network = Toy.network(Float.self)
        let examples = Toy.examples(8)
        var options = Toy.options(steps: 150, batch: 8)
        options.schedule = .init(peak: 1e-2, shape: .cosine(floor: 0.1), warmupSteps: 10, totalSteps: 150)
        options.weightDecay = 0
        let source = try ShuffledExamples(examples, context: 64, seed: 2)
        var losses: [Double] = []
        let outcome = try Trainer(network: network, options: options, task: .targets(source)).runBlocking(progress: {
            losses.append($0.loss)
        })
        #expect(outcome.ending == .finished && outcome.step == 150)
        #expect(losses[0] > 3 && losses[149] < 0.02, "\(losses[0]) to \(losses[149])")
        for example in examples {
            let rows = (0..<example.inputCount).filter { example.isTarget[$0 + 1] }
            let logits = network.logits(
                tokens: Array(example.tokens.prefix(example.inputCount)), sequenceLengths: [example.inputCount], rows: rows.map(Int32.init))
            for (place, row) in rows.enumerated() {
                let line = logits.rows(place..<place + 1).array
                #expect(line.max().flatMap { line.firstIndex(of: $0) } == Int(example.tokens[row + 1]))
            }
        }
    }

    static func run<R: Real>(
        _ network: TransformerNetwork<R>, _ options: TrainingOptions, folder: URL? = nil, resuming: Bool = false, stopAfter: Int = .max
    ) throws -> TrainingOutcome {
        let source = try ShuffledExamples(Toy.examples(11), context: 64, seed: 2)
        let trainer = try Trainer(
            network: network, options: options, task: .targets(source), heldOut: Toy.examples(3, seed: 77), folder: folder)
        var done = 0
        return try trainer.runBlocking(resuming: resuming, isCancelled: { done >= stopAfter }) { done = $0.step }
    }

    static func metrics(_ folder: URL) throws -> [Substring] {
        let text = try String(contentsOf: folder.appending(path: "metrics.jsonl"), encoding: .utf8)
        return text.split(separator: "\n").map { line in line.prefix(upTo: line.range(of: ",\"tokens_per")?.lowerBound ?? line.endIndex) }
    }

    @Test("ends with the same bytes and metrics when interrupted at any step and resumed", arguments: [1, 2, 3, 4, 7, 9, 11])
    func resume(after stop: Int) async throws {
        try await withTemporaryDirectory { place in
            let options = Toy.options(steps: 12, dropout: 0.1)
            let whole = Toy.network(Float.self)
            let outcome = try Self.run(whole, options, folder: place.appending(path: "a"))

            let folder = place.appending(path: "b")
            let cut = try Self.run(Toy.network(Float.self), options, folder: folder, stopAfter: stop)
            #expect(cut.ending == .cancelled && cut.step == stop)
            let resumed = Toy.network(Float.self)
            #expect(try Self.run(resumed, options, folder: folder, resuming: true) == outcome)
            #expect(Toy.bytes(whole.parameters) == Toy.bytes(resumed.parameters))
            #expect(try Self.metrics(place.appending(path: "a")) == Self.metrics(folder))
        }
    }

    @Test("ends with the same bytes when killed between checkpoints, and when the newest checkpoint is torn")
    func killed() async throws {
        try await withTemporaryDirectory { place in
            let options = Toy.options(steps: 12)
            let whole = Toy.network(Float.self)
            _ = try Self.run(whole, options)

            // A killed process leaves the checkpoint of step 6 and the metrics of step 8.
            _ = try Self.run(Toy.network(Float.self), options, folder: place, stopAfter: 8)
            try FileManager.default.removeItem(at: place.appending(path: "checkpoint-00000008"))
            try FileManager.default.createDirectory(
                at: place.appending(path: ".checkpoint-00000009.partial"), withIntermediateDirectories: true)
            let resumed = Toy.network(Float.self)
            let outcome = try Self.run(resumed, options, folder: place, resuming: true)
            #expect(!outcome.warnings.contains { $0.contains("left out") })
            #expect(Toy.bytes(whole.parameters) == Toy.bytes(resumed.parameters))

            let state = place.appending(path: "checkpoint-00000012/state.bin")
            try Data(contentsOf: state).dropLast(9).write(to: state)
            let again = Toy.network(Float.self)
            let second = try Self.run(again, options, folder: place, resuming: true)
            #expect(second.warnings.contains { $0.contains("left out") })
            #expect(Toy.bytes(whole.parameters) == Toy.bytes(again.parameters))
        }
    }

    @Test("begins anew where no checkpoint is whole, says so once, and ends with the bytes and metrics of an undisturbed run")
    func beginsAnew() async throws {
        try await withTemporaryDirectory { place in
            let options = Toy.options(steps: 6)
            let whole = Toy.network(Float.self)
            _ = try Self.run(whole, options, folder: place.appending(path: "a"))
            let folder = place.appending(path: "b")
            _ = try Self.run(Toy.network(Float.self), options, folder: folder, stopAfter: 4)
            for step in CheckpointStore(folder: folder, kept: 2).steps() {
                try Data("{".utf8).write(to: folder.appending(path: "checkpoint-0000000\(step)/manifest.json"))
            }
            let network = Toy.network(Float.self)
            let source = try ShuffledExamples(Toy.examples(11), context: 64, seed: 2)
            let trainer = try Trainer(
                network: network, options: options, task: .targets(source), heldOut: Toy.examples(3, seed: 77), folder: folder)
            var said: [String] = []
            let outcome = try trainer.runBlocking(resuming: true, progress: { said += [$0.warning].compactMap(\.self) })
            #expect(outcome.step == 6 && said.count { $0.contains("begins anew") } == 1, "\(said)")
            #expect(Toy.bytes(whole.parameters) == Toy.bytes(network.parameters))
            #expect(try Self.metrics(place.appending(path: "a")) == Self.metrics(folder))
        }
    }

    @Test("refuses to begin where a run lies, and to resume with other options or data")
    func otherRun() async throws {
        try await withTemporaryDirectory { place in
            let options = Toy.options(steps: 3)
            _ = try Self.run(Toy.network(Float.self), options, folder: place)
            #expect(throws: TrainingError.existingRun(folder: place.path)) {
                try Self.run(Toy.network(Float.self), options, folder: place)
            }
            var other = options
            other.dropout = 0.5
            #expect(throws: TrainingError.otherRun(folder: place.path, difference: "options")) {
                try Self.run(Toy.network(Float.self), other, folder: place, resuming: true)
            }
        }
    }

    @Test("has the same bytes with one thread and two, and with layers recomputed")
    func threads() throws {
        let options = Toy.options(steps: 6, dropout: 0.1)
        let networks = [
            Toy.network(Float.self), Toy.network(Float.self, threads: 2), Toy.network(Float.self, recomputesLayers: true),
        ]
        for network in networks { _ = try Self.run(network, options) }
        #expect(Toy.bytes(networks[0].parameters) == Toy.bytes(networks[1].parameters))
        #expect(Toy.bytes(networks[0].parameters) == Toy.bytes(networks[2].parameters))
    }

    @Test("gives the same bytes for eight micro-batches of one example and one of eight, tied or not, and 1e-10 in Double")
    func accumulation() throws {
        func final<R: Real>(_ type: R.Type, tokens: Int, ties: Bool) throws -> [[R]] {
            var configuration = Toy.configuration
            configuration.tiesEmbeddings = ties
            let network = Toy.network(type, configuration: configuration)
            var options = Toy.options(steps: 5, batch: 8, dropout: 0.1)
            options.microBatchTokens = tokens
            _ = try Self.run(network, options)
            return Toy.bytes(network.parameters)
        }
        #expect(try final(Float.self, tokens: 1, ties: false) == final(Float.self, tokens: 4096, ties: false))
        #expect(try final(Float.self, tokens: 1, ties: true) == final(Float.self, tokens: 4096, ties: true))
        #expect(try final(Float.self, tokens: 30, ties: true) == final(Float.self, tokens: 4096, ties: true))
        #expect(try Toy.distance(final(Double.self, tokens: 1, ties: true), final(Double.self, tokens: 4096, ties: true)) < 1e-10)
    }

    @Test("stops early on a held-out loss that rises, says so, and gives the best weights back")
    func earlyStop() async throws {
        try await withTemporaryDirectory { place in
            let network = Toy.network(Float.self)
            var options = Toy.options(steps: 400, batch: 8)
            options.schedule = .init(peak: 1e-2, shape: .constant, totalSteps: 400)
            options.patience = 3
            let source = try ShuffledExamples(Toy.examples(8), context: 64, seed: 2)
            let heldOut = Toy.examples(8, seed: 50)
            let trainer = try Trainer(network: network, options: options, task: .targets(source), heldOut: heldOut, folder: place)
            let outcome = try trainer.runBlocking()
            let best = try #require(outcome.bestHeldOutLoss)
            #expect(outcome.ending == .stoppedEarly && outcome.step < 400)
            #expect(outcome.warnings.contains { $0.contains("by heart") })
            #expect(outcome.lastHeldOutLoss ?? 0 > best)
            #expect(try trainer.restoreBest())
            let step = TargetTokenStep(network: network, tokenBudget: 2048)
            #expect(step.loss(heldOut) { false } == best)
            // A run that has stopped stays stopped.
            #expect(try trainer.runBlocking(resuming: true).step == outcome.step)
        }
    }

    @Test("measures the base before the first step, reports it as step 0, and says where no step was better")
    func base() async throws {
        try await withTemporaryDirectory { place in
            let heldOut = Toy.examples(3, seed: 77)
            let own = TargetTokenStep(network: Toy.network(Float.self), tokenBudget: 2048).loss(heldOut) { false }
            var reported: [TrainingProgress] = []
            let source = try ShuffledExamples(Toy.examples(11), context: 64, seed: 2)
            let trainer = try Trainer(
                network: Toy.network(Float.self), options: Toy.options(steps: 12), task: .targets(source), heldOut: heldOut, folder: place)
            let outcome = try trainer.runBlocking(progress: { reported.append($0) })
            #expect(outcome.baseHeldOutLoss == own && reported.first?.step == 0 && reported.first?.heldOutLoss == own)
            #expect(reported.map(\.step) == Array(0...12))
            let first = try #require(try Self.metrics(place).first)
            #expect(first.contains("\"start\":{\"held_out_loss\":") && first.hasPrefix("{\"step\":1,"))

            // Steps so long that nothing of what the network knew is left.
            var options = Toy.options(steps: 10)
            options.schedule = .init(peak: 3, shape: .constant, totalSteps: 10)
            let worse = try Trainer(network: Toy.network(Float.self), options: options, task: .targets(source), heldOut: heldOut)
                .runBlocking()
            #expect(worse.isNoBetterThanBase && !outcome.isNoBetterThanBase)
        }
    }

    @Test("ends with advice where the loss is no number")
    func notANumber() throws {
        let network = Toy.network(Float.self)
        // The first token of every prompt.
        network.parameters.embedding[network.configuration.hiddenSize] = .nan
        #expect(throws: TrainingError.self) { try Self.run(network, Toy.options(steps: 20)) }
    }

    @Test("runs on a thread of its own and ends in order, with a checkpoint, when its task is cancelled")
    func cancellation() async throws {
        try await withTemporaryDirectory { place in
            let source = try ShuffledExamples(Toy.examples(11), context: 64, seed: 2)
            let trainer = try Trainer(
                network: Toy.network(Float.self), options: Toy.options(steps: 100_000), task: .targets(source), folder: place)
            let outcome = try await withThrowingTaskGroup(of: TrainingOutcome?.self) { group in
                let (steps, signal) = AsyncStream.makeStream(of: Int.self)
                group.addTask { try await trainer.run { signal.yield($0.step) } }
                for await step in steps where step >= 5 { break }
                group.cancelAll()
                return try await group.next() ?? nil
            }
            let found = try #require(outcome)
            #expect(found.ending == .cancelled)
            #expect(CheckpointStore(folder: place, kept: 2).steps().first == found.step)
        }
    }

    @Test("pre-trains on a stream, and the loss falls below that of single tokens")
    func pretrains() throws {
        // A text whose next token follows from the one before it.
        let documents: [[Int32]] = (0..<60).map { start in (0..<50).map { place in Int32((start * 7 + place * 5) % 48) } }
        let stream = try TextStream(documents: documents, context: 32, seed: 4)
        var options = Toy.options(steps: 120, batch: 8)
        options.schedule = .init(peak: 1e-2, shape: .warmupStableDecay(decayShare: 0.3, floor: 0), warmupSteps: 5, totalSteps: 120)
        for optimizer in [TrainingOptions.Optimizer.adamW(), .muon()] {
            options.optimizer = optimizer
            var last = 0.0
            _ = try Trainer(network: Toy.network(Float.self), options: options, task: .targets(stream))
                .runBlocking(progress: { last = $0.loss })
            #expect(last < 0.3, "\(optimizer): \(last)")
        }
    }
}
