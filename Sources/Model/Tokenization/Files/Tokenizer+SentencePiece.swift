import Foundation

extension Tokenizer {
    /// Reads a SentencePiece `.model` of the BPE kind, as Llama 2 and Mistral have it.
    /// - Throws: `TokenizationError` for a file that is not one, or of a kind that is not supported.
    public init(sentencePiece place: URL) throws {
        self = try SentencePieceFile(try TokenizerSettings.read(place)).vocabulary.tokenizer()
    }
}
