import Foundation
import Ground

/// What lies beside tokenizer.json in a model folder: the names of the special tokens and the chat template.
struct TokenizerSettings: Sendable {
    var beginToken: String?
    var endToken: String?
    var padToken: String?
    var chatTemplate: String?
    /// The special tokens that templates may name, such as unk_token, beside the three above.
    var specialNames: [String: String] = [:]
    /// The class that the folder's makers read their tokenizer with.
    private(set) var tokenizerClass: String?
    private var addedNodes: [JSONNode.Field] = []
    /// Special tokens that are listed without a role.
    private var listed: [String] = []
    /// Whether there was a tokenizer_config.json at all.
    var isPresent = false
    /// The other fields of tokenizer_config.json, name and JSON text, which are written again as they came.
    private var otherFields: [(name: String, json: [UInt8])] = []

    init() {}

    init(directory: URL) throws {
        let place = directory.appending(path: "tokenizer_config.json")
        if FileManager.default.fileExists(atPath: place.path) {
            let source = try Self.read(place)
            let root = try Self.parse(source, at: place)
            isPresent = true
            beginToken = Self.name(root["bos_token"])
            endToken = Self.name(root["eos_token"])
            padToken = Self.name(root["pad_token"])
            chatTemplate = Self.template(root["chat_template"])
            tokenizerClass = root["tokenizer_class"]?.string
            addedNodes = root["added_tokens_decoder"]?.object ?? []
            listed = Self.listed(root)
            for field in root.object ?? [] {
                let key = String(decoding: field.key, as: UTF8.self)
                if key.hasSuffix("_token"), let name = Self.name(field.value) { specialNames[key] = name }
            }
            let ours = ["bos_token", "eos_token", "pad_token", "chat_template"]
            for field in root.object ?? [] {
                let name = String(decoding: field.key, as: UTF8.self)
                if !ours.contains(name) { otherFields.append((name, JSONText(field.value).bytes)) }
            }
        }
        let map = directory.appending(path: "special_tokens_map.json")
        if FileManager.default.fileExists(atPath: map.path) {
            let root = try Self.parse(try Self.read(map), at: map)
            beginToken = beginToken ?? Self.name(root["bos_token"])
            endToken = endToken ?? Self.name(root["eos_token"])
            padToken = padToken ?? Self.name(root["pad_token"])
            listed += Self.listed(root)
            isPresent = true
        }
        let jinja = directory.appending(path: "chat_template.jinja")
        if FileManager.default.fileExists(atPath: jinja.path) { chatTemplate = String(decoding: try Self.read(jinja), as: UTF8.self) }
    }

    /// Tokens that stand beside the vocabulary, in the order of their ids, whether the tokenizer's file lists them or not.
    func addedTokens() throws(TokenizationError) -> [AddedToken] {
        var tokens: [AddedToken] = []
        for field in addedNodes {
            let id = String(decoding: field.key, as: UTF8.self)
            tokens.append(try AddedToken(field.value, id: Int(id), at: id))
        }
        return tokens.sorted { $0.id < $1.id }
    }

    /// The contents of all tokens that the folder calls special, by a role or in a list.
    var specialTokens: [String] {
        let inRoles = [beginToken, endToken, padToken].compactMap { $0 } + specialNames.sorted { $0.key < $1.key }.map(\.value)
        return inRoles + listed
    }

    /// The special tokens that a file lists: as texts, as objects, or by names of its own.
    private static func listed(_ root: JSONNode) -> [String] {
        ["additional_special_tokens", "extra_special_tokens"].flatMap { key in
            (root[key]?.array ?? root[key]?.object?.map(\.value) ?? []).compactMap(name)
        }
    }

    static func read(_ place: URL) throws(TokenizationError) -> [UInt8] {
        guard FileManager.default.fileExists(atPath: place.path) else { throw .missingFile(path: place.path) }
        do { return Array(try Data(contentsOf: place)) } catch {
            throw .unreadable(path: place.path, reason: error.localizedDescription)
        }
    }

    private static func parse(_ source: [UInt8], at place: URL) throws(TokenizationError) -> JSONNode {
        do throws(TokenizationError) { return try JSONNode.reading(source) } catch {
            throw .unreadable(path: place.path, reason: error.description)
        }
    }

    /// A token's name stands alone or as the content of an object.
    private static func name(_ node: JSONNode?) -> String? { node?.string ?? node?["content"]?.string }

    /// The template, or of several the one called default.
    private static func template(_ node: JSONNode?) -> String? {
        if let one = node?.string { return one }
        return node?.array?.first { $0["name"]?.string == "default" }?["template"]?.string
    }

    func merged(begin: String?, end: String?, pad: String?, chatTemplate: String?) -> TokenizerSettings {
        var merged = self
        (merged.beginToken, merged.endToken, merged.padToken, merged.chatTemplate) = (begin, end, pad, chatTemplate)
        return merged
    }

    private var names: [(String, String)] {
        [("bos_token", beginToken), ("eos_token", endToken), ("pad_token", padToken)].compactMap { name, value in value.map { (name, $0) } }
    }

    /// tokenizer_config.json.
    var configurationJSON: [UInt8] {
        var fields = otherFields.filter { $0.name != "tokenizer_class" }
        // The class that reads tokenizer.json as it stands, whatever the folder's model is.
        fields.append(("tokenizer_class", Array(#""PreTrainedTokenizerFast""#.utf8)))
        if let chatTemplate { fields.append(("chat_template", Array(JSONText.quoted(chatTemplate).utf8))) }
        return Self.object(fields + names.map { ($0.0, Array(JSONText.quoted($0.1).utf8)) })
    }

    /// special_tokens_map.json.
    var specialTokensJSON: [UInt8] { Self.object(names.map { ($0.0, Array(JSONText.quoted($0.1).utf8)) }) }

    private static func object(_ fields: [(name: String, json: [UInt8])]) -> [UInt8] {
        var text = JSONText()
        text.raw("{")
        for (index, field) in fields.enumerated() {
            text.raw(index == 0 ? "\n  " : ",\n  ")
            text.quote(field.name)
            text.raw(": ")
            text.raw(field.json)
        }
        text.raw("\n}\n")
        return text.bytes
    }
}
