import Foundation
import TestSupport
import Testing
import Transformer

@testable import Training

@Suite("Training on preferences") struct PreferenceTrainingTests {
    static func pairs(_ count: Int) throws -> PreferencePairs {
        let (good, bad) = (Toy.examples(count, seed: 3), Toy.examples(count, seed: 4))
        return try PreferencePairs(
            zip(good, bad).map { good, bad in
                func completion(_ example: TrainingExample) -> [Int32] {
                    zip(example.tokens, example.isTarget).compactMap { $1 ? $0 : nil }
                }
                return PreferencePair(prompt: Array(good.tokens.prefix(4)), chosen: completion(good), rejected: completion(bad))
            }, context: 64, order: .seeded(6))
    }

    static func options(_ steps: Int) -> TrainingOptions {
        var options = Toy.options(steps: steps)
        options.schedule.peak = 1e-3
        return options
    }

    @Test("raises margin and accuracy from chance to all, starting at ln 2")
    func learns() throws {
        let task = TrainingTask.preferences(try Self.pairs(8), .dpo(beta: 0.1, labelSmoothing: 0))
        var steps: [TrainingProgress] = []
        let trainer = try Trainer(network: Toy.network(Float.self), options: Self.options(40), task: task)
        _ = try trainer.runBlocking(progress: { steps.append($0) })
        #expect(abs(steps[0].loss - log(2)) < 1e-6)
        #expect(steps[39].preference?.accuracy == 1 && (steps[39].preference?.margin ?? 0) > 1)
    }

    @Test("ends with the same bytes when interrupted and resumed, the reference being that of the beginning")
    func resume() async throws {
        try await withTemporaryDirectory { folder in
            let task = TrainingTask.preferences(try Self.pairs(6), .ipo(beta: 0.1))
            let whole = Toy.network(Float.self)
            _ = try Trainer(network: whole, options: Self.options(8), task: task).runBlocking()
            var done = 0
            _ = try Trainer(network: Toy.network(Float.self), options: Self.options(8), task: task, folder: folder)
                .runBlocking(isCancelled: { done >= 5 }) { done = $0.step }
            let resumed = Toy.network(Float.self)
            _ = try Trainer(network: resumed, options: Self.options(8), task: task, folder: folder).runBlocking(resuming: true)
            #expect(Toy.bytes(whole.parameters) == Toy.bytes(resumed.parameters))
        }
    }

    @Test("gives the same bytes whether pairs share a micro-batch or not")
    func microBatches() throws {
        func final(_ tokens: Int) throws -> [[Float]] {
            let network = Toy.network(Float.self)
            var options = Self.options(5)
            options.microBatchTokens = tokens
            _ = try Trainer(network: network, options: options, task: .preferences(Self.pairs(6), .hinge(beta: 0.2))).runBlocking()
            return Toy.bytes(network.parameters)
        }
        #expect(try final(1) == final(4096))
    }

    @Test("refuses a pair whose answer has no token inside the context")
    func nothingToLearn() {
        let pair = PreferencePair(prompt: Array(repeating: 1, count: 9), chosen: [2], rejected: [3])
        #expect(throws: TrainingError.nothingToLearn(index: 0, tokens: 10, context: 8)) {
            try PreferencePairs([pair], context: 8, order: .given)
        }
    }
}
