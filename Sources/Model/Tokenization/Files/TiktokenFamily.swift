/// The tokenizers that are published as rank files, which hold the tokens but neither the split pattern nor the special tokens.
public enum TiktokenFamily: String, Sendable, CaseIterable {
    case gpt2, cl100k, o200k, llama3, qwen

    var pattern: String {
        switch self {
        case .gpt2: WordSplitter.gpt2.pattern
        case .llama3: WordSplitter.llama3(digits: 3).pattern
        case .qwen: WordSplitter.llama3(digits: 1).pattern
        // Possessive repetitions, and white space at the end of the text alone.
        case .cl100k:
            #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++\z|\s*[\r\n]|\s+(?!\S)|\s"#
        case .o200k:
            #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"#
                + #"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"#
                + #"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
        }
    }

    /// The special tokens behind the ranks, in the order of their ids; nil leaves an id free.
    var specialTokens: [String?] {
        switch self {
        case .gpt2: ["<|endoftext|>"]
        case .cl100k:
            ["<|endoftext|>", "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>"] + Array(repeating: nil, count: 15) + ["<|endofprompt|>"]
        case .o200k: [nil, "<|endoftext|>"] + Array(repeating: nil, count: 18) + ["<|endofprompt|>"]
        case .qwen: ["<|endoftext|>", "<|im_start|>", "<|im_end|>"] + (0..<205).map { "<|extra_\($0)|>" }
        case .llama3:
            [
                "<|begin_of_text|>", "<|end_of_text|>", "<|reserved_special_token_0|>", "<|reserved_special_token_1|>",
                "<|finetune_right_pad_id|>", "<|reserved_special_token_2|>", "<|start_header_id|>", "<|end_header_id|>", "<|eom_id|>",
                "<|eot_id|>", "<|python_tag|>",
            ] + (3..<248).map { "<|reserved_special_token_\($0)|>" }
        }
    }

    /// The family that has so many ranks, if one has.
    init?(ranks: Int) {
        switch ranks {
        case 50256: self = .gpt2
        case 100256: self = .cl100k
        case 199998: self = .o200k
        case 128000: self = .llama3
        case 151643: self = .qwen
        default: return nil
        }
    }

    var begin: String? { self == .llama3 ? "<|begin_of_text|>" : nil }
    var end: String { self == .llama3 ? "<|end_of_text|>" : "<|endoftext|>" }
}
