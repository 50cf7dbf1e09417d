extension Tokenizer {
    /// The tokens of a rendered conversation, and which of them the assistant says.
    ///
    /// The text is encoded as a whole, as the reference does, so that template and content meet as they would there. A token that holds
    /// bytes of both is the assistant's, as in the reference: the template's space before an answer lies in the answer's first token, and
    /// to say that token is what a model must learn, since a prompt ends before it.
    func encode(_ text: TaggedText) -> (tokens: [Int32], isAssistant: [Bool]) {
        var tokens: [Int32] = []
        var isAssistant: [Bool] = []
        // Whether the assistant has just spoken, so that the special token that follows ends its turn.
        var awaitsEnd = false
        for section in file.pipeline.sections(of: text) {
            if let token = section.token {
                tokens.append(token)
                isAssistant.append(awaitsEnd || text.tags[section.range.lowerBound].contains(.assistant))
                awaitsEnd = false
                continue
            }
            let before = tokens.count
            file.pipeline.encode(text.bytes, section, into: &tokens)
            let marks = marks(of: text, section.range, tokens[before...])
            isAssistant += marks
            if text.hasExactTags { continue }
            // White space between the content and the token that ends the turn belongs to the end.
            if let last = text.tags[section.range].lastIndex(where: { $0.contains(.assistant) }) {
                let rest = text.bytes[(last + 1)..<section.range.upperBound]
                awaitsEnd = rest.allSatisfy { $0 == 0x20 || $0 == 0x0A }
                if awaitsEnd, section.range.upperBound < text.bytes.count { markTail(&isAssistant, marks) }
            } else {
                awaitsEnd = awaitsEnd && text.bytes[section.range].allSatisfy { $0 == 0x20 || $0 == 0x0A }
            }
        }
        return (tokens, isAssistant)
    }

    /// Marks what follows the last content token of a section.
    private func markTail(_ isAssistant: inout [Bool], _ marks: [Bool]) {
        guard let last = marks.lastIndex(of: true) else { return }
        for back in 0..<marks.count - 1 - last { isAssistant[isAssistant.count - 1 - back] = true }
    }

    /// For each token of a section, whether some of it lies in what the assistant says.
    private func marks(of text: TaggedText, _ range: Range<Int>, _ tokens: ArraySlice<Int32>) -> [Bool] {
        let tags = text.tags[range]
        let isFirst = tags.first?.contains(.assistant) ?? false
        if tags.allSatisfy({ $0.contains(.assistant) == isFirst }) { return tokens.map { _ in isFirst } }
        // Where the assistant begins and ends to speak, in the text as the normalizers leave it.
        var changes: [Int] = []
        var isSpeaking = false
        for at in range where text.tags[at].contains(.assistant) != isSpeaking {
            isSpeaking.toggle()
            changes.append(at == range.lowerBound ? 0 : file.pipeline.normalizedLength(text.bytes, range.lowerBound..<at))
        }
        changes.append(.max)
        var marks: [Bool] = []
        var start = 0
        for token in tokens {
            let end = start + file.spanLength(of: token)
            let next = changes.firstIndex { $0 > start } ?? changes.count - 1
            // Already speaking at the token's start, or beginning to speak within it.
            marks.append(next % 2 == 1 || changes[next] < end)
            start = end
        }
        return marks
    }
}
