/// A vocabulary of scored pieces, as SentencePiece and llama2.c keep it, written as a tokenizer.json that gives the same tokens.
///
/// Spaces are `▁` in the pieces. Two neighbours merge when together they are a piece, the best score first; a tokenizer.json says the same
/// by listing every way in which a piece can be made of two others, in the order of the scores.
struct PieceVocabulary {
    enum Kind { case normal, unknown, control, userDefined, unused, byte }

    struct Piece {
        var text: String
        var score: Float
        var kind: Kind
    }

    var pieces: [Piece]
    /// Whether a text begins with a space that is not written.
    var addsSpace = true
    /// Whether user-defined symbols stand in the text behind the step that writes its spaces as `▁`, as SentencePiece's do; llama.cpp's
    /// stand in the text as it came.
    var symbolsAreWritten = false
    var beginToken: Int?
    var endToken: Int?
    var padToken: Int?

    func tokenizer(adding added: [AddedToken] = []) throws -> Tokenizer {
        var settings = TokenizerSettings()
        settings.isPresent = true
        settings.beginToken = beginToken.map { pieces[$0].text }
        settings.endToken = endToken.map { pieces[$0].text }
        settings.padToken = padToken.map { pieces[$0].text }
        return Tokenizer(try TokenizerFile(writer(adding: added), specials: settings.specialTokens), settings: settings)
    }

    private func writer(adding added: [AddedToken]) throws(TokenizationError) -> TokenizerWriter {
        var writer = TokenizerWriter()
        var ids = ByteTable(capacity: pieces.count)
        for (id, piece) in pieces.enumerated() {
            guard ids.find(piece.text.utf8) < 0 || piece.text.isEmpty else {
                throw .malformed(
                    part: "vocabulary", problem: "the piece \(piece.text.debugDescription) stands in it twice, the second time as \(id)")
            }
            ids.append(piece.text.utf8)
        }
        for (id, piece) in pieces.enumerated() {
            switch piece.kind {
            case .control, .unknown: writer.added.append(AddedToken(id: Int32(id), content: piece.text))
            case .userDefined:
                // What a written text never holds is never found.
                if isMerged(piece) || symbolsAreWritten && piece.text.unicodeScalars.contains(" ") { continue }
                var token = AddedToken(id: Int32(id), content: piece.text, isSpecial: false)
                token.isNormalized = symbolsAreWritten && piece.text.unicodeScalars.contains("▁")
                writer.added.append(token)
            case .normal, .unused, .byte: break
            }
        }
        let space = #"{"type": "Replace", "pattern": {"String": " "}, "content": "▁"}"#
        // As the reference converts it: behind a symbol that is found in the text, the rest is given its space too.
        writer.normalizer = addsSpace ? #"{"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"}, \#(space)]}"# : space
        let strip = #", {"type": "Strip", "content": " ", "start": 1, "stop": 0}"#
        writer.decoder =
            #"{"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, "#
            + #"{"type": "ByteFallback"}, {"type": "Fuse"}\#(addsSpace ? strip : "")]}"#
        if let beginToken { writer.begins(with: pieces[beginToken].text, id: beginToken) }
        writer.unknownToken = pieces.first { $0.kind == .unknown }?.text
        writer.usesByteFallback = pieces.contains { $0.kind == .byte }
        writer.fusesUnknown = true
        writer.vocabulary = pieces.map(\.text)
        writer.merges = merges(ids)
        writer.add(added)
        return writer
    }

    /// Whether a symbol is made by merging: one that holds `▁`, where the step that writes it also puts one before every text, and would
    /// do so to a symbol that is looked for behind it.
    private func isMerged(_ piece: Piece) -> Bool {
        piece.kind == .userDefined && symbolsAreWritten && addsSpace && piece.text.unicodeScalars.contains("▁")
    }

    /// Every pair of pieces that is a piece itself, the best score first; among equals longer left sides first, then lower ids. Symbols
    /// come before all, the longest first: so the longest is found that begins at a place.
    private func merges(_ ids: ByteTable) -> [(Int, Int)] {
        var merges: [(left: Int, right: Int, symbol: Int, score: Float, length: Int)] = []
        for (id, piece) in pieces.enumerated() where piece.kind == .normal || isMerged(piece) {
            let bytes = Array(ids.bytes(id))
            let symbol = isMerged(piece) ? bytes.count : 0
            // Nothing but a longer symbol is made of a symbol.
            func isPart(_ id: Int) -> Bool { id >= 0 && (pieces[id].kind == .normal || symbol > 0 && isMerged(pieces[id])) }
            var length = 0
            for cut in 1..<max(bytes.count, 1) where bytes[cut] & 0xC0 != 0x80 {
                length += 1
                let (left, right) = (ids.find(bytes.span, 0..<cut), ids.find(bytes.span, cut..<bytes.count))
                if isPart(left), isPart(right) { merges.append((left, right, symbol, piece.score, length)) }
            }
        }
        merges.sort { one, other in
            if one.symbol != other.symbol { return one.symbol > other.symbol }
            if one.score != other.score { return one.score > other.score }
            if one.length != other.length { return one.length > other.length }
            return (one.left, one.right) < (other.left, other.right)
        }
        return merges.map { ($0.left, $0.right) }
    }
}
