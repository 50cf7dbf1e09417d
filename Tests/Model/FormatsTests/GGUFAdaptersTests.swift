import Containers
import Foundation
import TestSupport
import Tensors
import Testing

@testable import Formats
@testable import Transformer

@Suite struct GGUFAdaptersTests {
    /// Adapters that change something.
    private static func adapters(_ configuration: TransformerConfiguration, _ settings: AdapterSettings) -> Adapters<Float> {
        let adapters = Adapters<Float>(random: configuration, settings: settings, seed: 5)
        for (name, tensor) in adapters.named where name.contains("lora_B") {
            for index in 0..<tensor.count { tensor[index] = Float((index * 37) % 19 - 9) / 64 }
        }
        return adapters
    }

    private static func tensor(_ name: String, in file: GGUFFile, shape: [Int]) throws -> Tensor<Float> {
        let entry = try #require(file.entry(name))
        var bytes = [UInt8](repeating: 0, count: 4 * shape.reduce(1, *))
        bytes.withUnsafeMutableBytes { file.read(entry, 0..<$0.count, into: $0) }
        return bytes.withUnsafeBytes { Tensor(blocks: $0, format: .float32, shape: shape) }
    }

    @Test(
        "alpha over rank times B A of the file is what merging adds to llama.cpp's matrix, rows of heads in its order",
        arguments: GGUFModelTests.configurations)
    func sums(configuration: TransformerConfiguration) async throws {
        try await withTemporaryDirectory { place in
            let settings = AdapterSettings(rank: 3, alpha: 5, isRankStabilized: true)
            let adapters = Self.adapters(configuration, settings)
            let url = place.appending(path: "a.gguf")
            try GGUFAdapters.write(adapters, as: .float32, name: "a", to: url)
            let file = try GGUFFile(url: url)
            #expect(file.metadata["general.type"]?.text == "adapter" && file.metadata["adapter.type"]?.text == "lora")
            #expect(file.metadata["general.architecture"]?.text == GGUFNames.family(configuration.architecture))
            let alpha = try #require(file.metadata["adapter.lora.alpha"]?.double)
            #expect(abs(alpha / 3 - settings.scale) < 1e-6)
            let (before, after) = (GGUFModelTests.parameters(configuration), GGUFModelTests.parameters(configuration))
            adapters.merge(into: after, threads: 1)
            let layout = GGUFTensorLayout(configuration)
            var seen = 0
            for (name, weight) in before.named where name.contains("_proj.weight") {
                let (rows, columns) = (weight.shape[0], weight.shape[1])
                let stem = GGUFNames.tensor(name, in: configuration)
                let a = try Self.tensor("\(stem).lora_a", in: file, shape: [3, columns])
                let b = try Self.tensor("\(stem).lora_b", in: file, shape: [rows, 3])
                let (old, new) = (layout.theirs(weight, name), layout.theirs(try #require(after[name]), name))
                var worst: Float = 0
                for row in 0..<rows {
                    for column in 0..<columns {
                        var sum: Float = 0
                        for index in 0..<3 { sum += b[row * 3 + index] * a[index * columns + column] }
                        let place = row * columns + column
                        worst = max(worst, abs(new[place] - old[place] - Float(alpha) / 3 * sum))
                    }
                }
                #expect(worst < 1e-5, "\(name): \(worst)")
                seen += 1
            }
            #expect(seen == 7 * configuration.layerCount && file.entries.count == 2 * seen)
        }
    }

    private static let script = """
        import json, sys, llama_cpp, numpy
        model = llama_cpp.Llama(sys.argv[2], lora_path=sys.argv[3], n_ctx=64, n_batch=64, n_threads=1, logits_all=True, verbose=False,
                                type_k=0, type_v=0, flash_attn=False, n_gpu_layers=0)
        tokens = json.loads(sys.argv[1])
        model.eval(tokens)
        print(json.dumps(numpy.array(model.scores[:len(tokens)]).flatten().tolist()))
        """

    @Test(
        "llama.cpp adds the adapters to a base that we wrote, and computes the logits of the merged model",
        .enabled(if: PythonPeer.has("llama_cpp"), "needs HUMPBACK_PYTHON, a python with llama_cpp (llama-cpp-python)"),
        arguments: GGUFModelTests.configurations.filter { $0.form.attentionBias != .all })
    func equalsLlamaCpp(configuration: TransformerConfiguration) async throws {
        try await withTemporaryDirectory { place in
            let parameters = GGUFModelTests.parameters(configuration)
            let adapters = Self.adapters(configuration, AdapterSettings(rank: 4, alpha: 8))
            let (base, lora) = (place.appending(path: "b.gguf"), place.appending(path: "a.gguf"))
            try GGUFModel.write(parameters, as: .f32, name: "b", tokenizer: GGUFPeerTests.words, to: base)
            try GGUFAdapters.write(adapters, as: .float32, name: "a", to: lora)
            let tokens: [Int32] = [1, 9, 33, 4, 5, 6, 40, 41, 42, 7, 9, 12]
            let answers = try PythonPeer.json([Float].self, Self.script, ["\(tokens)", base.path, lora.path])
            func ours(_ parameters: Parameters<Float>) -> [Float] {
                TransformerNetwork(parameters: parameters, compute: Compute(pool: ThreadPool(threads: 1)))
                    .logits(tokens: tokens, sequenceLengths: [tokens.count], rows: Array(0..<Int32(tokens.count))).array
            }
            let without = relativeDistance(ours(parameters), answers)
            adapters.merge(into: parameters, threads: 1)
            let distance = relativeDistance(ours(parameters), answers)
            #expect(distance < 1e-3 && without > 10 * distance, "\(configuration.architecture): \(distance), without \(without)")
        }
    }
}
