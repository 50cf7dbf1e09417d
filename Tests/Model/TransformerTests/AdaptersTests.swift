import Foundation
import Tensors
import TestSupport
import Testing
import Transformer

@Suite struct AdaptersTests {
    static let configuration = TransformerConfiguration(
        vocabularySize: 24, hiddenSize: 16, intermediateSize: 20, layerCount: 2, headCount: 4, keyValueHeadCount: 2, contextLength: 32,
        initializerRange: 0.2)
    static let tokens: [Int32] = [1, 5, 9, 3, 22, 7, 1, 2, 4, 17]
    static let lengths = [6, 4]

    /// A network with adapters that do something: B is no longer zero.
    static func network<R: Real>(_ type: R.Type, _ settings: AdapterSettings) -> TransformerNetwork<R> {
        let adapters = Adapters<R>(random: configuration, settings: settings, seed: 2)
        for (index, (name, tensor)) in adapters.named.enumerated() where name.hasSuffix("lora_B.weight") {
            for i in 0..<tensor.count { tensor[i] = R(sin(Double(index * 31 + i)) * 0.1) }
        }
        return TransformerNetwork(
            parameters: Parameters(random: configuration, seed: 1), adapters: adapters, compute: Compute(pool: ThreadPool(threads: 1)))
    }

    @Test("gradients are the central differences of the loss, in Double, with both dropouts", arguments: [false, true])
    func centralDifferences(isRankStabilized: Bool) {
        let network = Self.network(Double.self, .init(rank: 3, alpha: 5, dropout: 0.25, isRankStabilized: isRankStabilized))
        guard let adapters = network.adapters else { return }
        let targets = TransformerNetwork<Double>.Targets(rows: [1, 3, 4, 7, 8], ids: [9, 22, 7, 4, 17])
        let scales = [0.3, -0.2, 0.5, 0.1, 0.4]
        func run(_ gradients: Adapters<Double>) -> Double {
            let losses = network.lossAndGradients(
                tokens: Self.tokens, sequenceLengths: Self.lengths, targets: targets, scales: scales,
                dropout: ResidualDropout(rate: 0.1, seed: 8, firstToken: 2, adapterRate: 0.25), gradients: .adapters(gradients))
            return zip(losses, scales).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let gradients = Adapters<Double>(zeros: Self.configuration, settings: adapters.settings)
        let ignored = Adapters<Double>(zeros: Self.configuration, settings: adapters.settings)
        _ = run(gradients)
        let step = 1e-5
        for ((name, weight), gradient) in zip(adapters.named, gradients.named.map(\.tensor)) {
            for place in stride(from: 0, to: weight.count, by: 7) {
                let value = weight[place]
                weight[place] = value + step
                let above = run(ignored)
                weight[place] = value - step
                let below = run(ignored)
                weight[place] = value
                let expected = (above - below) / (2 * step)
                #expect(abs(gradient[place] - expected) < 1e-8, "\(name)[\(place)]: \(gradient[place]), not \(expected)")
            }
        }
    }

    @Test("merged gives what applied gave: 1e-10 in Double, 1e-5 in Float")
    func merged() {
        func distance<R: Real>(_ type: R.Type) -> Double {
            let applied = Self.network(type, .init(rank: 3, alpha: 5, targets: [.query, .output, .up, .down]))
            let rows = Array(0..<Int32(Self.tokens.count))
            let expected = applied.logits(tokens: Self.tokens, sequenceLengths: Self.lengths, rows: rows).array
            applied.adapters?.merge(into: applied.parameters, on: applied.compute)
            let merged = TransformerNetwork(parameters: applied.parameters, compute: applied.compute)
            let found = merged.logits(tokens: Self.tokens, sequenceLengths: Self.lengths, rows: rows).array
            return zip(found, expected).map { abs(Double($0) - Double($1)) }.max() ?? .infinity
        }
        #expect(distance(Double.self) < 1e-10)
        #expect(distance(Float.self) < 1e-5)
    }

    @Test("reads from a folder in PEFT's format what it wrote")
    func folder() async throws {
        try await withTemporaryDirectory { place in
            let settings = AdapterSettings(rank: 2, alpha: 8, dropout: 0.05, isRankStabilized: true, targets: [.value, .query])
            let adapters = Adapters<Float>(random: Self.configuration, settings: settings, seed: 3)
            let folder = place.appending(path: "adapter")
            #expect(!AdapterFolder.isAdapterFolder(folder))
            try AdapterFolder.save(adapters, base: "calf", to: folder)
            let found: (adapters: Adapters<Float>, base: String?) = try AdapterFolder.load(
                directory: folder, configuration: Self.configuration)
            #expect(found.base == "calf" && found.adapters.settings == settings)
            #expect(found.adapters.named.map(\.name) == adapters.named.map(\.name))
            #expect(found.adapters.named.map(\.tensor.array) == adapters.named.map(\.tensor.array))
        }
    }

    @Test("takes the matrices from the weights where the configuration has a pattern")
    func pattern() async throws {
        try await withTemporaryDirectory { place in
            let settings = AdapterSettings(rank: 2, alpha: 8, targets: [.value, .down])
            let folder = place.appending(path: "adapter")
            try AdapterFolder.save(Adapters<Float>(random: Self.configuration, settings: settings, seed: 3), base: "calf", to: folder)
            let text = "{\"peft_type\":\"LORA\",\"r\":2,\"lora_alpha\":8,\"target_modules\":\"all-linear\",\"modules_to_save\":null}"
            try Data(text.utf8).write(to: folder.appending(path: "adapter_config.json"))
            let (adapters, _) = try AdapterFolder.load(Float.self, directory: folder, configuration: Self.configuration)
            #expect(adapters.settings.targets == [.value, .down])
        }
    }

    @Test("refuses adapters of another kind or another network, and says why")
    func refuses() async throws {
        try await withTemporaryDirectory { place in
            let folder = place.appending(path: "adapter")
            try AdapterFolder.save(Adapters<Float>(random: Self.configuration, settings: .init(), seed: 3), base: "calf", to: folder)
            var wider = Self.configuration
            wider.hiddenSize = 32
            #expect(throws: ModelError.self) { try AdapterFolder.load(Float.self, directory: folder, configuration: wider) }
            let json = folder.appending(path: "adapter_config.json")
            let lora = "{\"peft_type\":\"LORA\",\"r\":8,\"lora_alpha\":1,\"target_modules\":[\"q_proj\"]"
            for text in [
                "{}", "{\"peft_type\":\"IA3\",\"r\":1,\"lora_alpha\":1,\"target_modules\":[]}", lora + ",\"use_dora\":true}",
                lora + ",\"modules_to_save\":[\"lm_head\"]}", lora + ",\"rank_pattern\":{\"q_proj\":4}}", lora + ",\"bias\":\"all\"}",
                // The weights have adapters of other matrices too, which would be lost.
                lora + "}",
            ] {
                try Data(text.utf8).write(to: json)
                #expect(throws: ModelError.self) {
                    try AdapterFolder.load(Float.self, directory: folder, configuration: Self.configuration)
                }
            }
        }
    }
}
