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

    @Test("writes null where a missing key means a number, and fractions as such")
    func strictReaders() throws {
        var configuration = try read(file(", \"head_dim\": 8, \"final_logit_softcapping\": null", architecture: "Gemma2ForCausalLM"))
        configuration.ropeScaling = .linear(factor: 8)
        let text = String(decoding: try configuration.json(storage: .float32), as: UTF8.self)
        #expect(text.contains("\"attn_logit_softcapping\" : 50.0,") && text.contains("\"final_logit_softcapping\" : null,"))
        #expect(text.contains("\"factor\" : 8.0,"))
        #expect(try read(text) == configuration)
    }

    @Test("says null for special tokens that a model does not have", arguments: Golden.all)
    func noSpecialTokens(golden: Golden) throws {
        var configuration = try ModelFolder(directory: golden.folder).configuration
        (configuration.beginTokenID, configuration.endTokenIDs, configuration.padTokenID) = (nil, [], nil)
        let text = String(decoding: try configuration.json(storage: .float32), as: UTF8.self)
        for name in ["bos_token_id", "eos_token_id", "pad_token_id"] { #expect(text.contains("\"\(name)\" : null,")) }
        #expect(try read(text) == configuration)
    }

    @Test("a head's width that is left out is the family's", arguments: [("Gemma2ForCausalLM", 256), ("Qwen3ForCausalLM", 128)])
    func headDimension(architecture: String, width: Int) throws {
        #expect(try read(file(architecture: architecture)).headDimension == width)
        #expect(try read(file(", \"head_dim\": 16", architecture: architecture)).headDimension == 16)
    }

    @Test("names an unknown architecture and lists those it runs")
    func unknownArchitecture() throws {
        let error = try #require(throws: ModelError.self) { try read(file(architecture: "WhisperModel")) }
        #expect(error.description.contains("WhisperModel"))
        for known in TransformerConfiguration.Architecture.allCases { #expect(error.description.contains(known.rawValue)) }
    }

    @Test(
        "refuses a special token whose id is none at all",
        arguments: [
            ("eos_token_id", "-1", "-1"), ("eos_token_id", "2147483648", "2147483648"), ("eos_token_id", "1e300", "1e+300"),
            ("bos_token_id", "-2", "-2"), ("pad_token_id", "4294967296", "4294967296"),
        ])
    func impossibleTokens(key: String, value: String, named: String) throws {
        let error = try #require(throws: ModelError.self) { try read(file(", \"\(key)\": \(value)")) }
        #expect(error.description.contains(key) && error.description.contains(named), "\(error)")
    }

    @Test("leaves out special tokens that the vocabulary does not have")
    func tokensOutside() throws {
        let configuration = try read(file(", \"eos_token_id\": [5, 128001], \"bos_token_id\": 128000, \"pad_token_id\": -1"))
        #expect(configuration.endTokenIDs == [5] && configuration.beginTokenID == nil && configuration.padTokenID == nil)
    }

    @Test("a Mistral without the key has the window that its makers left out, and one with null has none")
    func mistralWindow() throws {
        #expect(try read(file(architecture: "MistralForCausalLM")).attention(layer: 1).window == 4096)
        #expect(try read(file(", \"sliding_window\": null", architecture: "MistralForCausalLM")).form.layers.isEmpty)
    }

    @Test("reads the older form of Gemma 3: a pattern's period, a base for near layers, a scale for far ones")
    func olderGemma3() throws {
        let configuration = try read(
            file(
                """
                , "head_dim": 8, "rope_theta": 1000000, "rope_local_base_freq": 5000, "sliding_window": 9, "sliding_window_pattern": 2,
                "rope_scaling": {"rope_type": "linear", "factor": 8}
                """, architecture: "Gemma3ForCausalLM"))
        #expect(configuration.attention(layer: 0) == NetworkForm.Layer(window: 9, positions: .localRotary))
        #expect(configuration.attention(layer: 1) == NetworkForm.Layer())
        #expect(configuration.ropeScaling == .linear(factor: 8) && configuration.form.localRopeTheta == 5000)
        #expect(configuration.tiesEmbeddings)
    }

    @Test("reads the language model of a Gemma 3 that sees, with the family's defaults")
    func withVision() throws {
        let configuration = try read(
            """
            {"architectures": ["Gemma3ForConditionalGeneration"], "model_type": "gemma3", "eos_token_id": [1, 106], "text_config":
             {"model_type": "gemma3_text", "hidden_size": 2560, "intermediate_size": 10240, "num_hidden_layers": 34,
              "rope_scaling": {"factor": 8.0, "rope_type": "linear"}, "sliding_window": 1024}, "vision_config": {"hidden_size": 1152}}
            """)
        #expect(configuration.architecture == .gemma3 && configuration.headDimension == 256 && configuration.vocabularySize == 262_208)
        #expect(configuration.attention(layer: 5).window == nil && configuration.attention(layer: 4).window == 1024)
        #expect(configuration.endTokenIDs == [1, 106] && configuration.ropeTheta == 1_000_000)
        #expect(configuration.parameterCount == 3_880_263_168)
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
