import Containers
import Foundation
import TestSupport
import Tensors
import Testing

@testable import Formats
@testable import Transformer

/// llama.cpp as the judge of the GGUF files that we write.
@Suite struct GGUFPeerTests {
    /// The largest distance of logits, as a share of the largest logit: llama.cpp rounds activations to the precision of the weights (to
    /// blocks of 8 bits for Q8_0, which tells in rows of 64), and looks Gemma's GELU up in a table of half floats.
    static let tolerances: [(storage: GGUFModel.Storage, share: Double)] = [(.f32, 5e-4), (.f16, 4e-3), (.q8, 8e-2)]

    private static let script = """
        import json, sys, llama_cpp, numpy
        answers = []
        for path in sys.argv[2:]:
            model = llama_cpp.Llama(path, n_ctx=64, n_batch=64, n_threads=1, logits_all=True, verbose=False, type_k=0, type_v=0,
                                    flash_attn=False, n_gpu_layers=0)
            tokens = json.loads(sys.argv[1])
            model.eval(tokens)
            answers.append(numpy.array(model.scores[:len(tokens)]).flatten().tolist())
            model.close()
        print(json.dumps(answers))
        """

    /// Fifty pieces as llama.cpp wants them; which text they stand for does not matter here.
    static let words: [(key: String, value: GGUFValue)] = {
        let tokens = ["<unk>", "<s>", "</s>", "<0x0A>"] + (0..<46).map { "▁w\($0)" }
        let kinds = [2, 3, 3, 6] + Array(repeating: 1, count: 46)
        return [
            ("tokenizer.ggml.model", .text("llama")), ("tokenizer.ggml.tokens", .array(tokens.map { .text($0) })),
            ("tokenizer.ggml.scores", .array(tokens.indices.map { .float(-Double($0)) })),
            ("tokenizer.ggml.token_type", .array(kinds.map { .integer($0) })), ("tokenizer.ggml.bos_token_id", .integer(1)),
            ("tokenizer.ggml.eos_token_id", .integer(2)), ("tokenizer.ggml.unknown_token_id", .integer(0)),
        ]
    }()

    @Test(
        "llama.cpp runs the files that we write, of every family and storage, and computes our logits",
        .enabled(if: PythonPeer.has("llama_cpp"), "needs HUMPBACK_PYTHON, a python with llama_cpp (llama-cpp-python)"),
        arguments: GGUFModelTests.configurations)
    func equalsLlamaCpp(configuration: TransformerConfiguration) async throws {
        let parameters = GGUFModelTests.parameters(configuration)
        let tokens: [Int32] = [1, 9, 33, 4, 5, 6, 40, 41, 42, 7, 9, 12, 49, 30, 31, 32, 8, 8, 20, 11]
        try await withTemporaryDirectory { place in
            let files = Self.tolerances.map { place.appending(path: "\($0.storage).gguf") }
            for (file, (storage, _)) in zip(files, Self.tolerances) {
                try GGUFModel.write(parameters, as: storage, name: "m", tokenizer: Self.words, to: file)
            }
            let answers = try PythonPeer.json([[Float]].self, Self.script, ["\(tokens)"] + files.map(\.path))
            for (index, (storage, share)) in Self.tolerances.enumerated() {
                // The same rounded weights, computed in float32.
                let read = try GGUFModel.parameters(try GGUFFile(url: files[index]))
                let ours = TransformerNetwork(parameters: read, compute: Compute(pool: ThreadPool(threads: 1)))
                    .logits(tokens: tokens, sequenceLengths: [tokens.count], rows: Array(0..<Int32(tokens.count))).array
                let distance = relativeDistance(ours, answers[index])
                #expect(distance < share, "\(configuration.architecture) \(storage)")
                print("llama.cpp, \(configuration.architecture.modelType), \(storage): largest distance \(distance) of the largest logit")
            }
        }
    }
}
