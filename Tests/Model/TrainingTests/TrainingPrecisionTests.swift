import Foundation
import Tensors
import TestSupport
import Testing
import Transformer

@testable import Training

@Suite("Training by products of bfloat16") struct TrainingPrecisionTests {
    private static func gradient(_ precision: TrainingPrecision) throws -> [[Float]] {
        let network = Toy.network(Float.self, precision: precision)
        let (trainables, gradients) = Trainable.all(network)
        let step = TargetTokenStep(network: network, tokenBudget: 4096)
        _ = step.forwardBackward(Toy.examples(8), dropout: 0, seed: 1, gradients: gradients, isCancelled: { false })
        gradients.settle(on: network.compute)
        return trainables.map(\.gradient.array)
    }

    @Test("every tensor's gradient is that of float32 to within three percent of its length")
    func gradients() throws {
        for (exact, rounded) in zip(try Self.gradient(.float32), try Self.gradient(.bfloat16)) {
            let difference = zip(exact, rounded).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }.squareRoot()
            let length = exact.reduce(0.0) { $0 + Double($1 * $1) }.squareRoot()
            // An operand is rounded by 2^-9 at most, 0.1 % on the average, and two layers forward and backward put some twenty roundings
            // of independent sign one after another: 0.5 %, and more where the sums cancel.
            #expect(difference > 0 && difference < 0.03 * length, "\(difference / length)")
        }
    }

    @Test("a loss falls as it does with float32, with AdamW and with Muon")
    func learns() throws {
        let documents: [[Int32]] = (0..<60).map { start in (0..<50).map { place in Int32((start * 7 + place * 5) % 48) } }
        let stream = try TextStream(documents: documents, context: 32, seed: 4)
        var options = Toy.options(steps: 60, batch: 8)
        options.schedule = .init(peak: 1e-2, shape: .warmupStableDecay(decayShare: 0.3, floor: 0), warmupSteps: 5, totalSteps: 60)
        for optimizer in [TrainingOptions.Optimizer.adamW(), .muon()] {
            options.optimizer = optimizer
            var losses: [TrainingPrecision: Double] = [:]
            for precision in TrainingPrecision.allCases {
                let network = Toy.network(Float.self, precision: precision)
                _ = try Trainer(network: network, options: options, task: .targets(stream)).runBlocking(progress: {
                    losses[precision] = $0.loss
                })
            }
            let (exact, rounded) = (losses[.float32] ?? .nan, losses[.bfloat16] ?? .nan)
            // Of the 3.9 nats of the beginning; two seeds differ by more.
            #expect(exact < 1 && abs(rounded - exact) < 0.1, "\(optimizer): \(exact) and \(rounded)")
        }
    }

    @Test("ends with the same bytes with two threads, and when interrupted and resumed")
    func resume() async throws {
        try await withTemporaryDirectory { folder in
            let options = Toy.options(steps: 8, dropout: 0.1)
            func network(threads: Int = 1) -> TransformerNetwork<Float> {
                Toy.network(Float.self, threads: threads, precision: .bfloat16)
            }
            let (whole, threaded, resumed) = (network(), network(threads: 2), network())
            let outcome = try TrainerTests.run(whole, options)
            #expect(try TrainerTests.run(threaded, options) == outcome)
            #expect(Toy.bytes(whole.parameters) == Toy.bytes(threaded.parameters))
            _ = try TrainerTests.run(network(), options, folder: folder, stopAfter: 4)
            #expect(try TrainerTests.run(resumed, options, folder: folder, resuming: true) == outcome)
            #expect(Toy.bytes(whole.parameters) == Toy.bytes(resumed.parameters))
        }
    }

    @Test("refuses to resume with another precision; a checkpoint that names none is one of float32")
    func otherPrecision() async throws {
        let options = Toy.options(steps: 3)
        for (first, second) in [(TrainingPrecision.float32, TrainingPrecision.bfloat16), (.bfloat16, .float32)] {
            try await withTemporaryDirectory { folder in
                _ = try TrainerTests.run(Toy.network(Float.self, precision: first), options, folder: folder)
                #expect(throws: TrainingError.otherRun(folder: folder.path, difference: "precision")) {
                    try TrainerTests.run(Toy.network(Float.self, precision: second), options, folder: folder, resuming: true)
                }
                guard first == .float32 else { return }
                let manifest = folder.appending(path: "checkpoint-00000003/manifest.json")
                var former = try JSONDecoder().decode(CheckpointStore.Manifest.self, from: Data(contentsOf: manifest))
                #expect(former.fingerprints.removeValue(forKey: "precision") == "float32")
                try JSONEncoder().encode(former).write(to: manifest)
                #expect(try TrainerTests.run(Toy.network(Float.self), options, folder: folder, resuming: true).step == 3)
                #expect(throws: TrainingError.otherRun(folder: folder.path, difference: "precision")) {
                    try TrainerTests.run(Toy.network(Float.self, precision: .bfloat16), options, folder: folder, resuming: true)
                }
            }
        }
    }
}
