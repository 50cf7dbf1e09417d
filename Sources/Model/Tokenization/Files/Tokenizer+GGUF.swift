extension Tokenizer {
    /// Makes the tokenizer that a GGUF file holds.
    /// - Throws: `TokenizationError` for a kind of model or a split pattern that is not known, and for tokens that contradict each other.
    public init(gguf vocabulary: GGUFVocabulary) throws {
        guard vocabulary.kinds.count == vocabulary.tokens.count else {
            throw TokenizationError.malformed(
                part: "GGUF vocabulary", problem: "it has \(vocabulary.tokens.count) tokens and the kinds of \(vocabulary.kinds.count)")
        }
        switch vocabulary.model {
        case "llama": self = try Self.pieces(of: vocabulary)
        case "gpt2": self = try Self.bytePairs(of: vocabulary)
        default: throw TokenizationError.unsupported(part: "tokenizer.ggml.model", found: vocabulary.model, supported: "gpt2, llama")
        }
        if let template = vocabulary.chatTemplate { chatTemplate = ChatTemplate(jinja: template) }
        // A text ends there too, whatever the file calls its end.
        let others = ["<|endoftext|>", "<|end_of_text|>"].compactMap { name in file.id(of: name).flatMap { isSpecial($0) ? $0 : nil } }
        for token in vocabulary.turnEndTokens.filter(vocabulary.tokens.indices.contains).map(Int32.init) + others
        where !endTokens.contains(token) {
            endTokens.append(token)
        }
    }

    private static func token(_ id: Int?, of vocabulary: GGUFVocabulary) -> String? {
        id.flatMap { vocabulary.tokens.indices.contains($0) ? vocabulary.tokens[$0] : nil }
    }

    private static func pieces(of vocabulary: GGUFVocabulary) throws -> Tokenizer {
        guard vocabulary.scores.count == vocabulary.tokens.count else {
            throw TokenizationError.malformed(
                part: "GGUF vocabulary", problem: "it has \(vocabulary.tokens.count) tokens and \(vocabulary.scores.count) scores")
        }
        let pieces = vocabulary.tokens.indices.map { index in
            let kind: PieceVocabulary.Kind =
                switch vocabulary.kinds[index] {
                case .normal: .normal
                case .unknown: .unknown
                case .control: .control
                case .userDefined: .userDefined
                case .unused: .unused
                case .byte: .byte
                }
            return PieceVocabulary.Piece(text: vocabulary.tokens[index], score: vocabulary.scores[index], kind: kind)
        }
        let known = { (id: Int?) in id.flatMap { pieces.indices.contains($0) ? $0 : nil } }
        return try PieceVocabulary(
            pieces: pieces, addsSpace: vocabulary.addsSpacePrefix ?? true,
            beginToken: vocabulary.addsBegin ?? true ? known(vocabulary.beginToken) : nil, endToken: known(vocabulary.endToken),
            padToken: known(vocabulary.padToken)
        ).tokenizer()
    }

    private static func bytePairs(of vocabulary: GGUFVocabulary) throws -> Tokenizer {
        guard let splitting = GGUFVocabulary.Splitting(vocabulary.preTokenizer) else {
            throw TokenizationError.unsupported(
                part: "tokenizer.ggml.pre", found: vocabulary.preTokenizer,
                supported:
                    "gpt-2, llama-bpe, qwen2, smollm, starcoder, tekken, gpt-4o, deepseek-llm, deepseek-coder, deepseek-v3 and their kin")
        }
        var writer = TokenizerWriter()
        writer.vocabulary = vocabulary.tokens
        writer.ignoresMerges = splitting.ignoresMerges
        if splitting.isComposed { writer.normalizer = #"{"type": "NFC"}"# }
        let steps =
            splitting.patterns.map(TokenizerWriter.split)
            + (splitting.splitsDigits ? [#"{"type": "Digits", "individual_digits": true}"#] : [])
            + [
                splitting.usesGPT2
                    ? TokenizerWriter.byteLevel.replacing(#""use_regex": false"#, with: #""use_regex": true"#) : TokenizerWriter.byteLevel
            ]
        writer.preTokenizer = #"{"type": "Sequence", "pretokenizers": [\#(steps.joined(separator: ", "))]}"#
        writer.decoder = #"{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}"#
        var ids = ByteTable(capacity: vocabulary.tokens.count)
        for (id, token) in vocabulary.tokens.enumerated() {
            ids.append(token.utf8)
            switch vocabulary.kinds[id] {
            case .control, .unknown: writer.added.append(AddedToken(id: Int32(id), content: token))
            case .userDefined: writer.added.append(AddedToken(id: Int32(id), content: token, isSpecial: false))
            case .normal, .unused, .byte: break
            }
        }
        for (rank, merge) in vocabulary.merges.enumerated() {
            let bytes = Array(merge.utf8)
            let space = bytes.firstIndex(of: 0x20) ?? bytes.count
            let (left, right) = (
                ids.find(bytes.span, 0..<space), space < bytes.count ? ids.find(bytes.span, space + 1..<bytes.count) : -1
            )
            guard space > 0, left >= 0, right >= 0 else {
                throw TokenizationError.malformed(part: "GGUF merges", problem: "merge \(rank) is not a pair of tokens of the vocabulary")
            }
            writer.merges.append((left, right))
        }
        if vocabulary.addsBegin == true, let id = vocabulary.beginToken, let name = token(id, of: vocabulary) {
            writer.begins(with: name, id: id)
        }
        var settings = TokenizerSettings()
        settings.isPresent = true
        settings.beginToken = token(vocabulary.beginToken, of: vocabulary)
        settings.endToken = token(vocabulary.endToken, of: vocabulary)
        settings.padToken = token(vocabulary.padToken, of: vocabulary)
        return Tokenizer(try TokenizerFile(writer, specials: settings.specialTokens), settings: settings)
    }
}
