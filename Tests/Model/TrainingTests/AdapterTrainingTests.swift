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
