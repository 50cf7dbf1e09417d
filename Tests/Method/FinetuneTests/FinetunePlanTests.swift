import Foundation
import Testing
import Training
import Transformer

@testable import Finetune

struct FinetunePlanTests {
    static func plan(_ loss: FinetuneLoss = .sft, adapters: Bool = false) -> FinetunePlan {
        var plan = FinetunePlan(roles: [.forward], base: URL(filePath: "base"), output: URL(filePath: "out"), threads: 1)
        plan.loss = loss
        plan.adapters = adapters ? AdapterSettings(rank: 4) : nil
        return plan
    }

    static func options(_ plan: FinetunePlan, rows: Int) throws -> TrainingOptions {
        let shape = TransformerConfiguration(
            vocabularySize: 64, hiddenSize: 16, intermediateSize: 32, layerCount: 1, headCount: 2, keyValueHeadCount: 2, contextLength: 64)
        let memory = try MemoryPlan(configuration: shape, optimizer: plan.optimizerSetting, longest: 8)
        return plan.options(rows: rows, parameters: 7_000_000_000, microBatchTokens: memory.microBatchTokens)
    }

    @Test("takes the papers' batch, passes, rate and decay for each loss")
    func defaults() throws {
        let supervised = try Self.options(Self.plan(), rows: 3200)
        #expect(supervised.batch == 32 && supervised.steps == 100 && supervised.weightDecay == 0.1 && supervised.dropout == 0)
        #expect(abs(supervised.schedule.peak - 1e-5) < 1e-12 && supervised.schedule.shape == .linear(floor: 0.9))
        let spin = try Self.options(Self.plan(.spin), rows: 6400)
        #expect(spin.batch == 64 && spin.steps == 200 && spin.weightDecay == 0 && spin.dropout == 0)
        #expect(spin.optimizer == .rmsProp() && abs(spin.schedule.peak - 5e-7) < 1e-12)
        let dpo = try Self.options(Self.plan(.dpo), rows: 4000)
        #expect(dpo.batch == 16 && abs(dpo.schedule.peak - 1e-6) < 1e-12 && dpo.schedule.shape == .linear(floor: 0.1))
        #expect(try Self.options(Self.plan(adapters: true), rows: 100).schedule.peak > 9e-5)
        #expect(try Self.options(Self.plan(.ipo), rows: 100).batch == 8)
    }

    @Test("lets each choice be said instead")
    func said() throws {
        var plan = Self.plan(.dpo)
        (plan.steps, plan.batch, plan.learningRate, plan.weightDecay, plan.dropout) = (7, 3, 0.5, 0.25, 0.2)
        (plan.optimizer, plan.schedule, plan.finalRate, plan.warmupSteps) = (.rmsprop, .wsd, 0.3, 2)
        (plan.heldOutEvery, plan.patience, plan.checkpointEvery, plan.keptCheckpoints) = (2, 4, 5, 6)
        let options = try Self.options(plan, rows: 100)
        #expect(options.steps == 7 && options.batch == 3 && options.schedule.peak == 0.5 && options.schedule.warmupSteps == 2)
        #expect(options.schedule.shape == .warmupStableDecay(decayShare: 0.2, floor: 0.3) && options.optimizer == .rmsProp())
        #expect(options.weightDecay == 0.25 && options.dropout == 0.2 && options.heldOutEvery == 2 && options.patience == 4)
        #expect(options.checkpointEvery == 5 && options.keptCheckpoints == 6)
    }
}
