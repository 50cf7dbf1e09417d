import Ground

/// The tokens that a tokenizer file puts before and after one text.
struct PostProcessor: Sendable, Equatable {
    var prefix: [Int32] = []
    var suffix: [Int32] = []

    init() {}

    init(_ node: JSONNode?) throws(TokenizationError) {
        guard let node else { return }
        switch node["type"]?.string {
        case "ByteLevel": break
        case "Sequence":
            for child in node["processors"]?.array ?? [] {
                let inner = try PostProcessor(child)
                prefix = inner.prefix + prefix
                suffix += inner.suffix
            }
        case "BertProcessing", "RobertaProcessing":
            guard let first = node["cls"]?.array?.last?.integer, let last = node["sep"]?.array?.last?.integer else {
                throw .malformed(part: "post_processor", problem: "cls or sep is missing")
            }
            prefix = [Int32(clamping: first)]
            suffix = [Int32(clamping: last)]
        case "TemplateProcessing": try template(node)
        case let type:
            throw .unsupported(
                part: "post_processor", found: type ?? "without a type",
                supported: "Sequence, ByteLevel, TemplateProcessing, BertProcessing, RobertaProcessing")
        }
    }

    private mutating func template(_ node: JSONNode) throws(TokenizationError) {
        var isAfter = false
        for item in node["single"]?.array ?? [] {
            if item["Sequence"] != nil {
                isAfter = true
            } else if let name = item["SpecialToken"]?["id"]?.string {
                guard let ids = node["special_tokens"]?[name]?["ids"]?.array else {
                    throw .malformed(part: "post_processor", problem: "the special token \(name) has no ids")
                }
                let tokens = ids.compactMap { $0.integer.map { Int32(clamping: $0) } }
                if isAfter { suffix += tokens } else { prefix += tokens }
            } else {
                throw .malformed(part: "post_processor", problem: "a template's item is neither a Sequence nor a SpecialToken")
            }
        }
    }
}
