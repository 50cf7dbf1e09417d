import Foundation
import TestSupport
import Testing

/// Files that people download, as they are.
@Suite struct RealGGUFTests {
    /// Log-probabilities of ` is Paris, a city of two million people.` after `The capital of France`, by transformers in float32 on the
    /// weights that gguf-py makes of the file (examples/benchmarks/gguf_peers.py loads them so).
    static let wanted: [(file: String, sum: Double)] = [
        ("SmolLM2-135M-Instruct.Q4_1.gguf", -23.58914), ("gemma-3-270m.Q4_K_M.gguf", -20.01269),
        ("Qwen2.5-Coder-0.5B-Instruct.Q4_K_M.gguf", -26.94653),
    ]

    @Test(
        "a downloaded file opens and gives the log-probabilities of its weights, as the reference computes them",
        .enabled(
            if: RealModels.has(
                "SmolLM2-135M-Instruct.Q4_1.gguf", "gemma-3-270m.Q4_K_M.gguf", "Qwen2.5-Coder-0.5B-Instruct.Q4_K_M.gguf"),
            "needs HUMPBACK_REAL_MODELS (../shared/models/get.sh)"),
        arguments: wanted)
    func scores(file: String, sum: Double) throws {
        let model = try #require(RealModels.file(file)).path
        let asked = "{\"prompt\": \"The capital of France\", \"continuation\": \" is Paris, a city of two million people.\"}\n"
        let ended = try BuiltTool.run(
            "loglik", "--no-template", "--precision", "float32", "--no-packed-cache", "--quiet", "--model", model, input: asked)
        #expect(ended.status == 0, "\(ended)")
        let found = try JSONDecoder().decode(Scored.self, from: Data(ended.output.utf8))
        #expect(abs(found.sum - sum) < 1e-3 * Double(found.tokens.count), "\(ended.output)")
    }

    private struct Scored: Decodable {
        let sum: Double
        let tokens: [Int]
        enum CodingKeys: String, CodingKey {
            case sum = "log_prob"
            case tokens
        }
    }
}
