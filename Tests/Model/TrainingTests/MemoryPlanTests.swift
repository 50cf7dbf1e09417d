import Testing
import Transformer

@testable import Training

@Suite("MemoryPlan") struct MemoryPlanTests {
    /// The shape of SmolLM2-135M.
    static let small = TransformerConfiguration(
        vocabularySize: 49152, hiddenSize: 576, intermediateSize: 1536, layerCount: 30, headCount: 9, keyValueHeadCount: 3,
        contextLength: 2048)

    @Test("takes ample tokens where nothing limits it, at 16 bytes a weight and the activations")
    func ample() throws {
        let plan = try MemoryPlan(configuration: Self.small, optimizer: .adamW(), longest: 512)
        #expect(plan.microBatchTokens == 1024 && !plan.recomputesLayers)
        #expect(plan.neededBytes > 16 * Self.small.parameterCount && plan.neededBytes < 5 << 30)
    }

    @Test("takes fewer tokens within a budget, then recomputes layers, then says how much is missing")
    func budgets() throws {
        let fewer = try MemoryPlan(configuration: Self.small, optimizer: .adamW(), longest: 512, budgetBytes: 2800 << 20)
        #expect(fewer.microBatchTokens < 1024 && !fewer.recomputesLayers && fewer.neededBytes <= 2800 << 20)
        let recomputed = try MemoryPlan(configuration: Self.small, optimizer: .adamW(), longest: 512, budgetBytes: 2400 << 20)
        #expect(recomputed.recomputesLayers && recomputed.microBatchTokens >= 512 && recomputed.neededBytes <= 2400 << 20)
        #expect(throws: TrainingError.self) {
            try MemoryPlan(configuration: Self.small, optimizer: .adamW(), longest: 512, budgetBytes: 1 << 30)
        }
    }

    @Test("lets half a thousand million parameters learn by adapters in 4 GiB")
    func adapters() throws {
        let large = TransformerConfiguration(
            vocabularySize: 151_936, hiddenSize: 896, intermediateSize: 4864, layerCount: 24, headCount: 14, keyValueHeadCount: 2,
            contextLength: 32_768)
        let plan = try MemoryPlan(
            configuration: large, adapters: AdapterSettings(rank: 16), optimizer: .adamW(), longest: 512, budgetBytes: 4 << 30)
        #expect(plan.neededBytes <= 4 << 30 && plan.microBatchTokens >= 512, "\(plan.summary)")
        #expect(plan.fixedBytes < 5 * large.parameterCount)
    }

    @Test("counts what an 8-bit base takes beside the weights: a little over two bytes each")
    func rounded() throws {
        func fixed(_ precision: BasePrecision) throws -> Int {
            try MemoryPlan(
                configuration: Self.small, adapters: AdapterSettings(rank: 16), basePrecision: precision, optimizer: .adamW(), longest: 512
            ).fixedBytes
        }
        let more = try fixed(.int8) - fixed(.float32)
        #expect(more > 2 * Self.small.parameterCount && more < 5 * Self.small.parameterCount / 2)
    }

    @Test("counts one moment for the matrices that Muon updates")
    func muon() {
        let adam = MemoryPlan.fixedNumbers(Self.small, .adamW())
        let muon = MemoryPlan.fixedNumbers(Self.small, .muon())
        #expect(adam - muon == Self.small.parameterCount - 49152 * 576)
    }
}
