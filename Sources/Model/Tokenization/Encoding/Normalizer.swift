import Ground

/// One step that rewrites a text before it is cut into pre-tokens.
enum Normalizer: Sendable {
    case form(Form)
    case prepend([UInt8])
    case replace(SplitPattern, by: [UInt8])
    case lowercase
    case strip(left: Bool, right: Bool)
    case stripAccents

    enum Form: String, Sendable { case nfc = "NFC", nfd = "NFD", nfkc = "NFKC", nfkd = "NFKD" }

    func apply(to bytes: inout [UInt8]) {
        var front = 1
        apply(to: &bytes, front: &front)
    }

    /// - Parameter front: how many bytes at the front stand where the text began before any normalizer; 1 before the first of them.
    func apply(to bytes: inout [UInt8], front: inout Int) {
        switch self {
        case .form(let form):
            switch form {
            case .nfc: bytes = NormalForm.nfc.normalize(bytes)
            case .nfd: bytes = NormalForm.nfd.normalize(bytes)
            case .nfkc: bytes = NormalForm.nfkc.normalize(bytes)
            case .nfkd: bytes = NormalForm.nfkd.normalize(bytes)
            }
        case .prepend(let prefix):
            guard !bytes.isEmpty else { return }
            bytes.insert(contentsOf: prefix, at: 0)
            front += prefix.count
        case .replace(let pattern, let replacement):
            var written: [UInt8] = []
            written.reserveCapacity(bytes.count)
            for part in pattern.matches(bytes.span, 0..<bytes.count, isInverted: false) {
                if part.isMatch, part.range.lowerBound == 0, replacement.isEmpty { front = max(0, front - part.range.count) }
                if part.isMatch { written += replacement } else { written += bytes[part.range] }
            }
            bytes = written
        case .lowercase: bytes = Array(lowercased(String(decoding: bytes, as: UTF8.self)).utf8)
        case .strip(let left, let right):
            var text = String(decoding: bytes, as: UTF8.self).unicodeScalars[...]
            if left { text = text.drop { $0.properties.isWhitespace } }
            let removed = bytes.count - String(text).utf8.count
            while right, text.last?.properties.isWhitespace == true { text.removeLast() }
            bytes = Array(String(text).utf8)
            front = max(0, front - removed)
        case .stripAccents:
            var kept = String.UnicodeScalarView()
            let classes = UnicodeClasses.classes
            for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars
            where !UnicodeClasses.Set.mark.contains(class: classes[Int(scalar.value)] & 31) { kept.append(scalar) }
            bytes = Array(String(kept).utf8)
        }
    }

    /// Each character in lower case by itself, whatever stands beside it.
    private func lowercased(_ text: String) -> String {
        var lower = ""
        for scalar in text.unicodeScalars { lower += scalar.properties.lowercaseMapping }
        return lower
    }

    /// The steps that a tokenizer file's `normalizer` asks for.
    static func steps(_ node: JSONNode?) throws(TokenizationError) -> [Normalizer] {
        guard let node else { return [] }
        guard let type = node["type"]?.string else { throw .malformed(part: "normalizer", problem: "its type is missing") }
        switch type {
        case "Sequence":
            var steps: [Normalizer] = []
            for child in node["normalizers"]?.array ?? [] { steps += try self.steps(child) }
            return steps
        case "Prepend": return [.prepend(Array(node["prepend"]?.bytes ?? []))]
        case "Replace":
            let replacement = Array(node["content"]?.bytes ?? [])
            if let literal = node["pattern"]?["String"]?.bytes { return [.replace(.literal(Array(literal)), by: replacement)] }
            guard let regex = node["pattern"]?["Regex"]?.string else {
                throw .malformed(part: "normalizer", problem: "a Replace has neither a Regex nor a String")
            }
            return [.replace(try SplitPattern(regex: regex), by: replacement)]
        case "Lowercase": return [.lowercase]
        case "Strip": return [.strip(left: node["strip_left"]?.bool ?? true, right: node["strip_right"]?.bool ?? true)]
        case "StripAccents": return [.stripAccents]
        default:
            guard let form = Form(rawValue: type) else {
                throw .unsupported(
                    part: "normalizer", found: type,
                    supported: "Sequence, NFC, NFD, NFKC, NFKD, Prepend, Replace, Lowercase, Strip, StripAccents")
            }
            return [.form(form)]
        }
    }
}
