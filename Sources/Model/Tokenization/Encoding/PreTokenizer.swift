import Ground

/// One step that cuts a text into pre-tokens, within which the model merges.
enum PreTokenizer: Sendable {
    /// A split by a well-known pattern, every match a pre-token of its own.
    case words(WordSplitter)
    /// A split by the matches of a pattern, and what becomes of them.
    case split(SplitPattern, SplitBehavior, isInverted: Bool)
    /// A space before a piece that begins without one.
    case prefixSpace
    /// Numbers apart from the rest, each digit alone when `individually`.
    case digits(individually: Bool)
    /// Spaces written as `replacement`, one put before the text, a cut before each.
    case metaspace(replacement: [UInt8], prepend: Metaspace, splits: Bool)
    /// Runs of characters between white space, which is removed.
    case whitespaceSplit
    case punctuation(SplitBehavior)
    /// Bytes written in the byte-level alphabet, where later steps look at them.
    case byteAlphabet

    enum Metaspace: String, Sendable { case always, first, never }

    func apply(to pieces: inout Pieces) {
        switch self {
        case .words(let splitter): pieces.split { splitter.split($0, $1, into: &$2) }
        case .split(let pattern, let behavior, let isInverted):
            behavior.cut(&pieces) { pattern.matches($0, $1, isInverted: isInverted) }
        case .prefixSpace:
            pieces.rewrite { piece, _, written in
                if piece.first != 0x20 { written.append(0x20) }
                written.append(contentsOf: piece)
            }
        case .digits(let individually):
            (individually ? SplitBehavior.isolated : .contiguous).cut(&pieces) {
                SplitPattern.eachCharacter($0, $1) { $0 >= 8 && $0 <= 10 }
            }
        case .metaspace(let replacement, let prepend, let splits):
            pieces.rewrite { piece, isFirst, written in
                if prepend == .always || prepend == .first && isFirst, piece.first != 0x20, !piece.starts(with: replacement) {
                    written.append(contentsOf: replacement)
                }
                for byte in piece { if byte == 0x20 { written.append(contentsOf: replacement) } else { written.append(byte) } }
            }
            if splits { SplitBehavior.mergedWithNext.cut(&pieces) { SplitPattern.literal(replacement).matches($0, $1, isInverted: false) } }
        case .byteAlphabet: pieces.rewrite { piece, _, written in written.append(contentsOf: ByteAlphabet.token(piece).utf8) }
        case .whitespaceSplit:
            SplitBehavior.removed.cut(&pieces) { SplitPattern.eachCharacter($0, $1, where: CharacterKind.isSpace) }
        case .punctuation(let behavior):
            behavior.cut(&pieces) { bytes, range in
                SplitPattern.eachCharacter(bytes, range, withCode: true) { kind, code in
                    kind >= 11 && kind <= 17 || code < 128 && kind >= 18 && kind <= 21
                }
            }
        }
    }

    /// The steps that a tokenizer file's `pre_tokenizer` asks for, and whether the model is given bytes.
    ///
    /// The byte-level alphabet is only a spelling when nothing looks at it before the model does: then bytes stay bytes.
    static func pipeline(_ node: JSONNode?) throws(TokenizationError) -> (steps: [PreTokenizer], isByteLevel: Bool) {
        var steps = try self.steps(node)
        guard case .byteAlphabet = steps.last else { return (steps, false) }
        steps.removeLast()
        return (steps, true)
    }

    private static func steps(_ node: JSONNode?) throws(TokenizationError) -> [PreTokenizer] {
        guard let node else { return [] }
        guard let type = node["type"]?.string else { throw .malformed(part: "pre_tokenizer", problem: "its type is missing") }
        switch type {
        case "Sequence":
            var steps: [PreTokenizer] = []
            for child in node["pretokenizers"]?.array ?? [] { steps += try self.steps(child) }
            return steps
        case "ByteLevel":
            let prefix: [PreTokenizer] = node["add_prefix_space"]?.bool ?? true ? [.prefixSpace] : []
            return prefix + (node["use_regex"]?.bool ?? true ? [.words(.gpt2)] : []) + [.byteAlphabet]
        case "Digits": return [.digits(individually: node["individual_digits"]?.bool ?? false)]
        case "WhitespaceSplit": return [.whitespaceSplit]
        case "Whitespace":
            // The word characters of Rust's expressions, which differ a little from those of Oniguruma.
            let word =
                #"\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\x{24B6}-\x{24E9}\x{1F130}-\x{1F149}\x{1F150}-\x{1F169}\x{1F170}-\x{1F189}\x{200C}\x{200D}"#
            return [.split(try SplitPattern(regex: "[\(word)]+|[^\(word)\\s]+"), .removed, isInverted: true)]
        case "Punctuation": return [.punctuation(try SplitBehavior(node["behavior"]?.string ?? "Isolated"))]
        case "Metaspace":
            let prepends = node["prepend_scheme"]?.string ?? (node["add_prefix_space"]?.bool ?? true ? "always" : "never")
            guard let prepend = Metaspace(rawValue: prepends) else {
                throw .unsupported(part: "prepend_scheme", found: prepends, supported: "always, first, never")
            }
            let replacement = node["replacement"]?.bytes.map(Array.init) ?? Array("▁".utf8)
            return [.metaspace(replacement: replacement, prepend: prepend, splits: node["split"]?.bool ?? true)]
        case "Split": return [try split(node)]
        default:
            throw .unsupported(
                part: "pre_tokenizer", found: type,
                supported: "Sequence, ByteLevel, Split, Digits, Metaspace, Whitespace, WhitespaceSplit, Punctuation")
        }
    }

    private static func split(_ node: JSONNode) throws(TokenizationError) -> PreTokenizer {
        let behavior = try SplitBehavior(node["behavior"]?.string ?? "")
        let isInverted = node["invert"]?.bool ?? false
        if let regex = node["pattern"]?["Regex"]?.string {
            // These patterns match every character, so that nothing lies between two matches.
            let keepsMatches = !isInverted && behavior == .isolated || isInverted && behavior == .removed
            if keepsMatches, let known = WordSplitter(pattern: regex) { return .words(known) }
            return .split(try SplitPattern(regex: regex), behavior, isInverted: isInverted)
        }
        guard let literal = node["pattern"]?["String"]?.bytes else {
            throw .malformed(part: "pre_tokenizer", problem: "a Split has neither a Regex nor a String")
        }
        return .split(.literal(Array(literal)), behavior, isInverted: isInverted)
    }
}
