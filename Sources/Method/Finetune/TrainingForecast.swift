import Foundation
import Records
import Synchronization
import Training
import Transformer

/// What a training will take, told before any weights are read.
public struct TrainingForecast: Sendable, Equatable {
    /// What one epoch reads.
    public var rows: Int
    public var steps: Int
    public var batch: Int
    /// Tokens that all steps read together.
    public var tokens: Int
    public var memoryBytes: Int
    /// The model folder.
    public var diskBytes: Int
    /// Checkpoints, while it runs.
    public var passingDiskBytes: Int
}

extension Finetuner {
    /// Counts the rows and their tokens.
    ///
    /// - Parameter further: rows that are not there yet, taken to be as long as the others in the mean.
    /// - Throws: what `run` would throw of the base, the rows and the memory.
    public func forecast(seeds: [Seed], further: Int = 0) throws -> TrainingForecast {
        let base = try TrainingBase(plan)
        let lengths = try plan.roles.map { role in
            try RoleRows.rows(
                for: [role], seeds: seeds, curated: [], seed: plan.seed, allTurns: plan.learnsAllTurns, judgePrompt: judgePrompt
            ).compactMap { row -> Int? in
                switch try base.encoder.encode(row) {
                case .whole(let example), .cut(let example): example.targetCount > 0 ? example.inputCount : nil
                case .tooLong: nil
                }
            }
        }.filter { !$0.isEmpty }
        let all = lengths.flatMap(\.self)
        guard !all.isEmpty else { throw FinetuneError.nothingToLearn(rows: seeds.count, tooLong: seeds.count) }
        let rows = (lengths.map(\.count).min() ?? 0) * lengths.count + further
        let configuration = base.folder.configuration
        let memory = try MemoryPlan(
            configuration: configuration, adapters: plan.adapters, basePrecision: plan.chosenBasePrecision,
            optimizer: plan.optimizerSetting, longest: all.max() ?? 1, budgetBytes: plan.memoryBytes ?? AvailableMemory.bytes())
        let options = plan.options(rows: rows, parameters: configuration.parameterCount, microBatchTokens: memory.microBatchTokens)
        let mean = Double(all.reduce(0, +)) / Double(all.count)
        let state = (memory.fixedBytes - 4 * configuration.parameterCount) / 4 * 3
        return TrainingForecast(
            rows: rows, steps: options.steps, batch: options.batch, tokens: Int(mean * Double(options.steps * options.batch)),
            memoryBytes: memory.neededBytes, diskBytes: 2 * configuration.parameterCount, passingDiskBytes: max(0, state) * 3)
    }

    /// Trains two steps of two rows and forgets them, to know how many tokens a second this machine trains on.
    public func tokensPerSecond(seeds: [Seed]) async throws -> Double {
        var trial = self
        (trial.plan.steps, trial.plan.batch, trial.plan.warmupSteps) = (2, 2, 0)
        let base = try TrainingBase(trial.plan)
        let rows = RoleRows.rows(for: [.forward], seeds: Array(seeds.prefix(8)), curated: [], seed: trial.plan.seed)
        let examples = try rows.compactMap { row -> TrainingExample? in
            if case .whole(let example) = try base.encoder.encode(row), example.targetCount > 0 { example } else { nil }
        }
        guard !examples.isEmpty else { throw FinetuneError.nothingToLearn(rows: rows.count, tooLong: rows.count) }
        let job = try base.job(
            .targets(try ShuffledExamples(examples, context: base.context, seed: trial.plan.seed)), heldOut: [], rows: examples.count,
            longest: examples.map(\.inputCount).max() ?? 1, notes: base.folder.notes,
            tokens: examples.reduce(0) { $0 + $1.inputCount }, tell: { _ in }, note: { _ in "" })
        let times = Mutex<[(seconds: Double, tokens: Int)]>([])
        let trainer = try Trainer(network: job.network, options: job.options, task: job.task)
        _ = try await trainer.run { step in
            times.withLock { $0.append((ProcessInfo.processInfo.systemUptime, step.tokens)) }
        }
        // The first step lays weights out, and is left out.
        return times.withLock { times in
            guard let last = times.last, times.count > 1 else { return 0 }
            return Double(last.tokens) / max(1e-6, last.seconds - times[times.count - 2].seconds)
        }
    }
}
