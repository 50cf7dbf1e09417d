import Ground

extension Tokenizer {
    /// The tokenizer as a GGUF file holds it.
    /// - Throws: `TokenizationError.unsupported` when the format has no name for its split pattern.
    public func ggufVocabulary() throws -> GGUFVocabulary {
        let root = try JSONNode.reading(file.json)
        let tokens = (0..<Int32(vocabularySize)).map { file.content($0) }
        let isByteLevel = file.pipeline.model.isByteLevel
        var vocabulary = GGUFVocabulary(model: isByteLevel ? "gpt2" : "llama", tokens: tokens)
        for token in file.added { vocabulary.kinds[Int(token.id)] = token.isSpecial ? .control : .userDefined }
        vocabulary.beginToken = beginToken.map(Int.init)
        vocabulary.endToken = endTokens.first.map(Int.init)
        vocabulary.padToken = padToken.map(Int.init)
        vocabulary.unknownToken = file.pipeline.model.unknownToken.map(Int.init)
        vocabulary.addsBegin = file.postProcessor.prefix.first != nil && file.postProcessor.prefix.first == beginToken
        vocabulary.chatTemplate = chatTemplate?.source
        let merges = try mergePairs(root)
        if isByteLevel {
            vocabulary.preTokenizer = try Self.splittingName(root)
            vocabulary.merges = merges.map { "\($0) \($1)" }
        } else {
            try describePieces(&vocabulary, root, merges)
        }
        return vocabulary
    }

    private func mergePairs(_ root: JSONNode) throws(TokenizationError) -> [(String, String)] {
        var pairs: [(String, String)] = []
        for (rank, merge) in (root["model"]?["merges"]?.array ?? []).enumerated() {
            let (left, right) = try VocabularyReader.pair(merge, rank)
            pairs.append((String(decoding: left, as: UTF8.self), String(decoding: right, as: UTF8.self)))
        }
        return pairs
    }

    /// Pieces have scores instead of merges: the earlier a token is made, the higher.
    private func describePieces(_ vocabulary: inout GGUFVocabulary, _ root: JSONNode, _ merges: [(String, String)])
        throws(TokenizationError)
    {
        guard file.pipeline.model.usesByteFallback else {
            throw .unsupported(part: "tokenizer", found: "without bytes", supported: "byte-level, and pieces with byte fallback, in GGUF")
        }
        vocabulary.scores = Array(repeating: 0, count: vocabulary.tokens.count)
        var score: Float = 0
        for (left, right) in merges {
            guard let id = file.id(of: left + right), vocabulary.scores[Int(id)] == 0 else { continue }
            score -= 1
            vocabulary.scores[Int(id)] = score
        }
        for (id, token) in vocabulary.tokens.enumerated() where vocabulary.kinds[id] == .normal {
            if Decoder.byte(Array(token.utf8)) != nil {
                vocabulary.kinds[id] = .byte
            } else if vocabulary.scores[id] == 0 {
                // Single characters come after everything that is made of them.
                score -= 1
                vocabulary.scores[id] = score
            }
        }
        if let unknown = vocabulary.unknownToken { vocabulary.kinds[unknown] = .unknown }
        vocabulary.addsSpacePrefix = file.encodesLeadingSpace
    }

    /// The name that GGUF has for the file's way of splitting.
    private static func splittingName(_ root: JSONNode) throws(TokenizationError) -> String {
        let wanted = try signature(root)
        for name in [
            "smollm", "llama-bpe", "dbrx", "qwen2", "stablelm2", "tekken", "gpt-4o", "deepseek-llm", "deepseek-coder", "deepseek-v3",
            "gpt-2",
        ] {
            guard let splitting = GGUFVocabulary.Splitting(name) else { continue }
            let steps =
                splitting.patterns + (splitting.splitsDigits ? ["digits"] : []) + (splitting.usesGPT2 ? [WordSplitter.gpt2.pattern] : [])
            if steps == wanted { return name }
        }
        throw .unsupported(
            part: "split pattern", found: wanted.joined(separator: " then "),
            supported: "those of GPT-2, SmolLM, Llama 3, Qwen2, DeepSeek in GGUF")
    }

    private static func signature(_ root: JSONNode) throws(TokenizationError) -> [String] {
        try PreTokenizer.pipeline(root["pre_tokenizer"]).steps.map { step throws(TokenizationError) in
            switch step {
            case .words(let splitter): return splitter.pattern
            case .split(.regex(let regex), .isolated, isInverted: false): return regex.pattern
            case .digits(individually: true): return "digits"
            default: throw .unsupported(part: "pre_tokenizer", found: "\(step)", supported: "splits by patterns and digits in GGUF")
            }
        }
    }
}
