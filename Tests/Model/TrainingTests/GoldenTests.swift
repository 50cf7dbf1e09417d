import Foundation
import Tensors
import TestSupport
import Testing
import Transformer

@testable import Training

/// Ten steps of each method against PyTorch; Goldens/make_goldens.py made them.
@Suite("Parity with PyTorch over ten steps") struct GoldenTests {
    struct Golden: Decodable {
        struct Example: Decodable {
            let prompt: [Int32]
            let completion: [Int32]?
            let chosen: [Int32]?
            let rejected: [Int32]?
        }
        let peak: Double
        let warmup: Int
        let floor: Double
        let clip: Double
        let decay: Double
        let batch: Int
        let beta: Double?
        let smoothing: Double?
        let examples: [Example]?
        let pairs: [Example]?
        let losses: [Double]
        let norms: [Double]
        let margins: [Double]?

        func options(_ optimizer: TrainingOptions.Optimizer) -> TrainingOptions {
            TrainingOptions(
                steps: losses.count, batch: batch,
                schedule: .init(peak: peak, shape: .linear(floor: floor), warmupSteps: warmup, totalSteps: losses.count),
                optimizer: optimizer, weightDecay: decay, clipNorm: clip)
        }
    }

    static let folder = SharedData.projectRoot.appending(path: "Tests/Model/TrainingTests/Goldens")

    static func golden(_ name: String) throws -> Golden {
        try JSONDecoder().decode(Golden.self, from: Data(contentsOf: folder.appending(path: "\(name).json")))
    }

    static func network<R: Real>(_ type: R.Type) throws -> TransformerNetwork<R> {
        let model = try ModelFolder(directory: folder.appending(path: "model"))
        return TransformerNetwork(parameters: try model.loadParameters(R.self), compute: Compute(pool: ThreadPool(threads: 1)))
    }

    /// Examples as they are, in their order.
    struct InOrder: ExampleSource {
        let examples: [TrainingExample]
        var count: Int { examples.count }
        var fingerprint: UInt64 { 0 }
        func example(at draw: Int) -> TrainingExample { examples[draw % examples.count] }
    }

    static func check<R: Real>(_ trainer: Trainer<R>, _ golden: Golden, _ name: String) throws {
        var steps: [TrainingProgress] = []
        _ = try trainer.runBlocking(progress: { steps.append($0) })
        for (step, expected) in zip(steps, golden.losses) {
            // A loss of 25, as IPO's, has float32 errors of its own size.
            #expect(abs(step.loss - expected) < 1e-4 * max(1, expected), "\(name) step \(step.step): \(step.loss), not \(expected)")
        }
        for (step, expected) in zip(steps, golden.norms) {
            #expect(abs(step.gradientNorm - expected) < 1e-3 * max(1, expected), "\(name) norm of step \(step.step)")
        }
        for (step, expected) in zip(steps, golden.margins ?? []) {
            #expect(abs((step.preference?.margin ?? .nan) - expected) < 1e-3, "\(name) margin of step \(step.step)")
        }
        let file = try SafetensorsFile(url: folder.appending(path: "\(name).safetensors"))
        for (weight, tensor) in Trainable.values(trainer.network) {
            let entry = try #require(file.entry(weight) ?? file.entry(peftName(weight)))
            let expected = file.withBytes(of: entry) { Array($0.bindMemory(to: Float.self)) }
            let size = expected.map(abs).max() ?? 0
            let error = zip(tensor.array, expected).map { abs(Float($0) - $1) }.max() ?? .nan
            #expect(error < 1e-3 * size, "\(name) \(weight): \(error) of \(size)")
        }
    }

    @Test("supervised fine-tuning", arguments: [true, false])
    func sft(inDouble: Bool) throws {
        let golden = try Self.golden("sft")
        let source = InOrder(
            examples: (golden.examples ?? []).map { TrainingExample(prompt: $0.prompt, completion: $0.completion ?? []) })
        func check<R: Real>(_ type: R.Type) throws {
            try Self.check(
                Trainer(network: Self.network(type), options: golden.options(.adamW()), task: .targets(source)), golden, "sft")
        }
        if inDouble { try check(Double.self) } else { try check(Float.self) }
    }

    static func pairs(_ golden: Golden) throws -> PreferencePairs {
        let listed = (golden.pairs ?? []).map {
            PreferencePair(prompt: $0.prompt, chosen: $0.chosen ?? [], rejected: $0.rejected ?? [])
        }
        return try PreferencePairs(listed, context: 64, order: .given)
    }

    @Test("DPO, with and without smoothing, SPIN by RMSProp, hinge and IPO", arguments: ["dpo", "dpo_smooth", "spin", "hinge", "ipo"])
    func preferences(name: String) throws {
        let golden = try Self.golden(name)
        let beta = golden.beta ?? 0
        let loss: PreferenceLoss =
            switch name {
            case "spin": .spin(lambda: beta)
            case "hinge": .hinge(beta: beta)
            case "ipo": .ipo(beta: beta)
            default: .dpo(beta: beta, labelSmoothing: golden.smoothing ?? 0)
            }
        let options = golden.options(name == "spin" ? .rmsProp() : .adamW())
        let trainer = try Trainer(
            network: Self.network(Float.self), options: options, task: .preferences(Self.pairs(golden), loss))
        try Self.check(trainer, golden, name)
    }

    /// The name a tensor has in a running PEFT model, where its file leaves the adapter's name out.
    static func peftName(_ name: String) -> String {
        String(name.dropLast("weight".count)) + "default.weight"
    }

    @Test("LoRA, the adapters alone being trained")
    func lora() throws {
        let golden = try Self.golden("lora")
        let base: TransformerNetwork<Float> = try Self.network(Float.self)
        let start = try SafetensorsFile(url: Self.folder.appending(path: "lora_start.safetensors"))
        let adapters = try Adapters<Float>(configuration: base.configuration, settings: .init(rank: 4, alpha: 8)) {
            try start.tensor(Self.peftName($0), shape: $1)
        }
        let before = Toy.bytes(base.parameters)
        let network = TransformerNetwork(parameters: base.parameters, adapters: adapters, compute: base.compute)
        let source = InOrder(
            examples: (golden.examples ?? []).map { TrainingExample(prompt: $0.prompt, completion: $0.completion ?? []) })
        try Self.check(Trainer(network: network, options: golden.options(.adamW()), task: .targets(source)), golden, "lora")
        #expect(Toy.bytes(network.parameters) == before)
    }
}
