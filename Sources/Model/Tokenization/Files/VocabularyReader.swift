import Ground

/// Reads the `model` of a tokenizer.json into a byte-pair model, and checks every token and merge on the way.
struct VocabularyReader {
    private(set) var model: BytePairModel
    /// Tokens whose spelling holds a character outside the byte-level alphabet: they stand for no text.
    private(set) var unreachable: [[UInt8]: Int32] = [:]
    /// How many tokens there are, ids without one left out.
    let count: Int

    /// The highest id that is believed: a larger one is a broken file, not a vocabulary.
    private static let limit = 1 << 24

    init(_ node: JSONNode, isByteLevel: Bool) throws(TokenizationError) {
        if let type = node["type"]?.string, type != "BPE" { throw .unsupported(part: "model", found: type, supported: "BPE") }
        guard let vocabulary = node["vocab"]?.object else { throw .malformed(part: "model", problem: "it has no vocab") }
        for name in ["continuing_subword_prefix", "end_of_word_suffix"] where !(node[name]?.bytes ?? []).isEmpty {
            throw .unsupported(part: name, found: node[name]?.string ?? "", supported: "none")
        }
        count = vocabulary.count
        model = BytePairModel(
            tokens: ByteTable(capacity: vocabulary.count), merges: MergeTable(capacity: 0),
            byteTokens: Array(repeating: -1, count: 256), isByteLevel: isByteLevel)
        model.usesByteFallback = node["byte_fallback"]?.bool ?? false
        model.fusesUnknown = node["fuse_unk"]?.bool ?? false
        model.ignoresMerges = node["ignore_merges"]?.bool ?? false
        try read(vocabulary)
        try read(merges: node["merges"]?.array ?? [])
        try finish(unknown: node["unk_token"]?.bytes)
    }

    /// Takes the model that a writer would write.
    init(_ writer: TokenizerWriter, isByteLevel: Bool) throws(TokenizationError) {
        count = writer.vocabulary.count
        model = BytePairModel(
            tokens: ByteTable(capacity: writer.vocabulary.count), merges: MergeTable(capacity: writer.merges.count),
            byteTokens: Array(repeating: -1, count: 256), isByteLevel: isByteLevel)
        model.usesByteFallback = writer.usesByteFallback
        model.fusesUnknown = writer.fusesUnknown
        model.ignoresMerges = writer.ignoresMerges
        for (id, token) in writer.vocabulary.enumerated() { append(Array(token.utf8)[...], id) }
        var joined: [UInt8] = []
        for (rank, (left, right)) in writer.merges.enumerated() {
            joined.removeAll(keepingCapacity: true)
            joined += model.tokens.bytes(left)
            joined += model.tokens.bytes(right)
            var result = model.tokens.find(joined.span, 0..<joined.count)
            // Tokens that are no text are spelled as they stand.
            if result < 0 { result = find(Array((writer.vocabulary[left] + writer.vocabulary[right]).utf8)[...]) }
            guard result >= 0 else {
                throw .malformed(
                    part: "merges",
                    problem: "merge \(rank) needs the token \(writer.vocabulary[left] + writer.vocabulary[right]), "
                        + "which the vocabulary does not have")
            }
            model.merges.set(Int32(left), Int32(right), rank: UInt32(rank), result: Int32(result))
        }
        try finish(unknown: writer.unknownToken.map { Array($0.utf8)[...] })
    }

    private mutating func finish(unknown: ArraySlice<UInt8>?) throws(TokenizationError) {
        for byte in 0..<256 {
            let found =
                model.isByteLevel
                ? model.tokens.find([UInt8(byte)]) : model.tokens.find(Self.fallbackToken(UInt8(byte)).utf8)
            model.byteTokens[byte] = Int32(found)
        }
        if let unknown {
            let id = find(unknown)
            guard id >= 0 else {
                throw .malformed(part: "unk_token", problem: "\(String(decoding: unknown, as: UTF8.self)) is not in the vocabulary")
            }
            model.unknownToken = Int32(id)
        }
        model.findSpaceMarks()
    }

    /// The spelling of a byte in a vocabulary with byte fallback.
    static func fallbackToken(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return "<0x\(digits.count == 1 ? "0" : "")\(digits)>"
    }

    private mutating func read(_ vocabulary: [JSONNode.Field]) throws(TokenizationError) {
        var indexOfID: [Int] = []
        indexOfID.reserveCapacity(vocabulary.count)
        for (index, field) in vocabulary.enumerated() {
            guard let id = field.value.integer, id >= 0, id < Self.limit else {
                throw .malformed(part: "vocab", problem: "the token \(String(decoding: field.key, as: UTF8.self)) has no usable id")
            }
            while indexOfID.count <= id { indexOfID.append(-1) }
            guard indexOfID[id] < 0 else {
                let other = String(decoding: vocabulary[indexOfID[id]].key, as: UTF8.self)
                throw .malformed(
                    part: "vocab", problem: "\(String(decoding: field.key, as: UTF8.self)) and \(other) both have the id \(id)")
            }
            indexOfID[id] = index
        }
        for id in 0..<indexOfID.count {
            // A gap in the ids is a token that stands for nothing.
            guard indexOfID[id] >= 0 else {
                model.tokens.appendHidden([])
                continue
            }
            append(vocabulary[indexOfID[id]].key, id)
        }
    }

    /// Adds the next token by its spelling.
    private mutating func append(_ key: ArraySlice<UInt8>, _ id: Int) {
        if !model.isByteLevel {
            model.tokens.append(key)
        } else if let bytes = ByteAlphabet.bytes(of: key) {
            model.tokens.append(bytes)
        } else {
            model.tokens.appendHidden(key)
            unreachable[Array(key)] = Int32(id)
        }
    }

    /// The token that the vocabulary spells so, or -1.
    func find(_ spelling: ArraySlice<UInt8>) -> Int {
        if !model.isByteLevel { return model.tokens.find(spelling) }
        if let bytes = ByteAlphabet.bytes(of: spelling) { return model.tokens.find(bytes) }
        return unreachable[Array(spelling)].map { Int($0) } ?? -1
    }

    private mutating func read(merges: [JSONNode]) throws(TokenizationError) {
        model.merges = MergeTable(capacity: merges.count)
        for (rank, merge) in merges.enumerated() {
            let (left, right) = try Self.pair(merge, rank)
            let (first, second, result) = (find(left), find(right), find(left + right))
            guard first >= 0, second >= 0, result >= 0 else {
                let missing = first < 0 ? left : second < 0 ? right : left + right
                throw .malformed(
                    part: "merges",
                    problem: "merge \(rank) needs the token \(String(decoding: missing, as: UTF8.self)), which the vocabulary does not have"
                )
            }
            guard !left.isEmpty, !right.isEmpty else { throw .malformed(part: "merges", problem: "merge \(rank) has an empty side") }
            model.merges.set(Int32(first), Int32(second), rank: UInt32(rank), result: Int32(result))
        }
    }

    /// A merge is "left right", or a list of two.
    static func pair(_ merge: JSONNode, _ rank: Int) throws(TokenizationError) -> (ArraySlice<UInt8>, ArraySlice<UInt8>) {
        if let sides = merge.array, sides.count == 2, let left = sides[0].bytes, let right = sides[1].bytes { return (left, right) }
        guard let text = merge.bytes, let space = text.firstIndex(of: 0x20), !text[(space + 1)...].contains(0x20) else {
            throw .malformed(part: "merges", problem: "merge \(rank) is not a pair of tokens")
        }
        return (text[..<space], text[(space + 1)...])
    }
}
