/// Takes an instruction out of what a model says that was only told to write one: such models think aloud, announce what comes, label it and
/// put it into quotation marks.
///
/// Words of the instruction itself are never changed. What is cut, in this order: thoughts (`<think>`), a code fence, an announcement on a
/// line of its own or before a colon ("Sure! Here is the question:"), labels ("Instruction:", "**Question:**", "1."), what follows the
/// instruction under another label ("Answer: ..."), and quotation marks around the whole.
enum InstructionCleaner {
    static func cleaned(_ text: String) -> String {
        var rest = InstructionFilter.cleaned(withoutThoughts(text))
        if rest.hasPrefix("```"), let end = rest.firstIndex(of: "\n") {
            rest = InstructionFilter.cleaned(String(rest[end...]).replacing("```", with: ""))
        }
        // Each pass takes one layer off: "Sure! **Question:** "What is a dam?"".
        for _ in 0..<mostLayers {
            let before = rest
            rest = withoutAnnouncement(rest)
            rest = withoutLabel(rest)
            rest = withoutMarks(rest)
            if rest == before { break }
        }
        return withoutMarks(InstructionFilter.cleaned(withoutWhatFollows(rest)))
    }

    private static let mostLayers = 4

    /// Without `<think>...</think>`; thoughts that do not end leave nothing.
    static func withoutThoughts(_ text: String) -> String {
        var rest = text
        while let start = rest.firstRange(of: "<think>") {
            let end = rest[start.upperBound...].firstRange(of: "</think>")?.upperBound ?? rest.endIndex
            rest.removeSubrange(start.lowerBound..<end)
        }
        // The template may have opened the thoughts itself.
        if let end = rest.firstRange(of: "</think>") { rest.removeSubrange(..<end.upperBound) }
        return rest
    }

    /// Without a first line or clause that only says that something comes: it begins with a word of `announcing` and ends with a colon or,
    /// of one of `assent`, with a mark.
    private static func withoutAnnouncement(_ text: String) -> String {
        let small = text.lowercased()
        if let word = assent.first(where: { small.hasPrefix($0) }) {
            let behind = text.index(text.startIndex, offsetBy: word.count, limitedBy: text.endIndex) ?? text.endIndex
            if let mark = text[behind...].first, "!,.:".contains(mark) {
                return InstructionFilter.cleaned(String(text[text.index(after: behind)...]))
            }
        }
        guard let colon = text.firstIndex(of: ":"), announcing.contains(where: { small.hasPrefix($0) }) else { return text }
        let clause = text[..<colon]
        let rest = InstructionFilter.cleaned(String(text[text.index(after: colon)...]))
        // A long clause, or one with a sentence end in it, is no announcement.
        guard clause.count <= longestAnnouncement, !clause.contains(where: { ".?!\n".contains($0) }), !rest.isEmpty else { return text }
        return rest
    }

    private static let longestAnnouncement = 120
    private static let assent = ["sure thing", "sure", "certainly", "of course", "absolutely", "okay", "ok", "great", "yes", "gladly"]
    private static let announcing = [
        "here is", "here's", "here are", "the question", "the instruction", "the request", "the text answers", "this text answers",
        "this is",
        "a question", "an instruction", "a possible", "one possible", "a user", "the user", "based on", "below is", "question",
        "instruction",
        "request",
    ]

    /// Without one label at the beginning, and the marks of a list or of bold print around it.
    private static func withoutLabel(_ text: String) -> String {
        var rest = Substring(text)
        while let first = rest.first, "*#>- ".contains(first) { rest.removeFirst() }
        let digits = rest.prefix(while: \.isNumber)
        if (1...2).contains(digits.count), let mark = rest.dropFirst(digits.count).first, ".)".contains(mark),
            rest.dropFirst(digits.count + 1).first == " "
        {
            rest = rest.dropFirst(digits.count + 2)
        }
        let small = rest.lowercased()
        if let label = labels.first(where: { small.hasPrefix($0) }) {
            var behind = rest.dropFirst(label.count).drop { "* ".contains($0) }
            guard behind.first == ":" else { return InstructionFilter.cleaned(String(rest)) }
            behind.removeFirst()
            rest = behind.drop { "* ".contains($0) }
        }
        let cleaned = InstructionFilter.cleaned(String(rest))
        return cleaned.isEmpty ? text : cleaned
    }

    private static let labels = [
        "user instruction", "user request", "user question", "instruction", "request", "question", "prompt", "task", "user", "query", "q",
    ]

    /// Without a paragraph behind the instruction that begins with the label of something else, or that is an answer of the model's own.
    private static func withoutWhatFollows(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let end = lines.indices.dropFirst().first { index in
            let small = lines[index].drop { "*#> ".contains($0) }.lowercased()
            return others.contains { small.hasPrefix($0) }
        }
        let kept = end.map { lines[..<$0].joined(separator: "\n") } ?? text
        // A question and then a paragraph of something else: the model went on to answer it.
        if let gap = kept.firstRange(of: "\n\n"), kept[..<gap.lowerBound].last == "?" { return String(kept[..<gap.lowerBound]) }
        return kept
    }

    private static let others = [
        "answer:", "answer**:", "answer:**", "response:", "text:", "output:", "assistant:", "explanation:", "note:", "instruction:",
        "question:",
        "###", "---",
    ]

    /// Without quotation marks, backticks or stars around the whole.
    private static func withoutMarks(_ text: String) -> String {
        for (open, close) in [
            ("\"", "\""), ("“", "”"), ("„", "“"), ("«", "»"), ("'", "'"), ("`", "`"), ("**", "**"), ("*", "*"), ("‘", "’"),
        ] {
            guard text.count > open.count + close.count, text.hasPrefix(open), text.hasSuffix(close) else { continue }
            let inside = text.dropFirst(open.count).dropLast(close.count)
            guard !inside.contains(open), !inside.contains(close) else { continue }
            return InstructionFilter.cleaned(String(inside))
        }
        return text
    }
}
