/// Decodes vocabularies of pieces with byte fallback in one pass: what Replace, ByteFallback, Fuse and Strip do one after the other.
struct PieceDecoder: Sendable {
    /// The tokens' texts after the replacements, end to end.
    private var texts = ByteTable(capacity: 0)
    /// The byte that a token stands for, or -1.
    private var fallback: [Int16] = []
    private var strips: [(character: [UInt8], start: Int, stop: Int)] = []
    private let replacements: [Decoder]

    /// Nil when the decoders are others, or stand in another order.
    init?(_ decoders: [Decoder], tokens: ByteTable) {
        var rest = decoders[...]
        var replacements: [Decoder] = []
        while let first = rest.first, case .replace = first { replacements.append(rest.removeFirst()) }
        self.replacements = replacements
        guard let second = rest.popFirst(), case .byteFallback = second, let third = rest.popFirst(), case .fuse = third else { return nil }
        for decoder in rest {
            guard case .strip(let character, let start, let stop) = decoder else { return nil }
            strips.append((character, start, stop))
        }
        for index in 0..<tokens.count {
            let token = tokens.bytes(index)
            texts.appendHidden(replaced(Array(token)))
            fallback.append(Decoder.byte(token).map { Int16($0) } ?? -1)
        }
    }

    private func replaced(_ token: [UInt8]) -> [UInt8] {
        var parts = [token]
        for decoder in replacements { parts = decoder.apply(to: parts) }
        return parts[0]
    }

    /// - Parameter added: the text of an added token, an empty one to skip it, or nil for a token of the vocabulary.
    func decode(_ tokens: [Int32], added: (Int32) -> [UInt8]?) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(tokens.count * 4)
        var waiting: [UInt8] = []
        for token in tokens {
            if let text = added(token) {
                guard !text.isEmpty else { continue }
                flush(&waiting, into: &bytes)
                bytes += replaced(text)
            } else if token >= 0, Int(token) < fallback.count {
                if fallback[Int(token)] >= 0 {
                    waiting.append(UInt8(fallback[Int(token)]))
                } else {
                    flush(&waiting, into: &bytes)
                    for at in texts.offsets[Int(token)]..<texts.offsets[Int(token) + 1] { bytes.append(texts.arena[at]) }
                }
            }
        }
        flush(&waiting, into: &bytes)
        for strip in strips {
            bytes = Decoder.strip(strip.character, start: strip.start, stop: strip.stop).apply(to: [bytes])[0]
        }
        return bytes
    }

    /// The bytes of one token of the vocabulary in the middle of a text, where nothing is stripped.
    func bytes(of token: Int32) -> [UInt8] {
        guard token >= 0, Int(token) < fallback.count else { return [] }
        if fallback[Int(token)] >= 0 { return [UInt8(fallback[Int(token)])] }
        return (texts.offsets[Int(token)]..<texts.offsets[Int(token) + 1]).map { texts.arena[$0] }
    }

    private func flush(_ waiting: inout [UInt8], into bytes: inout [UInt8]) {
        guard !waiting.isEmpty else { return }
        if waiting.allSatisfy({ $0 < 0x80 }) || String(validating: waiting, as: UTF8.self) != nil {
            bytes += waiting
        } else {
            for _ in waiting { bytes += UTF8.encodedReplacementCharacter }
        }
        waiting.removeAll(keepingCapacity: true)
    }
}
