/// llama.cpp's names for families and tensors.
package enum GGUFNames {
    /// `general.architecture`.
    package static func family(_ architecture: TransformerConfiguration.Architecture) -> String {
        switch architecture {
        case .llama, .mistral: "llama"
        case .qwen2: "qwen2"
        case .qwen3: "qwen3"
        case .smolLM3: "smollm3"
        case .gemma2: "gemma2"
        case .gemma3: "gemma3"
        }
    }

    /// The family that a file's `general.architecture` names.
    static func architecture(_ family: String) -> TransformerConfiguration.Architecture? {
        TransformerConfiguration.Architecture.allCases.first { self.family($0) == family }
    }

    /// Whether heads of queries and keys lie as neighbours.
    static func hasNeighbours(_ architecture: TransformerConfiguration.Architecture) -> Bool {
        switch architecture {
        case .llama, .mistral, .smolLM3: true
        case .qwen2, .qwen3, .gemma2, .gemma3: false
        }
    }

    package static let ropeFactors = "rope_freqs.weight"

    /// The name of a tensor that Hugging Face's checkpoints call `name`.
    package static func tensor(_ name: String, in configuration: TransformerConfiguration) -> String {
        let words = name.split(separator: ".").map(String.init)
        guard words.count > 4, words[1] == "layers", let suffix = words.last else {
            return switch words.first {
            case "lm_head": "output.weight"
            default: words.contains("embed_tokens") ? "token_embd.weight" : "output_norm.weight"
            }
        }
        let part = words[3..<words.count - 1].joined(separator: ".")
        let norms = configuration.form.normalizesOutputs
        let short =
            switch part {
            case "input_layernorm": "attn_norm"
            case "self_attn.q_proj": "attn_q"
            case "self_attn.k_proj": "attn_k"
            case "self_attn.v_proj": "attn_v"
            case "self_attn.o_proj": "attn_output"
            case "self_attn.q_norm": "attn_q_norm"
            case "self_attn.k_norm": "attn_k_norm"
            case "post_attention_layernorm": norms ? "post_attention_norm" : "ffn_norm"
            case "pre_feedforward_layernorm": "ffn_norm"
            case "post_feedforward_layernorm": "post_ffw_norm"
            case "mlp.gate_proj": "ffn_gate"
            case "mlp.up_proj": "ffn_up"
            default: "ffn_down"
            }
        return "blk.\(words[2]).\(short).\(suffix)"
    }
}
