import Ground

/// How an answer speaks, by rules that need no model: what Gudibande et al. 2023 (arXiv 2305.15717, section 4) found that imitation moves.
///
/// The paper asks ChatGPT whether the tone is an authority's; here it is one where nothing hedges, chats or breaks off.
public struct AnswerManner: Sendable, Equatable {
    /// Two items of a list or more.
    public let usesList: Bool
    /// A last paragraph, of several, that says in sum what stands before.
    public let summarizes: Bool
    public let isAuthoritative: Bool
    /// How often it has each word, in small letters.
    let words: [Substring: Int]
    let length: Int

    public init(_ text: String) {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }.filter { !$0.isEmpty }
        usesList = lines.count { AnswerStyle.isListItem($0) } >= 2
        let last = lines.last.map { $0.lowercased() } ?? ""
        summarizes = lines.count >= 2 && Self.sums.contains { last.hasPrefix($0) }
        let said = LexicalIndex.words(text)
        words = Dictionary(said.map { ($0, 1) }, uniquingKeysWith: +)
        length = text.count
        let padded = " " + said.joined(separator: " ") + " "
        isAuthoritative = said.count >= 3 && !Self.hedges.contains { padded.contains(" \($0) ") } && Self.isFinished(text)
    }

    /// Ends as a sentence, a list or code does.
    private static func isFinished(_ text: String) -> Bool {
        guard let end = text.last(where: { !$0.isWhitespace }) else { return false }
        if ".!:;)]}\"'`”’*…|>".contains(end) { return true }
        // The last item of a list needs no full stop.
        return text.split(whereSeparator: \.isNewline).last.map { AnswerStyle.isListItem($0.drop(while: \.isWhitespace)) } ?? false
    }

    private static let sums = [
        "overall", "in conclusion", "in summary", "in short", "to summarize", "to sum up", "ultimately", "all in all", "to conclude",
        "in essence", "in general,", "remember", "by following", "with these", "these are just",
    ]

    /// How people at a keyboard speak, and no handbook does.
    private static let hedges = [
        "i think", "i guess", "i believe", "i m not sure", "i am not sure", "not sure", "i don t know", "i do not know", "imo", "imho",
        "lol", "haha", "btw", "idk", "kinda", "sort of", "kind of", "i suppose", "in my opinion", "no idea", "dunno", "i would say",
        "i d say", "um", "hmm", "yeah", "i m pretty sure",
    ]
}
