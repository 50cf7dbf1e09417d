import Containers

/// The metadata of a file's family: what is obeyed is read by name, and a setting that would change the result and is not obeyed is
/// refused by its name.
struct GGUFSettings {
    let file: GGUFFile
    let family: String

    /// A whole number, or of one for each layer the number that all layers share.
    func integer(_ name: String) throws(ModelError) -> Int? {
        guard let value = file.metadata["\(family).\(name)"] else { return nil }
        if let integer = value.integer { return integer }
        let values = (value.array ?? []).map(\.integer)
        guard let first = values.first, let first, values.allSatisfy({ $0 == first }) else {
            throw .unsupported(path: file.path, option: "\(family).\(name)", found: "different layers", supported: ["equal layers"])
        }
        return first
    }

    func required(_ name: String) throws(ModelError) -> Int {
        guard let value = try integer(name) else { throw .malformed(path: file.path, reason: "\(family).\(name) is missing") }
        return value
    }

    func double(_ name: String) -> Double? { file.metadata["\(family).\(name)"]?.double }

    func text(_ name: String) -> String? { file.metadata["\(family).\(name)"]?.text }

    /// Refuses what is neither obeyed nor without effect.
    func refuseStrangers() throws(ModelError) {
        if let kind = file.metadata["general.type"]?.text, kind != "model" {
            throw .unsupported(path: file.path, option: "general.type", found: kind, supported: ["model"])
        }
        for (key, value) in file.metadata.sorted(by: { $0.key < $1.key }) where key.hasPrefix(family + ".") {
            let name = String(key.dropFirst(family.count + 1))
            if Self.obeyed.contains(name) || Self.idle.contains(where: name.hasPrefix) || Self.isNeutral(name, value) { continue }
            throw .unsupported(
                path: file.path, option: key, found: Self.shown(value),
                supported: [
                    "the formula without it. A file of the same model without this setting, or its model folder from Hugging Face, may run"
                ])
        }
    }

    /// The keys that the configuration is made of.
    private static let obeyed: Set = [
        "vocab_size", "context_length", "embedding_length", "block_count", "feed_forward_length", "attention.head_count",
        "attention.head_count_kv", "attention.key_length", "attention.value_length", "attention.layer_norm_rms_epsilon",
        "attention.sliding_window", "attention.sliding_window_pattern", "attention.scale", "attn_logit_softcapping",
        "final_logit_softcapping", "rope.dimension_count", "rope.freq_base", "rope.freq_base_swa", "rope.scaling.type",
        "rope.scaling.factor", "rope.scale_linear", "rope.scaling.original_context_length",
    ]
    /// Beginnings of keys that change nothing in the language model.
    private static let idle = ["mm.", "vision.", "tensor_data_layout", "rope.scaling.finetuned", "attention.causal_mask"]

    /// Whether a key that is not obeyed says what holds without it.
    private static func isNeutral(_ name: String, _ value: GGUFValue) -> Bool {
        if name == "attention.causal" { return value.bool == true }
        if value.bool == false || value.text == "" || value.text == "none" { return true }
        guard let number = value.double else { return false }
        return number == 0 || number == 1 && (name.contains("scale") || name.contains("factor"))
    }

    private static func shown(_ value: GGUFValue) -> String {
        switch value {
        case .integer(let number): "\(number)"
        case .float(let number): "\(Float(number))"
        case .bool(let truth): "\(truth)"
        case .string(let bytes): String(decoding: bytes.prefix(80), as: UTF8.self)
        case .array, .list: "a list"
        }
    }
}
