extension Tokenizer {
    /// What kind of tokenizer it is, in words: for a person who wants to know.
    public var family: String {
        let model = file.pipeline.model
        guard model.isByteLevel else {
            return model.usesByteFallback ? "pieces with byte fallback (SentencePiece)" : "pieces"
        }
        let patterns = file.pipeline.preTokenizers.compactMap { step -> String? in
            guard case .words(let splitter) = step else { return nil }
            return switch splitter {
            case .gpt2: "GPT-2"
            case .llama3(1): "Qwen 2"
            case .llama3: "Llama 3"
            }
        }
        return "byte-level BPE" + (patterns.first.map { ", words split as \($0) splits them" } ?? ", a split pattern of its own")
    }
}
