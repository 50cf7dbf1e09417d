import Ground

/// A tokenizer.json as read: its vocabulary, its added tokens and the steps of encoding and decoding.
final class TokenizerFile: Sendable {
    /// The file's bytes, as they came or as they are written.
    var json: [UInt8] {
        switch source {
        case .json(let json): json
        case .writer(let writer): writer.json
        }
    }

    let added: [AddedToken]
    /// Those that stand beside the file and say more than it does.
    let further: [AddedToken]
    let pipeline: EncodingPipeline
    let postProcessor: PostProcessor
    let size: Int

    private let source: Source
    private let decoders: [Decoder]
    private let addedByID: [Int32: AddedToken]
    private let addedByContent: [[UInt8]: Int32]
    /// Tokens of the vocabulary that text cannot have, by their spelling.
    private let unreachable: [[UInt8]: Int32]
    private let pieceDecoder: PieceDecoder?

    private enum Source {
        case json([UInt8])
        case writer(TokenizerWriter)
    }

    /// Reads a file's bytes.
    ///
    /// - Parameters:
    ///   - further: added tokens that stand beside the file; they win over the file's of the same content.
    ///   - specials: contents that are special tokens where the vocabulary has them, listed as such or not.
    convenience init(json: [UInt8], adding further: [AddedToken] = [], specials: [String] = []) throws(TokenizationError) {
        let root = try JSONNode.reading(json)
        guard let model = root["model"] else { throw .malformed(part: "tokenizer.json", problem: "it has no model") }
        var added: [AddedToken] = []
        for (index, node) in (root["added_tokens"]?.array ?? []).enumerated() { added.append(try AddedToken(node, at: index)) }
        try self.init(.json(json), root, added, further, specials) { (isByteLevel) throws(TokenizationError) in
            try VocabularyReader(model, isByteLevel: isByteLevel)
        }
    }

    /// The file that the writer would write, without writing and reading it.
    convenience init(_ writer: TokenizerWriter, specials: [String] = []) throws(TokenizationError) {
        let steps = try JSONNode.reading(writer.steps)
        try self.init(.writer(writer), steps, writer.added, [], specials) { (isByteLevel) throws(TokenizationError) in
            try VocabularyReader(writer, isByteLevel: isByteLevel)
        }
    }

    private init(
        _ source: Source, _ root: JSONNode, _ listed: [AddedToken], _ beside: [AddedToken], _ specials: [String],
        reader make: (Bool) throws(TokenizationError) -> VocabularyReader
    ) throws(TokenizationError) {
        let (preTokenizers, isByteLevel) = try PreTokenizer.pipeline(root["pre_tokenizer"])
        let reader = try make(isByteLevel)
        self.source = source
        func find(_ content: [UInt8]) -> Int32? {
            let found = reader.find(content[...])
            return found < 0 ? nil : Int32(found)
        }
        let named = specials.filter { find(Array($0.utf8)) != nil }.map { AddedToken(id: 0, content: $0) }
        further = AddedToken.saying(more: beside, naming: named, than: listed)
        let added = (listed + further).placed(behind: reader.count, find: find)
        self.added = added
        unreachable = reader.unreachable
        addedByID = Dictionary(added.map { ($0.id, $0) }) { _, last in last }
        addedByContent = Dictionary(added.map { (Array($0.content.utf8), $0.id) }) { _, last in last }
        size = max(reader.model.tokens.count, (added.map { Int($0.id) }.max() ?? -1) + 1)
        decoders = try Decoder.steps(root["decoder"])
        pieceDecoder = isByteLevel ? nil : PieceDecoder(decoders, tokens: reader.model.tokens)
        postProcessor = try PostProcessor(root["post_processor"])
        pipeline = EncodingPipeline(
            model: reader.model, normalizers: try Normalizer.steps(root["normalizer"]),
            preTokenizers: preTokenizers, added: added)
        for token in postProcessor.prefix + postProcessor.suffix where token < 0 || Int(token) >= size {
            throw .malformed(part: "post_processor", problem: "it adds the token \(token) to a vocabulary of \(size)")
        }
    }

