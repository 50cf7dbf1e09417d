/// Writes a tokenizer.json of our own, in the form that Hugging Face's library reads.
struct TokenizerWriter {
    var added: [AddedToken] = []
    /// Parts of the file as JSON text.
    var normalizer = "null"
    var preTokenizer = "null"
    var postProcessor = "null"
    var decoder = "null"
    /// The tokens' spellings, in the order of their ids.
    var vocabulary: [String] = []
    /// The merges, lowest rank first, as ids.
    var merges: [(Int, Int)] = []
    var unknownToken: String?
    var usesByteFallback = false
    var fusesUnknown = false
    var ignoresMerges = false

    /// Makes the vocabulary one of bytes, and splits text by a regular expression before it is merged.
    mutating func isByteLevel(splittingBy pattern: String) {
        preTokenizer =
            #"{"type": "Sequence", "pretokenizers": [\#(Self.split(pattern)), \#(Self.byteLevel)]}"#
        decoder = #"{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}"#
    }

    static let byteLevel = #"{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}"#

    static func split(_ pattern: String) -> String {
        #"{"type": "Split", "pattern": {"Regex": \#(JSONText.quoted(pattern))}, "behavior": "Isolated", "invert": false}"#
    }

    /// Puts a token before every text.
    mutating func begins(with token: String, id: Int) {
        let name = JSONText.quoted(token)
        let first = #"{"SpecialToken": {"id": \#(name), "type_id": 0}}"#
        let (one, other) = (#"{"Sequence": {"id": "A", "type_id": 0}}"#, #"{"Sequence": {"id": "B", "type_id": 1}}"#)
        postProcessor =
            #"{"type": "TemplateProcessing", "single": [\#(first), \#(one)], "pair": [\#(first), \#(one), \#(first), \#(other)], "#
            + #""special_tokens": {\#(name): {"id": \#(name), "ids": [\#(id)], "tokens": [\#(name)]}}}"#
    }

    /// The steps around the model alone, as JSON.
    var steps: [UInt8] {
        var text = JSONText()
        text.raw("{\"normalizer\": \(normalizer), \"pre_tokenizer\": \(preTokenizer), ")
        text.raw("\"post_processor\": \(postProcessor), \"decoder\": \(decoder)}")
        return text.bytes
    }

    var json: [UInt8] {
        var text = JSONText()
        text.raw("{\n  \"version\": \"1.0\",\n  \"truncation\": null,\n  \"padding\": null,\n  \"added_tokens\": [")
        for (index, token) in added.enumerated() {
            text.raw(index == 0 ? "\n" : ",\n")
            text.raw("    {\"id\": \(token.id), \"content\": \(JSONText.quoted(token.content)), \"single_word\": \(token.isSingleWord), ")
            text.raw("\"lstrip\": \(token.stripsLeft), \"rstrip\": \(token.stripsRight), ")
            text.raw("\"normalized\": \(token.isNormalized), \"special\": \(token.isSpecial)}")
        }
        text.raw("\n  ],\n  \"normalizer\": \(normalizer),\n  \"pre_tokenizer\": \(preTokenizer),\n")
        text.raw("  \"post_processor\": \(postProcessor),\n  \"decoder\": \(decoder),\n")
        text.raw("  \"model\": {\n    \"type\": \"BPE\",\n    \"dropout\": null,\n")
        text.raw("    \"unk_token\": \(unknownToken.map(JSONText.quoted) ?? "null"),\n")
        text.raw("    \"continuing_subword_prefix\": null,\n    \"end_of_word_suffix\": null,\n    \"fuse_unk\": \(fusesUnknown),\n")
        text.raw("    \"byte_fallback\": \(usesByteFallback),\n    \"ignore_merges\": \(ignoresMerges),\n    \"vocab\": {")
        for (id, token) in vocabulary.enumerated() {
            text.raw(id == 0 ? "\n      " : ",\n      ")
            text.quote(token)
            text.raw(": \(id)")
        }
        text.raw("\n    },\n    \"merges\": [")
        for (rank, merge) in merges.enumerated() {
            text.raw(rank == 0 ? "\n      " : ",\n      ")
            text.quote(vocabulary[merge.0] + " " + vocabulary[merge.1])
        }
        text.raw("\n    ]\n  }\n}\n")
        return text.bytes
    }
}
