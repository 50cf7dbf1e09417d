import Foundation

extension Tokenizer {
    /// Reads the tokenizer of llama2.c: the length of the longest token, then for each token a score, a length and its bytes.
    ///
    /// The tokens 1 and 2 begin and end a text; 3 to 258 are the bytes.
    /// - Parameter vocabularySize: the number of tokens that the model has, checked when given.
    /// - Throws: `TokenizationError.malformed` for a file that is not of this form.
    public init(llama2c place: URL, vocabularySize: Int? = nil) throws {
        let bytes = try TokenizerSettings.read(place)
        var reader = LittleEndianReader(bytes)
        guard reader.unsigned() != nil else { throw Self.cutShort(at: 0) }
        var pieces: [PieceVocabulary.Piece] = []
        while !reader.isAtEnd {
            guard let score = reader.unsigned(), let length = reader.unsigned(), let text = reader.bytes(Int(length)) else {
                throw Self.cutShort(at: pieces.count)
            }
            pieces.append(
                .init(text: Self.spelling(text, at: pieces.count), score: Float(bitPattern: score), kind: Self.kind(pieces.count)))
        }
        if let vocabularySize, vocabularySize != pieces.count {
            throw TokenizationError.malformed(
                part: "llama2.c file",
                problem: "it has \(pieces.count) tokens, and the model \(vocabularySize); they do not belong together")
        }
        guard pieces.count > 259 else {
            throw TokenizationError.malformed(part: "llama2.c file", problem: "it has \(pieces.count) tokens; 259 are the least")
        }
        self = try PieceVocabulary(pieces: pieces, beginToken: 1, endToken: 2).tokenizer()
    }

    private static func cutShort(at token: Int) -> TokenizationError {
        .malformed(part: "llama2.c file", problem: "it ends inside the token \(token)")
    }

    private static func kind(_ id: Int) -> PieceVocabulary.Kind {
        switch id {
        case 0: .unknown
        case 1, 2: .control
        case 3..<259: .byte
        default: .normal
        }
    }

    private static func spelling(_ bytes: ArraySlice<UInt8>, at id: Int) -> String {
        switch id {
        case 0: "<unk>"
        case 1: "<s>"
        case 2: "</s>"
        case 3..<259: VocabularyReader.fallbackToken(UInt8(id - 3))
        default: String(decoding: bytes, as: UTF8.self).replacing(" ", with: "▁")
        }
    }
}

/// Numbers and bytes from a binary file, each only if it is there.
struct LittleEndianReader {
    private let source: [UInt8]
    private var at = 0

    init(_ source: [UInt8]) { self.source = source }

    var isAtEnd: Bool { at >= source.count }

    mutating func unsigned() -> UInt32? {
        bytes(4).map { $0.reversed().reduce(0) { $0 << 8 | UInt32($1) } }
    }

    mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= source.count - at else { return nil }
        defer { at += count }
        return source[at..<at + count]
    }
}
