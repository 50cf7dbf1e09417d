import Ground

/// What turns the tokens' own texts back into a text, step after step.
enum Decoder: Sendable {
    /// The bytes of byte-level tokens, end to end.
    case byteLevel
    /// The tokens <0x00> to <0xFF> become bytes; what is not valid UTF-8 becomes one replacement character a byte.
    case byteFallback
    case replace([UInt8], by: [UInt8])
    case fuse
    case strip([UInt8], start: Int, stop: Int)
    case metaspace(replacement: [UInt8], prepend: PreTokenizer.Metaspace)

    func apply(to parts: [[UInt8]]) -> [[UInt8]] {
        switch self {
        case .byteLevel: return [Array(parts.map { ByteAlphabet.bytes(of: $0[...]) ?? $0 }.joined())]
        case .fuse: return [Array(parts.joined())]
        case .byteFallback: return Self.joiningBytes(parts)
        case .replace(let pattern, let replacement): return parts.map { Self.replacing($0, pattern, by: replacement) }
        case .strip(let character, let start, let stop):
            return parts.map { part in
                var rest = part[...]
                for _ in 0..<start where rest.starts(with: character) { rest.removeFirst(character.count) }
                for _ in 0..<stop where rest.reversed().starts(with: character.reversed()) { rest.removeLast(character.count) }
                return Array(rest)
            }
        case .metaspace(let replacement, let prepend):
            return parts.enumerated().map { index, part in
                let isStripped = index == 0 && prepend != .never && part.starts(with: replacement)
                return Self.replacing(Array(part.dropFirst(isStripped ? replacement.count : 0)), replacement, by: [0x20])
            }
        }
    }

    private static func replacing(_ bytes: [UInt8], _ pattern: [UInt8], by replacement: [UInt8]) -> [UInt8] {
        var written: [UInt8] = []
        for part in SplitPattern.literal(pattern).matches(bytes.span, 0..<bytes.count, isInverted: false) {
            if part.isMatch { written += replacement } else { written += bytes[part.range] }
        }
        return written
    }

    private static func joiningBytes(_ parts: [[UInt8]]) -> [[UInt8]] {
        var joined: [[UInt8]] = []
        var waiting: [UInt8] = []
        func flush() {
            guard !waiting.isEmpty else { return }
            if String(validating: waiting, as: UTF8.self) != nil {
                joined.append(waiting)
            } else {
                joined += Array(repeating: UTF8.encodedReplacementCharacter.map { $0 }, count: waiting.count)
            }
            waiting = []
        }
        for part in parts {
            if let byte = byte(part) {
                waiting.append(byte)
            } else {
                flush()
                joined.append(part)
            }
        }
        flush()
        return joined
    }

    /// The byte that a token such as <0x0A> stands for.
    static func byte(_ token: some Collection<UInt8>) -> UInt8? {
        let text = Array(token)
        guard text.count == 6, text.starts(with: "<0x".utf8), text[5] == UInt8(ascii: ">") else { return nil }
        let digits = text[3..<5].map { Character(Unicode.Scalar($0)).hexDigitValue ?? -1 }
        return digits.allSatisfy { $0 >= 0 } ? UInt8(digits[0] * 16 + digits[1]) : nil
    }

    /// The steps that a tokenizer file's `decoder` asks for.
    static func steps(_ node: JSONNode?) throws(TokenizationError) -> [Decoder] {
        guard let node else { return [] }
        switch node["type"]?.string {
        case "Sequence":
            var steps: [Decoder] = []
            for child in node["decoders"]?.array ?? [] { steps += try self.steps(child) }
            return steps
        case "ByteLevel": return [.byteLevel]
        case "ByteFallback": return [.byteFallback]
        case "Fuse": return [.fuse]
        case "Replace":
            guard let pattern = node["pattern"]?["String"]?.bytes else {
                throw .unsupported(part: "decoder", found: "Replace by a Regex", supported: "Replace by a String")
            }
            return [.replace(Array(pattern), by: Array(node["content"]?.bytes ?? []))]
        case "Strip":
            let character = Array(node["content"]?.bytes ?? [0x20])
            return [.strip(character, start: node["start"]?.integer ?? 0, stop: node["stop"]?.integer ?? 0)]
        case "Metaspace":
            let prepends = node["prepend_scheme"]?.string ?? (node["add_prefix_space"]?.bool ?? true ? "always" : "never")
            let replacement = node["replacement"]?.bytes.map(Array.init) ?? Array("▁".utf8)
            return [.metaspace(replacement: replacement, prepend: PreTokenizer.Metaspace(rawValue: prepends) ?? .always)]
        case let type:
            throw .unsupported(
                part: "decoder", found: type ?? "without a type",
                supported: "Sequence, ByteLevel, ByteFallback, Fuse, Replace, Strip, Metaspace")
        }
    }
}
