import Foundation
import Testing
import Transformer

@Suite struct TransformerConfigurationTests {
    private func read(_ json: String) throws -> TransformerConfiguration {
        try TransformerConfiguration(json: Data(json.utf8), path: "model/config.json")
    }

    private func file(_ more: String = "", architecture: String = "LlamaForCausalLM") -> String {
        """
        {"architectures": ["\(architecture)"], "vocab_size": 100, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2,
         "num_attention_heads": 4, "max_position_embeddings": 128, "rms_norm_eps": 1e-5\(more)}
        """
    }

    @Test("reads the older form, with rope_theta and as many key-value heads as heads")
    func olderForm() throws {
        let configuration = try read(file(", \"rope_theta\": 5000, \"eos_token_id\": 2"))
        #expect(configuration.ropeTheta == 5000)
        #expect(configuration.keyValueHeadCount == 4)
        #expect(configuration.headDimension == 8)
        #expect(configuration.endTokenIDs == [2])
        #expect(!configuration.tiesEmbeddings)
    }

    @Test("reads rope_parameters, head_dim and a list of end tokens")
    func newerForm() throws {
        let configuration = try read(
            file(
                """
                , "head_dim": 16, "num_key_value_heads": 2, "eos_token_id": [2, 3], "tie_word_embeddings": true,
                "rope_parameters": {"rope_type": "llama3", "rope_theta": 500000, "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4,
                "original_max_position_embeddings": 64}
                """))
        #expect(configuration.headDimension == 16)
        #expect(configuration.ropeTheta == 500_000)
        #expect(
            configuration.ropeScaling
                == .llama3(factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContextLength: 64))
        #expect(configuration.endTokenIDs == [2, 3])
        #expect(configuration.tiesEmbeddings)
    }

    @Test("reads back what it writes", arguments: Golden.all)
    func roundTrip(golden: Golden) throws {
        let configuration = try ModelFolder(directory: golden.folder).configuration
        let json = try configuration.json(storage: .bfloat16)
        #expect(try TransformerConfiguration(json: json, path: "again") == configuration)
    }

    @Test("names an unknown architecture and lists those it runs")
    func unknownArchitecture() throws {
        let error = try #require(throws: ModelError.self) { try read(file(architecture: "WhisperModel")) }
        #expect(error.description.contains("WhisperModel"))
        #expect(error.description.contains("LlamaForCausalLM"))
    }

    @Test(
        "names an option it does not run",
        arguments: [
            (", \"hidden_act\": \"gelu\"", "hidden_act"), (", \"quantization_config\": {\"bits\": 4}", "quantization_config"),
            (", \"mlp_bias\": true", "mlp_bias"), (", \"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4}", "yarn"),
        ])
    func unknownOption(more: String, name: String) throws {
        let error = try #require(throws: ModelError.self) { try read(file(more)) }
        #expect(error.description.contains(name))
        #expect(error.description.contains("Supported"))
    }

    @Test(
        "refuses numbers that describe no network",
        arguments: [
            ", \"num_key_value_heads\": 3", ", \"num_key_value_heads\": 0", ", \"head_dim\": 7", ", \"head_dim\": -8",
            ", \"rope_theta\": 0", ", \"rope_scaling\": {\"type\": \"linear\"}",
            ", \"num_key_value_heads\": 4000000000000",
        ])
    func nonsense(more: String) {
        #expect(throws: ModelError.self) { try read(file(more)) }
    }

    @Test("says which size is missing, and where")
    func missing() throws {
        let error = try #require(throws: ModelError.self) { try read("{\"model_type\": \"llama\", \"num_attention_heads\": 4}") }
        #expect(error.description.contains("vocab_size"))
        #expect(error.description.contains("model/config.json"))
        #expect(throws: ModelError.self) { try read("{") }
    }

    @Test("counts the weights of a published shape")
    func parameterCount() {
        let small = TransformerConfiguration(
            vocabularySize: 49152, hiddenSize: 576, intermediateSize: 1536, layerCount: 30, headCount: 9, keyValueHeadCount: 3,
            contextLength: 2048)
        #expect(small.parameterCount == 134_515_008)  // SmolLM2-135M
    }
}
