/// A SentencePiece `.model`: a protocol buffer with the pieces and how they were trained.
struct SentencePieceFile {
    private(set) var vocabulary = PieceVocabulary(pieces: [])
    private var modelType: UInt64 = 1
    private var charactersMap = 0
    private var removesExtraSpace = true

    init(_ source: [UInt8]) throws(TokenizationError) {
        var ids: [UInt64: Int] = [41: 1, 42: 2, 43: -1]
        vocabulary.symbolsAreWritten = true
        var root = ProtocolBufferReader(source[...])
        while let field = try root.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let bytes)): vocabulary.pieces.append(try Self.piece(bytes, at: vocabulary.pieces.count))
            case (2, .bytes(let bytes)):
                var trainer = ProtocolBufferReader(bytes)
                while let field = try trainer.next() {
                    guard case .integer(let value) = field.value else { continue }
                    if field.number == 3 { modelType = value }
                    if ids[field.number] != nil { ids[field.number] = Int(Int32(truncatingIfNeeded: value)) }
                }
            case (3, .bytes(let bytes)):
                var normalizer = ProtocolBufferReader(bytes)
                while let field = try normalizer.next() {
                    switch (field.number, field.value) {
                    case (2, .bytes(let map)): charactersMap = map.count
                    case (3, .integer(let value)): vocabulary.addsSpace = value != 0
                    case (4, .integer(let value)): removesExtraSpace = value != 0
                    default: break
                    }
                }
            default: break
            }
        }
        guard modelType == 2 else {
            throw .unsupported(
                part: "SentencePiece model type", found: modelType == 1 ? "unigram" : "\(modelType)", supported: "BPE (type 2)")
        }
        guard charactersMap == 0, !removesExtraSpace else {
            throw .unsupported(
                part: "SentencePiece normalizer", found: "with a character map or removal of white space", supported: "identity")
        }
        func token(_ field: UInt64) -> Int? { ids[field].flatMap { vocabulary.pieces.indices.contains($0) ? $0 : nil } }
        (vocabulary.beginToken, vocabulary.endToken, vocabulary.padToken) = (token(41), token(42), token(43))
    }

    private static func piece(_ bytes: ArraySlice<UInt8>, at id: Int) throws(TokenizationError) -> PieceVocabulary.Piece {
        var reader = ProtocolBufferReader(bytes)
        var piece = PieceVocabulary.Piece(text: "", score: 0, kind: .normal)
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let text)): piece.text = String(decoding: text, as: UTF8.self)
            case (2, .fixed(let bits)): piece.score = Float(bitPattern: bits)
            case (3, .integer(let kind)):
                let kinds: [PieceVocabulary.Kind] = [.normal, .normal, .unknown, .control, .userDefined, .unused, .byte]
                guard kind < UInt64(kinds.count) else {
                    throw .malformed(part: "SentencePiece file", problem: "piece \(id) has the type \(kind)")
                }
                piece.kind = kinds[Int(kind)]
            default: break
            }
        }
        return piece
    }
}

/// The fields of a protocol buffer message, one after the other.
struct ProtocolBufferReader {
    enum Value {
        case integer(UInt64)
        case fixed(UInt32)
        case bytes(ArraySlice<UInt8>)
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func next() throws(TokenizationError) -> (number: UInt64, value: Value)? {
        guard !rest.isEmpty else { return nil }
        let key = try integer()
        switch key & 7 {
        case 0: return (key >> 3, .integer(try integer()))
        case 1:
            _ = try take(8)
            return (key >> 3, .integer(0))
        case 2: return (key >> 3, .bytes(try take(try integer())))
        case 5: return (key >> 3, .fixed(try take(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }))
        default:
            throw .malformed(
                part: "SentencePiece file", problem: "it holds a field of an unknown kind; it may not be a SentencePiece model")
        }
    }

    private mutating func integer() throws(TokenizationError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard let byte = rest.popFirst() else { break }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw .malformed(part: "SentencePiece file", problem: "it ends inside a number")
    }

    private mutating func take(_ count: UInt64) throws(TokenizationError) -> ArraySlice<UInt8> {
        guard count <= UInt64(rest.count) else { throw .malformed(part: "SentencePiece file", problem: "it ends inside a field") }
        defer { rest = rest.dropFirst(Int(count)) }
        return rest.prefix(Int(count))
    }
}
