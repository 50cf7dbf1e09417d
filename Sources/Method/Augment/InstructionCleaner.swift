/// Takes an instruction out of what a model says, whoever made the model: some think aloud, announce what comes, label it, print it bold, put
/// it into quotation marks, or go on and answer it.
///
/// Words of the instruction itself are never changed. What is cut, in this order: thoughts (`<think>`), a code fence, then layer by layer an
/// announcement ("Sure! Here is the question:"), a label ("Instruction:", "**Frage:**", "1.") and marks around the whole, and last what
/// follows the instruction under another label ("Answer: ...") or behind a question and an empty line.
struct InstructionCleaner {
    /// What a model said, and what is left of it.
    struct Cleaned: Equatable {
        var instruction: String
        /// Whether something stood behind the instruction: it is whole then, though the token limit may have cut what followed.
        var hasEnded: Bool
    }

    static func cleaned(_ text: String) -> Cleaned {
        var rest = trimmed(withoutThoughts(text))
        if rest.hasPrefix("```"), let line = rest.firstIndex(of: "\n") { rest = trimmed(rest[line...].replacing("```", with: "")) }
        // Each pass takes one layer off: "Sure! **Question:** "What is a dam?"".
        for _ in 0..<mostLayers {
            let before = rest
            rest = withoutMarks(withoutLabel(withoutAnnouncement(rest)))
            if rest == before { break }
        }
        let instruction = withoutMarks(trimmed(withoutWhatFollows(rest)))
        return Cleaned(instruction: instruction, hasEnded: !instruction.isEmpty && instruction.count < rest.count - marksAround)
    }

    private static let mostLayers = 4
    /// Two stars on either side are not words behind the instruction.
    private static let marksAround = 4

    static func trimmed(_ text: some StringProtocol) -> String {
        var scalars = Substring(text).unicodeScalars
        while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
        while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
        return String(scalars)
    }

    /// Without `<think>...</think>`; thoughts that do not end leave nothing.
    private static func withoutThoughts(_ text: String) -> String {
        var rest = text
        while let start = rest.firstRange(of: "<think>") {
            let end = rest[start.upperBound...].firstRange(of: "</think>")?.upperBound ?? rest.endIndex
            rest.removeSubrange(start.lowerBound..<end)
        }
        // The template may have opened the thoughts itself.
        if let end = rest.firstRange(of: "</think>") { rest.removeSubrange(..<end.upperBound) }
        return rest
    }

    /// Without "Sure!" and the like, and without a clause up to a colon that only says that an instruction comes.
    private static func withoutAnnouncement(_ text: String) -> String {
        let small = text.lowercased()
        if let word = CleanerWords.assent.first(where: small.hasPrefix) {
            let behind = text.dropFirst(word.count).drop { $0.isWhitespace }
            if let mark = behind.first, "!,.！，。".contains(mark), behind.dropFirst().contains(where: \.isLetter) {
                return trimmed(behind.dropFirst())
            }
        }
        guard let colon = text.firstIndex(where: { ":：".contains($0) }), CleanerWords.announcing.contains(where: small.hasPrefix) else {
            return text
        }
        let (clause, rest) = (text[..<colon], trimmed(text[text.index(after: colon)...]))
        // A long clause, or one with a sentence end in it, is no announcement, nor is one of something else ("Here are two words:").
        let announces = CleanerWords.labels.contains { $0.count > 1 && clause.lowercased().contains($0) }
        guard announces, clause.count <= longestAnnouncement, !clause.contains(where: { ".?!\n".contains($0) }), !rest.isEmpty else {
            return text
        }
        return rest
    }

    private static let longestAnnouncement = 120

    /// Without one label at the beginning, and the marks of a list, a heading or bold print before and behind it.
    private static func withoutLabel(_ text: String) -> String {
        var rest = text[...]
        let bullet = rest.prefix { "#>*-".contains($0) }
        if !bullet.isEmpty, rest.dropFirst(bullet.count).first == " " { rest = rest.dropFirst(bullet.count + 1) }
        if rest.hasPrefix("1. ") || rest.hasPrefix("1) ") {
            rest = rest.dropFirst(3)
            // Of several the first.
            if let next = rest.firstRange(of: "\n2") { rest = rest[..<next.lowerBound] }
        }
        let bare = rest.drop { $0 == "*" }
        if let label = CleanerWords.labels.first(where: bare.lowercased().hasPrefix) {
            let behind = bare.dropFirst(label.count).drop { $0 == "*" || $0.isWhitespace }
            if let colon = behind.first, ":：".contains(colon) {
                // Bold print that the label closed, or that goes on to the end.
                let hasClosed = bare.dropFirst(label.count).prefix { $0 != colon }.contains("*") || behind.dropFirst().first == "*"
                rest = behind.dropFirst().drop { $0 == "*" || $0.isWhitespace }
                if !hasClosed, rest.hasSuffix("**") { rest = rest.dropLast(2) }
            }
        }
        let cleaned = trimmed(rest)
        return cleaned.isEmpty ? text : cleaned
    }

    /// Without a paragraph behind the instruction that begins with the label of something else, or that is an answer of the model's own.
    private static func withoutWhatFollows(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let end = lines.indices.dropFirst().first { index in
            let small = lines[index].drop { "*#> ".contains($0) }.lowercased()
            return CleanerWords.following.contains(where: small.hasPrefix)
        }
        let kept = end.map { lines[..<$0].joined(separator: "\n") } ?? text
        // A question and then a paragraph of something else: the model went on to answer it.
        if let gap = kept.firstRange(of: "\n\n"), let last = kept[..<gap.lowerBound].last, "?？".contains(last) {
            return String(kept[..<gap.lowerBound])
        }
        return kept
    }

    /// Without quotation marks, backticks or stars around the whole.
    private static func withoutMarks(_ text: String) -> String {
        for (open, close) in CleanerWords.marks {
            guard text.count > open.count + close.count, text.hasPrefix(open), text.hasSuffix(close) else { continue }
            let inside = text.dropFirst(open.count).dropLast(close.count)
            guard !inside.contains(open), !inside.contains(close) else { continue }
            return trimmed(inside)
        }
        return text
    }
}
