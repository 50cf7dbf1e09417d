import Ground

/// Raises questions to headings: those that stand above their answers as paragraphs, list items or first lines.
///
/// A question that the page's markup marks as one is raised where something other than a question follows; any other only among two or more
/// under a heading that promises questions. Elsewhere a question is a figure of speech, or an interviewer's, who asks what that means.
enum QuestionHeadings {
    private static let leastTogether = 2
    /// In bytes: what is longer says more than it asks.
    private static let longest = 300

    static func raised(in blocks: [PageText.Block]) -> [PageText.Block] {
        guard blocks.contains(where: mayAsk) else { return blocks }
        var output: [PageText.Block] = []
        output.reserveCapacity(blocks.count)
        var start = 0
        var level = 1
        // The level of the heading that promises questions.
        var promise: Int?
        while start < blocks.count {
            if case .heading(let own) = blocks[start].kind {
                level = own
                if let outer = promise, own <= outer { promise = nil }
                let isPromise = HeadingFilter.shared.isOfQuestions(blocks[start].text)
                if isPromise { promise = own }
                var heading = blocks[start]
                if promise != nil, !isPromise, isQuestion(heading.text) { heading.marks.insert(.question) }
                output.append(heading)
                start += 1
                continue
            }
            var end = start
            while end < blocks.count, !blocks[end].isHeading { end += 1 }
            raise(blocks[start..<end], below: level, isPromised: promise != nil, into: &output)
            start = end
        }
        return output
    }

    /// The blocks under one heading.
    private static func raise(
        _ blocks: ArraySlice<PageText.Block>, below level: Int, isPromised: Bool, into output: inout [PageText.Block]
    ) {
        let questions = blocks.indices.map { question(at: $0, in: blocks) }
        let isList = isPromised && questions.count { $0 != nil } >= leastTogether
        for (block, question) in zip(blocks, questions) {
            guard let question, isList || block.marks.contains(.question) else {
                output.append(block)
                continue
            }
            // The number that some lists put before each question.
            while let last = output.last, last.isPlain, last.text.utf8.count <= 6, !last.text.contains(where: \.isLetter) {
                output.removeLast()
            }
            output.append(.init(.heading(level: min(6, level + 1)), question.text, marks: block.marks.union(.question)))
            if !question.rest.isEmpty { output.append(.init(.paragraph, question.rest)) }
        }
    }

    private struct Question {
        var text: String
        /// What stands behind it in the same block.
        var rest = ""
    }

    /// The question that a block is or begins with, where an answer follows.
    private static func question(at index: Int, in blocks: ArraySlice<PageText.Block>) -> Question? {
        let block = blocks[index]
        guard block.isPlain, mayAsk(block) else { return nil }
        if let lineEnd = block.text.firstIndex(of: "\n") {
            let first = String(block.text[..<lineEnd])
            let rest = PageMetadata.trimmed(String(block.text[lineEnd...]))
            return isQuestion(first) && !rest.isEmpty && !isQuestion(rest) ? Question(text: first, rest: rest) : nil
        }
        let isMarked = block.marks.contains(.question)
        guard isMarked ? block.text.utf8.count <= longest : isQuestion(block.text), index + 1 < blocks.endIndex else { return nil }
        let next = blocks[index + 1]
        return isQuestion(next.text) || next.marks.contains(.question) ? nil : Question(text: block.text)
    }

    private static func mayAsk(_ block: PageText.Block) -> Bool {
        if block.marks.contains(.question) { return true }
        // "?", and the first bytes of "？" and "؟".
        let bytes = block.text.utf8Span.span
        return bytes.indices.contains { bytes[$0] == UInt8(ascii: "?") || bytes[$0] == 0xEF || bytes[$0] == 0xD8 }
    }

    /// Whether a text is one question and nothing else: two words or more, a question mark at its end and no sentence before.
    static func isQuestion(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count <= longest, endsAsQuestion(bytes[...]), !bytes.contains(10) else { return false }
        let hasWords = bytes.dropLast().contains(32) || bytes.count { $0 >= 0x80 } >= 12
        return hasWords && Sentences.ranges(of: bytes).count == 1
    }

    /// Whether a question says what it is about: five words, or as much in a script without spaces.
    static func isFullQuestion(_ text: String) -> Bool {
        guard isQuestion(text) else { return false }
        return text.split(separator: " ").count >= 5 || text.utf8.count { $0 >= 0x80 } >= 24
    }

    /// Whether a question mark stands at the end, quotes and brackets behind it left out.
    static func endsAsQuestion(_ text: ArraySlice<UInt8>) -> Bool {
        var end = text.endIndex
        func ends(_ bytes: [UInt8]) -> Bool { end - text.startIndex >= bytes.count && text[end - bytes.count..<end].elementsEqual(bytes) }
        while end > text.startIndex {
            switch text[end - 1] {
            case UInt8(ascii: "?"): return true
            case 32, 34, 39, 41, 42: end -= 1
            // ”, ’ and ».
            case 0x9D where ends([0xE2, 0x80, 0x9D]), 0x99 where ends([0xE2, 0x80, 0x99]): end -= 3
            case 0xBB where ends([0xC2, 0xBB]): end -= 2
            // ？ and ؟.
            case 0x9F: return ends([0xEF, 0xBC, 0x9F]) || ends([0xD8, 0x9F])
            default: return false
            }
        }
        return false
    }
}

extension PageText.Block {
    fileprivate var isHeading: Bool { if case .heading = kind { true } else { false } }

    /// A paragraph or an item that is nobody else's words.
    fileprivate var isPlain: Bool {
        switch kind {
        case .paragraph, .item: !isQuoted
        default: false
        }
    }
}
