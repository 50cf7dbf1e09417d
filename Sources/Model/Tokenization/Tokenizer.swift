import Containers
import Foundation
import Ground

/// Text to tokens and back, as a model's own tokenizer.json says.
///
/// A tokenizer is a value that many threads may use at once; each call to `encode` uses one thread.
public struct Tokenizer: Sendable {
    /// The chat template that belongs to the tokenizer, if it has one.
    public var chatTemplate: ChatTemplate?
    /// The token that begins a text, if the vocabulary has one.
    public var beginToken: Int32?
    /// The tokens that end an answer: the end-of-sequence token first, then end-of-turn tokens.
    public var endTokens: [Int32]
    /// The token that fills rows of unequal length, if the vocabulary has one.
    public var padToken: Int32?

    let file: TokenizerFile
    let settings: TokenizerSettings

    /// Reads a model folder: tokenizer.json, and what tokenizer_config.json, special_tokens_map.json and chat_template.jinja add to it;
    /// without a tokenizer.json its tokenizer.model, its rank file, or its vocab.json with merges.txt. Or the tokenizer of a .gguf file, or
    /// of the one in a folder without another tokenizer, where a chat template that stands beside it wins over its own.
    /// - Throws: `TokenizationError` that names the file and what is wrong with it; `ContainerError` for a .gguf file.
    public init(directory: URL) throws {
        if let file = try Self.ggufFile(at: directory) {
            self = try Tokenizer(gguf: GGUFVocabulary(GGUFFile(url: file, metadataAlone: true)))
            if let template = try TokenizerSettings(directory: directory).chatTemplate { chatTemplate = ChatTemplate(jinja: template) }
            return
        }
        let place = directory.appending(path: "tokenizer.json")
        let settings = try TokenizerSettings(directory: directory)
        guard FileManager.default.fileExists(atPath: place.path) else {
            self = try Self.older(in: directory, settings)
            return
        }
        try self.init(json: TokenizerSettings.read(place), settings: settings)
    }

    /// Reads the bytes of a tokenizer.json; begin, end and pad tokens are those with well-known names.
    public init(json: [UInt8]) throws {
        try self.init(json: json, settings: TokenizerSettings())
    }

    init(json: [UInt8], settings: TokenizerSettings) throws {
        self.init(try TokenizerFile(json: json, adding: settings.addedTokens(), specials: settings.specialTokens), settings: settings)
    }

    init(_ file: TokenizerFile, settings: TokenizerSettings) {
        self.file = file
        self.settings = settings
        let specials = file.added.filter(\.isSpecial)
        func known(_ name: String?, or names: [String]) -> [Int32] {
            if let name, let id = file.id(of: name) { return [id] }
            return names.compactMap { name in specials.first { $0.content.utf8.elementsEqual(name.utf8) }?.id }
        }
        beginToken = known(settings.beginToken, or: settings.isPresent ? [] : ["<|begin_of_text|>", "<s>", "<bos>"]).first
        let ends = ["<|endoftext|>", "<|end_of_text|>", "</s>", "<eos>", "<|eot_id|>", "<|im_end|>", "<end_of_turn>", "<|end|>"]
        let first = Array(known(settings.endToken, or: ends).prefix(1))
        endTokens = first + known(nil, or: Array(ends.dropFirst(4))).filter { !first.contains($0) }
        padToken = known(settings.padToken, or: ["<|pad|>", "<pad>", "[PAD]", "<|finetune_right_pad_id|>"]).first
        chatTemplate = settings.chatTemplate.map(ChatTemplate.init(jinja:))
    }

    /// The number of tokens, added tokens included: one more than the highest id.
    public var vocabularySize: Int { file.size }

    /// A short text that two tokenizers share only if they give the same tokens and the same chat template.
    public var fingerprint: String {
        var hash = ContentFingerprint()
        hash.combine(file.json)
        for token in file.further { hash.combine(token.identity) }
        hash.combine(chatTemplate?.source ?? "")
        return hash.hexadecimal
    }

    /// The tokens of `text`; what looks like a special token is text, and nothing is put before or after.
    public func encode(_ text: String) -> [Int32] { encode(text, parsingSpecialTokens: false, addingSpecialTokens: false) }

    /// The tokens of `text`.
    /// - Parameters:
    ///   - parsingSpecialTokens: whether special tokens written in the text become tokens. Only for text that no user wrote.
    ///   - addingSpecialTokens: whether the tokens that the file puts around a text, such as the begin token, are added.
    public func encode(_ text: String, parsingSpecialTokens: Bool, addingSpecialTokens: Bool) -> [Int32] {
        var tokens: [Int32] = addingSpecialTokens ? file.postProcessor.prefix : []
        file.pipeline.encode(Array(text.utf8), parsingSpecialTokens: parsingSpecialTokens, into: &tokens)
        if addingSpecialTokens { tokens += file.postProcessor.suffix }
        return tokens
    }

    /// The text of `tokens`; bytes that are not UTF-8 become replacement characters, ids outside the vocabulary nothing.
    public func decode(_ tokens: [Int32], skippingSpecialTokens: Bool = true) -> String {
        String(decoding: file.decode(tokens, skippingSpecialTokens: skippingSpecialTokens), as: UTF8.self)
    }

    /// The bytes that one token stands for in the middle of a text; empty outside the vocabulary.
    public func bytes(of token: Int32) -> [UInt8] { file.bytes(of: token) }

    /// The token that the vocabulary writes as `content`, as in `<|endoftext|>`.
    public func id(of content: String) -> Int32? { file.id(of: content) }

    /// Whether a token is a special one, never a part of text.
    public func isSpecial(_ token: Int32) -> Bool { file.isSpecial(token) }

    /// The names of the special tokens as templates know them.
    var templateNames: [String: String] {
        var names = settings.specialNames
        for (name, token) in [("bos_token", beginToken), ("eos_token", endTokens.first), ("pad_token", padToken)] {
            if let token { names[name] = file.content(token) }
        }
        return names
    }

    /// Writes tokenizer.json, tokenizer_config.json with the chat template, and special_tokens_map.json, each in one step.
    public func write(to directory: URL) throws {
        let named = settings.merged(
            begin: beginToken.map(file.content), end: endTokens.first.map(file.content), pad: padToken.map(file.content),
            chatTemplate: chatTemplate?.source)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try Data(file.json).write(to: directory.appending(path: "tokenizer.json"), options: .atomic)
        try Data(named.configurationJSON).write(to: directory.appending(path: "tokenizer_config.json"), options: .atomic)
        try Data(named.specialTokensJSON).write(to: directory.appending(path: "special_tokens_map.json"), options: .atomic)
    }
}
