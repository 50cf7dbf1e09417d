import Containers
import Foundation
import TestSupport
import Tensors
import Testing

@testable import Formats
@testable import Transformer

@Suite struct GGUFModelTests {
    /// A small network of each family that the format can hold, with random weights.
    static let configurations: [TransformerConfiguration] = TransformerConfiguration.Architecture.allCases.map { architecture in
        var form = NetworkForm()
        let layers = architecture == .gemma3 ? 7 : 4
        switch architecture {
        case .llama: form.attentionBias = .all
        case .mistral: break
        case .qwen2: form.attentionBias = .inputs
        case .qwen3: form.normalizesHeads = true
        case .smolLM3: form.layers = (0..<layers).map { NetworkForm.Layer(positions: $0 == 3 ? .none : .rotary) }
        case .gemma2, .gemma3:
            form.normalizesOutputs = true
            form.normOffset = 1
            form.activation = .geluTanh
            form.scalesEmbeddings = true
            form.scoreWidth = 32
            form.normalizesHeads = architecture == .gemma3
            if architecture == .gemma2 { (form.attentionSoftcap, form.logitSoftcap) = (50, 30) }
            form.layers = (0..<layers).map { layer in
                if architecture == .gemma2 { return NetworkForm.Layer(window: layer % 2 == 0 ? 6 : nil) }
                return layer == 5 ? NetworkForm.Layer() : NetworkForm.Layer(window: 6, positions: .localRotary)
            }
        }
        let isScaled = architecture == .llama
        return TransformerConfiguration(
            architecture: architecture, vocabularySize: 50, hiddenSize: 64, intermediateSize: 96, layerCount: layers, headCount: 4,
            keyValueHeadCount: 2, headDimension: architecture == .qwen2 ? 16 : 32, contextLength: 128, normEpsilon: 1e-6,
            ropeTheta: architecture == .gemma3 ? 1_000_000 : 10_000,
            ropeScaling: isScaled
                ? .llama3(factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContextLength: 32) : .none,
            tiesEmbeddings: architecture != .qwen3, beginTokenID: 1, endTokenIDs: [2], initializerRange: 0.2, form: form)
    }

    static func parameters(_ configuration: TransformerConfiguration) -> Parameters<Float> {
        let parameters = Parameters<Float>(random: configuration, seed: 3)
        // Norms and biases of their own, in steps that survive the addition of one.
        for (_, tensor) in parameters.named where tensor.shape.count == 1 {
            for index in 0..<tensor.count { tensor[index] += Float(index % 7 - 3) / 16 }
        }
        return parameters
    }

    @Test("a float32 file gives back configuration and weights, bit for bit", arguments: configurations)
    func roundTrip(configuration: TransformerConfiguration) async throws {
        try await withTemporaryDirectory { place in
            let (url, parameters) = (place.appending(path: "m.gguf"), Self.parameters(configuration))
            try GGUFModel.write(parameters, as: .f32, name: "m", tokenizer: [("tokenizer.ggml.eos_token_id", .integer(2))], to: url)
            let file = try GGUFFile(url: url)
            var expected = configuration
            // The format has one family for two that differ in nothing else.
            if expected.architecture == .mistral { expected.architecture = .llama }
            expected.beginTokenID = nil
            expected.initializerRange = 0.02
            #expect(try GGUFModel.configuration(file) == expected)
            let again = try GGUFModel.parameters(file)
            for ((name, one), (_, other)) in zip(parameters.named, again.named) { #expect(one.array == other.array, "\(name)") }
        }
    }

    @Test("float16 and Q8_0 lose no more than their steps", arguments: [GGUFModel.Storage.f16, .bf16, .q8])
    func storage(storage: GGUFModel.Storage) async throws {
        let parameters = Self.parameters(Self.configurations[0])
        try await withTemporaryDirectory { place in
            let url = place.appending(path: "m.gguf")
            try GGUFModel.write(parameters, as: storage, name: "m", tokenizer: [], to: url)
            let again = try GGUFModel.parameters(try GGUFFile(url: url))
            for ((name, one), (_, other)) in zip(parameters.named, again.named) {
                let largest = one.array.map(abs).max() ?? 0
                let step = one.shape.count == 1 ? 0 : storage == .q8 ? largest / 200 : storage == .f16 ? largest / 2000 : largest / 200
                #expect(zip(one.array, other.array).allSatisfy { abs($0 - $1) <= step }, "\(name)")
            }
        }
    }

    @Test("refuses what the format cannot say")
    func refuses() async throws {
        var windowed = Self.configurations[1]
        windowed.form.layers = Array(repeating: NetworkForm.Layer(window: 8), count: windowed.layerCount)
        var otherwise = Self.configurations[4]
        otherwise.form.layers = []
        try await withTemporaryDirectory { place in
            for configuration in [windowed, otherwise] {
                #expect(throws: ModelError.self) {
                    try GGUFModel.write(
                        Parameters(zeros: configuration), as: .f16, name: "m", tokenizer: [], to: place.appending(path: "m.gguf"))
                }
            }
        }
    }

    @Test("every truncation of a file is refused, and so is every claim beyond its end")
    func hostile() async throws {
        var small = Self.configurations[1]
        (small.layerCount, small.vocabularySize) = (1, 4)
        let parameters = Parameters<Float>(zeros: small)
        try await withTemporaryDirectory { place in
            let url = place.appending(path: "m.gguf")
            try GGUFModel.write(parameters, as: .f16, name: "m", tokenizer: [("a", .array([.text("x"), .text("y")]))], to: url)
            let whole = try Data(contentsOf: url)
            let broken = place.appending(path: "broken.gguf")
            for count in stride(from: 0, to: whole.count - 64, by: 97) {
                try whole.prefix(count).write(to: broken)
                #expect(throws: ContainerError.self, "\(count) bytes") { try GGUFModel.parameters(try GGUFFile(url: broken)) }
            }
            for place in [8, 16, 24, 52] {
                var changed = whole
                changed.replaceSubrange(place..<place + 8, with: Array(repeating: 0xF7, count: 8))
                try changed.write(to: broken)
                #expect(throws: ContainerError.self, "byte \(place)") { try GGUFFile(url: broken) }
            }
            // No change of a byte of the header may crash it.
            for place in stride(from: 0, to: min(whole.count, 1600), by: 5) {
                var changed = whole
                changed[place] ^= 0xFF
                try changed.write(to: broken)
                _ = try? GGUFModel.configuration(try GGUFFile(url: broken))
            }
        }
    }

    @Test("claims of huge arrays and texts are refused before memory is taken for them", arguments: [0, 8, 9])
    func hugeClaims(kind: UInt32) async throws {
        try await withTemporaryDirectory { place in
            let url = place.appending(path: "huge.gguf")
            var header = Data("GGUF".utf8)
            func append(_ value: some FixedWidthInteger) { withUnsafeBytes(of: value.littleEndian) { header.append(contentsOf: $0) } }
            append(UInt32(3))
            append(UInt64(0))
            append(UInt64(1))
            append(UInt64(1))
            header.append(contentsOf: "k".utf8)
            append(kind == 8 ? UInt32(8) : 9)
            if kind != 8 { append(kind) }
            append(UInt64(1) << 32)
            try header.write(to: url)
            // A hole, so that the file is as long as it says without taking room.
            let file = try FileHandle(forWritingTo: url)
            try file.truncate(atOffset: 1 << 33)
            try file.close()
            let start = ContinuousClock.now
            #expect(throws: ContainerError.self) { try GGUFFile(url: url) }
            #expect(ContinuousClock.now - start < .seconds(5))
        }
    }
}