    /// Whether a text is given a space that it does not begin with.
    var encodesLeadingSpace: Bool {
        let writes = pipeline.preTokenizers.contains {
            if case .metaspace(_, .never, _) = $0 { false } else if case .metaspace = $0 { true } else { false }
        }
        return writes || pipeline.normalizers.contains { if case .prepend = $0 { true } else { false } }
    }

    func isSpecial(_ token: Int32) -> Bool { addedByID[token]?.isSpecial ?? false }

    func id(of content: String) -> Int32? {
        // Bytes, not strings, are compared everywhere: to Swift, strings that Unicode calls equivalent are equal.
        let spelled = Array(content.utf8)
        if let id = addedByContent[spelled] ?? unreachable[spelled] { return id }
        guard let bytes = pipeline.model.isByteLevel ? ByteAlphabet.bytes(of: spelled[...]) : spelled else { return nil }
        let index = pipeline.model.tokens.find(bytes)
        return index < 0 ? nil : Int32(index)
    }

    /// The token as the vocabulary writes it.
    func content(_ token: Int32) -> String {
        if let token = addedByID[token] { return token.content }
        let bytes = vocabularyBytes(token)
        return pipeline.model.isByteLevel ? ByteAlphabet.token(bytes) : String(decoding: bytes, as: UTF8.self)
    }

    func bytes(of token: Int32) -> [UInt8] {
        if let token = addedByID[token] { return spelled(token) }
        if let pieceDecoder { return pieceDecoder.bytes(of: token) }
        if isByteLevelDecoder { return Array(vocabularyBytes(token)) }
        let spelled = Array(content(token).utf8)
        if pipeline.model.usesByteFallback, let byte = Decoder.byte(spelled) { return [byte] }
        // A letter goes before it, since some steps take the space off the start of a text.
        return Array(decoded([[UInt8(ascii: "a")], spelled]).dropFirst())
    }

    /// How many bytes of the normalized text a token stands for.
    func spanLength(of token: Int32) -> Int {
        if let token = addedByID[token] { return token.content.utf8.count }
        let bytes = vocabularyBytes(token)
        return !pipeline.model.isByteLevel && pipeline.model.usesByteFallback && Decoder.byte(bytes) != nil ? 1 : bytes.count
    }

    func decode(_ tokens: [Int32], skippingSpecialTokens: Bool) -> [UInt8] {
        if isByteLevelDecoder {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(tokens.count * 4)
            for token in tokens {
                if let token = addedByID[token] {
                    if !(skippingSpecialTokens && token.isSpecial) { bytes += spelled(token) }
                } else {
                    bytes += vocabularyBytes(token)
                }
            }
            return bytes
        }
        if let pieceDecoder {
            return pieceDecoder.decode(tokens) { token in
                addedByID[token].map { skippingSpecialTokens && $0.isSpecial ? [] : Array($0.content.utf8) }
            }
        }
        var parts: [[UInt8]] = []
        parts.reserveCapacity(tokens.count)
        for token in tokens {
            guard isSpecial(token) ? !skippingSpecialTokens : token >= 0 && Int(token) < size else { continue }
            parts.append(Array(content(token).utf8))
        }
        return decoded(parts)
    }

    /// Whether decoding is no more than putting the tokens' bytes end to end.
    private var isByteLevelDecoder: Bool {
        if pipeline.model.isByteLevel, decoders.count == 1, case .byteLevel = decoders[0] { true } else { false }
    }

    private func decoded(_ parts: [[UInt8]]) -> [UInt8] {
        var parts = parts
        // Without a decoder the reference puts a space between tokens.
        if decoders.isEmpty { return Array(parts.joined(separator: [0x20])) }
        for decoder in decoders { parts = decoder.apply(to: parts) }
        return Array(parts.joined())
    }

    /// An added token goes through the byte-level alphabet when all of its characters lie in it, as in the reference.
    private func spelled(_ token: AddedToken) -> [UInt8] {
        let content = Array(token.content.utf8)
        return isByteLevelDecoder ? ByteAlphabet.bytes(of: content[...]) ?? content : content
    }

    private func vocabularyBytes(_ token: Int32) -> ArraySlice<UInt8> {
        guard token >= 0, Int(token) < pipeline.model.tokens.count else { return [] }
        return pipeline.model.tokens.bytes(Int(token))
    }
}
