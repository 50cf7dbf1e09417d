import Containers
import Foundation
import Tensors
import Transformer

extension GGUFModel {
    /// How matrices are written; norms and biases are float32 always.
    public enum Storage: String, Sendable, CaseIterable {
        case f32, f16, bf16
        /// Matrices whose rows are not whole blocks of 32 are written as float16.
        case q8 = "q8_0"

        fileprivate var type: BlockFormat {
            switch self {
            case .f32: .float32
            case .f16: .float16
            case .bf16: .bfloat16
            case .q8: .q80
            }
        }

        /// `general.file_type`.
        fileprivate var code: Int {
            switch self {
            case .f32: 0
            case .f16: 1
            case .q8: 7
            case .bf16: 32
            }
        }
    }

    /// Writes a file that llama.cpp runs; what the format cannot say is refused.
    ///
    /// - Parameter tokenizer: the metadata of the tokenizer, and whatever else a file should say.
    public static func write(
        _ parameters: Parameters<Float>, as storage: Storage, name: String, tokenizer: [(key: String, value: GGUFValue)], to url: URL
    ) throws(ModelError) {
        let configuration = parameters.configuration
        try refuse(configuration, path: url.path)
        let layout = GGUFTensorLayout(configuration)
        var items: [GGUFWriter.Item] = []
        if case .llama3 = configuration.ropeScaling {
            let factors = ropeFactors(configuration, configuration.ropeScaling)
            items.append(
                GGUFWriter.Item(name: GGUFNames.ropeFactors, shape: [factors.count], type: .float32) {
                    BlockFormat.float32.bytes(Tensor(factors, shape: [factors.count]))
                })
        }
        for (name, tensor) in parameters.named {
            var type = tensor.shape.count == 1 ? .float32 : storage.type
            if tensor.rowLength % type.blockCount != 0 { type = .float16 }
            let stored = type
            items.append(
                GGUFWriter.Item(name: GGUFNames.tensor(name, in: configuration), shape: tensor.shape, type: type) {
                    stored.bytes(layout.theirs(tensor, name))
                })
        }
        try GGUFWriter.write(metadata(configuration, storage, name: name) + tokenizer, items, to: url)
    }

    static func metadata(
        _ configuration: TransformerConfiguration, _ storage: Storage, name: String
    ) -> [(key: String, value: GGUFValue)] {
        let family = GGUFNames.family(configuration.architecture)
        let form = configuration.form
        var pairs: [(key: String, value: GGUFValue)] = [
            ("general.architecture", .text(family)), ("general.type", .text("model")), ("general.name", .text(name)),
            ("general.file_type", .integer(storage.code)), ("general.quantization_version", .integer(2)),
        ]
        func add(_ key: String, _ value: GGUFValue?) {
            if let value { pairs.append(("\(family).\(key)", value)) }
        }
        add("vocab_size", .integer(configuration.vocabularySize))
        add("context_length", .integer(configuration.contextLength))
        add("embedding_length", .integer(configuration.hiddenSize))
        add("block_count", .integer(configuration.layerCount))
        add("feed_forward_length", .integer(configuration.intermediateSize))
        add("attention.head_count", .integer(configuration.headCount))
        add("attention.head_count_kv", .integer(configuration.keyValueHeadCount))
        add("attention.key_length", .integer(configuration.headDimension))
        add("attention.value_length", .integer(configuration.headDimension))
        add("attention.layer_norm_rms_epsilon", .float(configuration.normEpsilon))
        add("rope.dimension_count", .integer(configuration.headDimension))
        add("rope.freq_base", .float(configuration.ropeTheta))
        switch configuration.ropeScaling {
        case .none: break
        case .linear(let factor):
            add("rope.scaling.type", .text("linear"))
            add("rope.scaling.factor", .float(factor))
        case .llama3(_, _, _, let original): add("rope.scaling.original_context_length", .integer(original))
        }
        add("attention.sliding_window", form.normalizesOutputs ? form.layers.compactMap(\.window).first.map { .integer($0) } : nil)
        add("attn_logit_softcapping", form.attentionSoftcap.map { .float($0) })
        add("final_logit_softcapping", form.logitSoftcap.map { .float($0) })
        if configuration.architecture == .gemma3 { add("rope.freq_base_swa", .float(form.localRopeTheta)) }
        return pairs
    }

    /// Refuses networks of which the format, or llama.cpp, knows only a fixed form.
    private static func refuse(_ configuration: TransformerConfiguration, path: String) throws(ModelError) {
        let form = configuration.form
        func refuse(_ option: String, _ found: String, _ supported: String) throws(ModelError) {
            throw .unsupported(path: path, option: "\(option) in GGUF", found: found, supported: [supported])
        }
        if case .llama3(_, let low, let high, _) = configuration.ropeScaling, low != 1 || high != 4 {
            try refuse("low_freq_factor and high_freq_factor", "\(low) and \(high)", "1 and 4")
        }
        let layers = (0..<configuration.layerCount).map(configuration.attention)
        let windows = layers.map { $0.window.map { $0 < configuration.contextLength } ?? false }
        switch configuration.architecture {
        case .llama, .mistral, .qwen2, .qwen3, .smolLM3:
            if windows.contains(true) {
                try refuse("a sliding window in \(configuration.architecture.rawValue)", "shorter than the context", "none")
            }
            let allowed: [NetworkForm.AttentionBias] =
                switch configuration.architecture {
                case .llama, .mistral: [.none, .inputs, .all]
                case .qwen2: [.inputs]
                default: [.none]
                }
            if !allowed.contains(form.attentionBias) { try refuse("attention_bias", "\(form.attentionBias)", "none") }
            if configuration.architecture == .qwen2, configuration.queryWidth != configuration.hiddenSize {
                try refuse("the width of all heads", "\(configuration.queryWidth)", "hidden_size, \(configuration.hiddenSize)")
            }
            let positions = layers.indices.map { configuration.architecture == .smolLM3 && ($0 + 1) % 4 == 0 }
            if layers.map({ $0.positions == .none }) != positions { try refuse("no_rope_layers", "another pattern", "every fourth layer") }
        case .gemma2, .gemma3:
            let isGemma2 = configuration.architecture == .gemma2
            if form.attentionBias != .none { try refuse("attention_bias", "true", "false") }
            let isLargest = configuration.layerCount == (isGemma2 ? 46 : 62)
            let width = isLargest ? configuration.hiddenSize / configuration.headCount : configuration.headDimension
            if form.scoreWidth != Double(width) { try refuse("query_pre_attn_scalar", "\(form.scoreWidth ?? 0)", "\(width)") }
            let pattern = layers.indices.map { isGemma2 ? $0 % 2 == 0 : ($0 + 1) % 6 != 0 }
            if layers.map({ $0.window != nil }) != pattern { try refuse("layer_types", "another pattern", "the family's own") }
            if isGemma2, form.attentionSoftcap == nil || form.logitSoftcap == nil {
                try refuse("a soft cap", "null", "a number")
            }
        }
    }
}
