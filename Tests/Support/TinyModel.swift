import Foundation
import Tokenization
import Transformer

/// A model folder of some ten thousand random weights and the bytes as its vocabulary, for tests in which something is really trained.
public enum TinyModel {
    /// Writes the folder; the same words give the same tokenizer, the same seed the same weights.
    @discardableResult
    public static func write(
        to folder: URL, contextLength: Int = 256, roles: [String] = [], words: String = "a question and its answer, and a question",
        seed: UInt64 = 5
    ) throws -> ModelFolder {
        var trainer = try TokenizerTrainer(vocabularySize: 280)
        trainer.add(words)
        var tokenizer = try trainer.train()
        tokenizer.chatTemplate = .plain(for: tokenizer)
        let configuration = TransformerConfiguration(
            vocabularySize: 280, hiddenSize: 16, intermediateSize: 32, layerCount: 1, headCount: 2, keyValueHeadCount: 1,
            contextLength: contextLength, tiesEmbeddings: true, initializerRange: 0.05)
        var notes = ModelNotes()
        notes.roles = roles
        let parts = folder.deletingLastPathComponent().appending(path: ".\(folder.lastPathComponent).tokenizer")
        try FileManager.default.createDirectory(at: parts, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: parts) }
        try tokenizer.write(to: parts)
        return try ModelFolder.save(
            Parameters<Float>(random: configuration, seed: seed), notes: notes, tokenizerOf: parts, to: folder)
    }
}
