import Containers

/// The tokenizer among a GGUF file's metadata.
extension GGUFVocabulary {
    /// Reads the fields of a file.
    /// - Throws: `ContainerError.malformed` where it holds no tokenizer.
    public init(_ file: GGUFFile) throws(ContainerError) {
        func value(_ name: String) -> GGUFValue? { file.metadata["tokenizer.ggml.\(name)"] }
        guard let model = value("model")?.text, let tokens = value("tokens")?.texts else {
            throw .malformed(path: file.path, reason: "it holds no tokenizer (tokenizer.ggml.model and tokenizer.ggml.tokens)")
        }
        self.init(
            model: model, preTokenizer: value("pre")?.text ?? "default", tokens: tokens,
            kinds: (value("token_type")?.array ?? []).map { Kind(rawValue: $0.integer ?? 1) ?? .normal },
            scores: (value("scores")?.array ?? []).map { Float($0.double ?? 0) },
            merges: value("merges")?.texts ?? [],
            beginToken: value("bos_token_id")?.integer, endToken: value("eos_token_id")?.integer,
            padToken: value("padding_token_id")?.integer, unknownToken: value("unknown_token_id")?.integer,
            addsBegin: value("add_bos_token")?.bool, addsSpacePrefix: value("add_space_prefix")?.bool,
            chatTemplate: file.metadata["tokenizer.chat_template"]?.text)
        turnEndTokens = ["eot", "eom"].compactMap { value("\($0)_token_id")?.integer }
    }

    /// The fields as a file keeps them; `size` is the number of rows of the embedding, which may be more than there are tokens.
    public func metadata(size: Int) -> [(key: String, value: GGUFValue)] {
        let missing = max(0, size - tokens.count)
        let filler = (0..<missing).map { GGUFValue.text("[PAD\(tokens.count + $0)]") }
        var pairs: [(key: String, value: GGUFValue)] = []
        func add(_ name: String, _ value: GGUFValue?) {
            if let value { pairs.append(("tokenizer.ggml.\(name)", value)) }
        }
        add("model", .text(model))
        add("pre", .text(preTokenizer))
        add("tokens", .array(tokens.map { .text($0) } + filler))
        add("token_type", .array((kinds + Array(repeating: .unused, count: missing)).map { .integer($0.rawValue) }))
        if !scores.isEmpty { add("scores", .array((scores + Array(repeating: -10_000, count: missing)).map { .float(Double($0)) })) }
        if !merges.isEmpty { add("merges", .array(merges.map { .text($0) })) }
        add("bos_token_id", beginToken.map { .integer($0) })
        add("eos_token_id", endToken.map { .integer($0) })
        add("padding_token_id", padToken.map { .integer($0) })
        add("unknown_token_id", unknownToken.map { .integer($0) })
        add("add_bos_token", addsBegin.map { .bool($0) })
        add("add_space_prefix", addsSpacePrefix.map { .bool($0) })
        if let chatTemplate { pairs.append(("tokenizer.chat_template", .text(chatTemplate))) }
        return pairs
    }
}
