/// The tokenizer as a GGUF file holds it: the fields under `tokenizer.ggml`.
public struct GGUFVocabulary: Sendable, Equatable {
    /// What a token is, by the numbers of the format.
    public enum Kind: Int, Sendable { case normal = 1, unknown, control, userDefined, unused, byte }

    /// `tokenizer.ggml.model`: gpt2 (byte-level BPE) or llama (pieces with scores).
    public var model: String
    /// `tokenizer.ggml.pre`: the name of the split pattern.
    public var preTokenizer: String
    public var tokens: [String]
    public var kinds: [Kind]
    public var scores: [Float]
    public var merges: [String]
    public var beginToken: Int?
    public var endToken: Int?
    /// The tokens that end a turn and a message, where they are not the one that ends a text.
    public var turnEndTokens: [Int] = []
    public var padToken: Int?
    public var unknownToken: Int?
    public var addsBegin: Bool?
    public var addsSpacePrefix: Bool?
    public var chatTemplate: String?

    /// The fields as a file has them; kinds that are left out are normal.
    public init(
        model: String, preTokenizer: String = "default", tokens: [String], kinds: [Kind] = [], scores: [Float] = [], merges: [String] = [],
        beginToken: Int? = nil, endToken: Int? = nil, padToken: Int? = nil, unknownToken: Int? = nil, addsBegin: Bool? = nil,
        addsSpacePrefix: Bool? = nil, chatTemplate: String? = nil
    ) {
        self.model = model
        self.preTokenizer = preTokenizer
        self.tokens = tokens
        self.kinds = kinds.isEmpty ? Array(repeating: .normal, count: tokens.count) : kinds
        self.scores = scores
        self.merges = merges
        (self.beginToken, self.endToken, self.padToken, self.unknownToken) = (beginToken, endToken, padToken, unknownToken)
        (self.addsBegin, self.addsSpacePrefix, self.chatTemplate) = (addsBegin, addsSpacePrefix, chatTemplate)
    }

    /// What the names of split patterns stand for.
    struct Splitting {
        var patterns: [String] = []
        var splitsDigits = false
        var usesGPT2 = false
        var ignoresMerges = false
        var isComposed = false

        init?(_ name: String) {
            switch name {
            case "default", "gpt-2", "gpt2", "phi-2", "jina-es", "jina-de", "mpt", "olmo", "jais", "trillion": usesGPT2 = true
            case "starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b": (splitsDigits, usesGPT2) = (true, true)
            case "llama-bpe", "llama3", "llama-v3", "falcon3", "pixtral", "smaug-bpe", "dbrx":
                (patterns, ignoresMerges) = ([WordSplitter.llama3(digits: 3).pattern], name != "smaug-bpe" && name != "dbrx")
            case "qwen2", "stablelm2", "deepseek-r1-qwen", "megrez", "hunyuan":
                (patterns, isComposed) = ([WordSplitter.llama3(digits: 1).pattern], name == "qwen2" || name == "deepseek-r1-qwen")
            case "gpt-4o", "llama4": patterns = [TiktokenFamily.o200k.pattern]
            case "tekken":
                (patterns, ignoresMerges) = (
                    [
                        #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"#
                            + #"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"#
                            + #"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
                    ], true
                )
            case "deepseek-llm":
                patterns = [#"[\r\n]"#, #"\s?"# + Self.alphabets, #"\s?[!-/:-~！-／：-～‘-‟　-。]+"#, #"\s+$"#, "[一-龥ࠀ-一가-퟿]+"]
                splitsDigits = true
            case "deepseek-coder":
                patterns = [#"[\r\n]"#, #"\s?\p{L}+"#, #"\s?\p{P}+"#, "[一-龥ࠀ-一가-퟿]+"]
                splitsDigits = true
            case "deepseek-v3":
                patterns = [
                    #"\p{N}{1,3}"#, "[一-龥぀-ゟ゠-ヿ]+",
                    ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"##
                        + #"| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#,
                ]
            default: return nil
            }
        }

        /// The letters with case, but for Georgian ones, that DeepSeek's first models keep together.
        private static let alphabets = #"[\p{Lu}\p{Ll}\p{Lt}&&[^ა-ჺჽ-ჿ]]+"#
    }
}
