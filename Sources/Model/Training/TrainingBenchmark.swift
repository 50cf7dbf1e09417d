import Foundation
import Tensors
import Transformer

/// Times training on random weights and random tokens.
public enum TrainingBenchmark {
    /// Tokens a second of the steps after the first, each of `batch` examples of `tokens` tokens, all of them targets.
    ///
    /// - Throws: `ModelError.notEnoughMemory`, `TrainingError`.
    public static func tokensPerSecond(
        _ configuration: TransformerConfiguration, threads: Int, batch: Int = 4, tokens: Int = 512, steps: Int = 3
    ) async throws -> Double {
        // The last token is a target and has no place of its own.
        let tokens = min(tokens, configuration.contextLength + 1)
        let plan = try MemoryPlan(configuration: configuration, optimizer: .adamW(), longest: tokens)
        try AvailableMemory.require(plan.neededBytes, advice: "Choose a smaller shape.")
        let parameters = Parameters<Float>(configuration: configuration) { (entry) throws(Never) in
            RandomWeights(configuration, seed: 0).uniform(entry)
        }
        let network = TransformerNetwork(parameters: parameters, compute: Compute(pool: ThreadPool(threads: threads)))
        let examples = (0..<batch).map { row in
            let ids = (0..<tokens).map { Int32(($0 * 7919 + row * 104_729) % configuration.vocabularySize) }
            return TrainingExample(prompt: Array(ids.prefix(1)), completion: Array(ids.dropFirst()))
        }
        let options = TrainingOptions(
            steps: steps + 1, batch: batch, schedule: LearningRateSchedule(peak: 1e-5, shape: .constant, totalSteps: steps + 1),
            microBatchTokens: plan.microBatchTokens)
        let trainer = try Trainer(network: network, options: options, task: .targets(ShuffledExamples(examples, context: tokens, seed: 0)))
        let times = Times()
        _ = try await trainer.run { _ in times.note() }
        return Double(batch * tokens * steps) / times.span
    }
}

/// Notes from the training thread, read when it is done.
private final class Times: @unchecked Sendable {
    private let lock = NSLock()
    private var noted: [Double] = []

    func note() { lock.withLock { noted.append(ProcessInfo.processInfo.systemUptime) } }
    var span: Double { lock.withLock { (noted.last ?? 0) - (noted.first ?? 0) } }
}
