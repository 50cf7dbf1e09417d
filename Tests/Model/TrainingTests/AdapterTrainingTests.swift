import Foundation
import Tensors
import TestSupport
import Testing
import Transformer

@testable import Training

@Suite("Training adapters") struct AdapterTrainingTests {
    static func network(_ threads: Int = 1, dropout: Double = 0.2, isRounded: Bool = false) -> TransformerNetwork<Float> {
        let base = Toy.network(Float.self, threads: threads)
        let settings = AdapterSettings(rank: 3, alpha: 6, dropout: dropout, targets: [.query, .value, .down])
        return TransformerNetwork(
            parameters: base.parameters, adapters: Adapters(random: base.configuration, settings: settings, seed: 4),
            base: isRounded ? FrozenBase(base.parameters, on: base.compute) : nil, compute: base.compute)
    }

    static func bytes(_ network: TransformerNetwork<Float>) -> [[Float]] { Trainable.values(network).map(\.tensor.array) }

    @Test(
        "ends with the same bytes with two threads, with micro-batches of one example, and when resumed; the base stays as it was",
        arguments: [false, true])
    func sameBytes(isRounded: Bool) async throws {
        try await withTemporaryDirectory { folder in
            let options = Toy.options(steps: 8)
            let whole = Self.network(isRounded: isRounded)
            let base = Toy.bytes(whole.parameters)
            _ = try TrainerTests.run(whole, options)
            #expect(Toy.bytes(whole.parameters) == base)

            var small = options
            small.microBatchTokens = 1
            let other = Self.network(2, isRounded: isRounded)
            _ = try TrainerTests.run(other, small)
            #expect(Self.bytes(whole) == Self.bytes(other))

            _ = try TrainerTests.run(Self.network(isRounded: isRounded), options, folder: folder, stopAfter: 5)
            let resumed = Self.network(isRounded: isRounded)
            _ = try TrainerTests.run(resumed, options, folder: folder, resuming: true)
            #expect(Self.bytes(whole) == Self.bytes(resumed))

            let otherBase = Self.network(isRounded: isRounded)
            otherBase.parameters.embedding[3] += 1
            for other in [otherBase, Self.network(isRounded: !isRounded)] {
                #expect(throws: TrainingError.otherRun(folder: folder.path, difference: "network")) {
                    try TrainerTests.run(other, options, folder: folder, resuming: true)
                }
            }
        }
    }

    @Test("an opening that all examples share is computed once, with the same bytes for any micro-batch, threads and recomputation")
    func sharedOpening() throws {
        let examples = Toy.examples(8).map { example in
            TrainingExample(
                tokens: Array(1...9) + example.tokens, isTarget: Array(repeating: false, count: 9) + example.isTarget)
        }
        func trained(threads: Int, budget: Int, recomputesLayers: Bool = false) throws -> [[Float]] {
            let made = Self.network(threads, dropout: 0, isRounded: true)
            let network = TransformerNetwork(
                parameters: made.parameters, adapters: made.adapters, base: made.base, compute: made.compute,
                recomputesLayers: recomputesLayers)
            var options = Toy.options(steps: 4)
            options.microBatchTokens = budget
            let task = TrainingTask.targets(try ShuffledExamples(examples, context: 64, seed: 1))
            _ = try Trainer(network: network, options: options, task: task, heldOut: examples).runBlocking()
            return Self.bytes(network)
        }
        let whole = try trained(threads: 1, budget: 4096)
        #expect(try trained(threads: 2, budget: 1) == whole)
        #expect(try trained(threads: 1, budget: 25, recomputesLayers: true) == whole)

        // Without the opening, token by token: the same losses, and gradients but for the rounding of their sum.
        let network = Self.network(dropout: 0, isRounded: true)
        guard let adapters = network.adapters else { return }
        let shared = Adapters<Float>(zeros: network.configuration, settings: adapters.settings)
        let apart = Adapters<Float>(zeros: network.configuration, settings: adapters.settings)
        let step = TargetTokenStep(network: network, tokenBudget: 4096)
        let result = try #require(step.forwardBackward(examples, dropout: 0, seed: 0, gradients: .adapters(shared)) { false })
        let batch = try #require(MicroBatch.pack(examples, tokenBudget: 4096).first)
        let losses = network.lossAndGradients(
            tokens: batch.tokens, sequenceLengths: batch.lengths, targets: .init(rows: batch.targetRows, ids: batch.targets),
            scales: batch.targets.map { _ in 1 / Float(batch.targets.count) }, gradients: .adapters(apart))
        #expect(result.tokens == batch.tokens.count && result.targetTokens == batch.targets.count)
        #expect(result.loss == losses.reduce(0) { $0 + Double($1) } / Double(losses.count))
        // Without gradients the logarithm is taken another way.
        #expect(abs((step.loss(examples) { false } ?? .infinity) - result.loss) < 1e-6)
        for ((name, one), other) in zip(shared.named, apart.named.map(\.tensor)) {
            let length = other.array.reduce(0) { $0 + $1 * $1 }
            let distance = zip(one.array, other.array).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            #expect(distance <= 0.05 * 0.05 * length, "\(name): \((distance / length).squareRoot())")
        }
    }

    @Test("starts at the base's loss, and lowers it")
    func learns() throws {
        let network = Self.network(dropout: 0)
        let examples = Toy.examples(8)
        let step = TargetTokenStep(network: network, tokenBudget: 4096)
        let base = TargetTokenStep(
            network: TransformerNetwork(parameters: network.parameters, compute: network.compute), tokenBudget: 4096)
        #expect(step.loss(examples) { false } == base.loss(examples) { false })
        var options = Toy.options(steps: 60, batch: 8)
        options.schedule.peak = 3e-2
        var losses: [Double] = []
        _ = try Trainer(network: network, options: options, task: .targets(ShuffledExamples(examples, context: 64, seed: 1)))
            .runBlocking(progress: { losses.append($0.loss) })
        #expect(losses[59] < losses[0] - 1, "\(losses[0]) to \(losses[59])")
    }

    @Test("with a rounded base ends where the exact one ends: the loss of other examples within 0.02 after falling")
    func roundedLearns() throws {
        func heldOut(isRounded: Bool) throws -> (before: Double, after: Double) {
            let network = Self.network(dropout: 0, isRounded: isRounded)
            let exact = TransformerNetwork(
                parameters: network.parameters, adapters: network.adapters, compute: network.compute)
            let measure = TargetTokenStep(network: exact, tokenBudget: 4096)
            let examples = Toy.examples(8)
            let before = try #require(measure.loss(examples) { false })
            var options = Toy.options(steps: 40, batch: 8)
            options.schedule.peak = 1e-2
            let task = TrainingTask.targets(try ShuffledExamples(examples, context: 64, seed: 1))
            _ = try Trainer(network: network, options: options, task: task).runBlocking()
            return (before, try #require(measure.loss(examples) { false }))
        }
        let (exact, rounded) = (try heldOut(isRounded: false), try heldOut(isRounded: true))
        #expect(exact.after < exact.before - 0.3)
        #expect(abs(rounded.after - exact.after) < 0.02, "\(rounded.after), exact \(exact.after)")
    }
}
