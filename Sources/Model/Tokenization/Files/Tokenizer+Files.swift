import Containers
import Foundation

/// The files in which tokenizers come when there is no tokenizer.json.
extension Tokenizer {
    /// Reads a model folder, or one file: a tokenizer.json, a SentencePiece `.model`, a tiktoken rank file or a .gguf.
    /// - Throws: `TokenizationError` that names the file and what is wrong with it.
    public init(at place: URL) throws {
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: place.path, isDirectory: &isDirectory), isDirectory.boolValue {
            self = try Tokenizer(directory: place)
            return
        }
        switch place.pathExtension {
        case "json": self = try Tokenizer(json: TokenizerSettings.read(place))
        case "model", "tiktoken": self = try Self.ofPieces(place, adding: [])
        case "gguf": self = try Tokenizer(directory: place)
        default:
            guard FileManager.default.fileExists(atPath: place.path) else {
                throw TokenizationError.missingFile(path: place.appending(path: "tokenizer.json").path)
            }
            throw TokenizationError.unsupported(
                part: "file", found: place.lastPathComponent, supported: "a model folder, tokenizer.json, a .model, a .tiktoken, a .gguf")
        }
    }

    /// The GGUF file that a place names, where the place has no tokenizer of another format.
    static func ggufFile(at place: URL) throws(ContainerError) -> URL? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
        let others = ["tokenizer.json", "tokenizer.model", "vocab.json"]
        if names.contains(where: { others.contains($0) || $0.hasSuffix(".tiktoken") }) { return nil }
        return try GGUFParts.file(at: place)
    }

    /// Reads a folder without tokenizer.json: its tokenizer.model, its rank file, or its vocab.json with merges.txt.
    static func older(in directory: URL, _ settings: TokenizerSettings) throws -> Tokenizer {
        func file(_ name: String) -> URL? {
            let place = directory.appending(path: name)
            return FileManager.default.fileExists(atPath: place.path) ? place : nil
        }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        let ranks = names.filter { $0.hasSuffix(".tiktoken") }.min()
        let found: Tokenizer
        if let place = file("tokenizer.model") ?? ranks.flatMap(file) {
            found = try ofPieces(place, adding: settings.addedTokens())
        } else if let vocabulary = file("vocab.json"), let merges = file("merges.txt") {
            found = try Tokenizer(
                vocabulary: vocabulary, merges: merges, isQwen: settings.tokenizerClass?.contains("Qwen2") ?? false,
                adding: settings.addedTokens())
        } else {
            throw TokenizationError.missingFile(path: directory.appending(path: "tokenizer.json").path)
        }
        guard settings.isPresent else { return found }
        // What the file itself knows of its special tokens holds where the folder says nothing.
        let named = settings.merged(
            begin: settings.beginToken ?? found.settings.beginToken, end: settings.endToken ?? found.settings.endToken,
            pad: settings.padToken ?? found.settings.padToken, chatTemplate: settings.chatTemplate)
        return try Tokenizer(json: found.file.json, settings: named)
    }

    /// A `.model` is a protocol buffer of SentencePiece's, which begins with its first piece, or a rank file, which is text.
    private static func ofPieces(_ place: URL, adding added: [AddedToken]) throws -> Tokenizer {
        let source = try TokenizerSettings.read(place)
        if source.first == 0x0A { return try SentencePieceFile(source).vocabulary.tokenizer(adding: added) }
        return try Tokenizer(tiktoken: place, adding: added)
    }
}

extension TokenizerWriter {
    /// Adds tokens that stand outside the vocabulary, or under their own id in it.
    mutating func add(_ tokens: [AddedToken]) {
        for token in tokens where !added.contains(where: { $0.id == token.id }) {
            let id = Int(token.id)
            if id >= vocabulary.count || vocabulary[id].utf8.elementsEqual(token.content.utf8) { added.append(token) }
        }
    }
}
