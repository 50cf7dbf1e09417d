import Records

/// Drops passages under a heading that is empty, in capitals only, or leads somewhere else (Li et al. 2023, appendix E); and under one that
/// heads readers' comments, or only says who wrote what follows, that it is a reply or the end: nothing can be asked whose answer stands
/// below a name.
///
/// The paper names advertisement, forum, quick link and free newsletter; the lists of `LanguageWords` go on from there.
struct HeadingFilter: Sendable {
    static let shared = HeadingFilter()

    private let navigation: Set<String>
    private let comments: Set<String>
    private let questions: Set<String>
    /// In words.
    private let longestPromise: Int
    /// The words that those of comments and of questions begin with, hashed: nearly all headings have none.
    private let commentsStarts: Set<UInt32>
    private let questionsStarts: Set<UInt32>

    init(_ languages: [LanguageWords] = LanguageWords.all) {
        navigation = Set(languages.flatMap(\.navigationHeadings))
        comments = Set(languages.flatMap(\.commentsHeadings))
        questions = Set(languages.flatMap(\.questionsHeadings))
        commentsStarts = Set(comments.flatMap { HeadingFilter.hashes(of: $0).prefix(1) })
        questionsStarts = Set(questions.flatMap { HeadingFilter.hashes(of: $0).prefix(1) })
        longestPromise = questions.map { $0.split(separator: " ").count }.max() ?? 0
    }

    func rejection(of heading: String, marks: PageText.Block.Marks = []) -> Rejection? {
        let words = HeadingFilter.words(of: heading)
        if words.isEmpty { return Rejection("empty_heading", value: .string(heading)) }
        if isCapitals(heading) { return Rejection("capital_heading", value: .string(heading)) }
        if isOfComments(heading) { return Rejection("comments_heading", value: .string(heading)) }
        if navigation.contains(words) { return Rejection("navigation_heading", value: .string(heading)) }
        if HeadingFilter.closings.contains(words) { return Rejection("closing_heading", value: .string(heading)) }
        if isReply(heading) { return Rejection("reply_heading", value: .string(heading)) }
        if marks.contains(.author) || isAddress(heading) { return Rejection("author_heading", value: .string(heading)) }
        return nil
    }

    /// Whether a heading stands above what readers wrote: `Comments`, `12 Comments`, `Kommentare (3)`, but not `Comments on Hegel`.
    func isOfComments(_ heading: String) -> Bool {
        guard heading.utf8.count <= 60, HeadingFilter.hashes(of: heading).contains(where: commentsStarts.contains) else { return false }
        let words = HeadingFilter.words(of: heading).split(separator: " ").filter { !$0.utf8.allSatisfy(\.isASCIIDigit) }
        return comments.contains(words.joined(separator: " "))
    }

    /// Whether a heading promises questions with their answers: `FAQ`, `Frequently asked questions about beans`.
    func isOfQuestions(_ heading: String) -> Bool {
        guard heading.utf8.count <= 120, HeadingFilter.hashes(of: heading).contains(where: questionsStarts.contains) else { return false }
        guard !QuestionHeadings.endsAsQuestion(Array(heading.utf8)[...]) else { return false }
        let words = HeadingFilter.words(of: heading).split(separator: " ")
        return words.indices.contains { start in
            (1...longestPromise).contains { count in
                start + count <= words.count && questions.contains(words[start..<start + count].joined(separator: " "))
            }
        }
    }

    /// The words between spaces, each a hash of its letters and digits; capitals of Western languages are small letters here.
    private static func hashes(of heading: String) -> [UInt32] {
        var hashes: [UInt32] = []
        var (hash, isInWord, last): (UInt32, Bool, UInt8) = (2_166_136_261, false, 0)
        for byte in heading.utf8 {
            if byte == 32 {
                if isInWord { hashes.append(hash) }
                (hash, isInWord) = (2_166_136_261, false)
            } else if byte >= 0x80 || byte.isASCIILetter || byte.isASCIIDigit {
                let isCapital = last == 0xC3 && (0x80...0x9E).contains(byte) && byte != 0x97
                hash = (hash ^ UInt32(isCapital ? byte | 32 : byte.loweredASCII)) &* 16_777_619
                isInWord = true
            }
            last = byte
        }
        return isInWord ? hashes + [hash] : hashes
    }

    /// The words in small letters, marks left out.
    private static func words(of heading: String) -> String {
        if heading.utf8.allSatisfy({ $0 < 0x80 }) {
            let bytes = heading.utf8.filter { $0.isASCIILetter || $0.isASCIIDigit || $0 == 32 }.map(\.loweredASCII)
            return bytes.split(separator: 32).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
        }
        let text = heading.lowercased().filter { $0.isLetter || $0.isNumber || $0 == " " }
        return text.split(separator: " ").joined(separator: " ")
    }

    /// Whether a heading is the subject of an answer in a forum or a list of letters: `Re: Beans`, `AW: Bohnen`, `Re[2]: Beans`.
    private func isReply(_ heading: String) -> Bool {
        guard let colon = heading.utf8.prefix(8).firstIndex(of: UInt8(ascii: ":")) else { return false }
        let mark = heading[..<colon].lowercased().filter(\.isLetter)
        let rest = heading.utf8[heading.utf8.index(after: colon)...]
        return HeadingFilter.replies.contains(mark) && rest.first == 32 && heading.first?.isUppercase == true
    }

    /// Of mail programs in English, German, French, Spanish, Italian, Dutch, Polish and the languages of Scandinavia.
    private static let replies: Set<String> = ["re", "aw", "antw", "rép", "rv", "ris", "rif", "odp", "sv", "vs", "fwd", "fw", "wg", "tr"]

    /// Headings of a page's last words, which take up what was said and lead to what is sold. "Key takeaways" are facts, and pass.
    private static let closings: Set<String> = [
        "conclusion", "conclusions", "in conclusion", "the conclusion", "closing thoughts", "concluding thoughts", "final thoughts",
        "final words",
        "wrapup", "wrap up", "wrapping up", "wrapping it up", "the bottom line", "bottom line", "fazit", "unser fazit", "mein fazit",
        "schlusswort",
        "schlussgedanken", "abschließende gedanken", "conclusión", "conclusiones", "reflexiones finales", "pour conclure", "en conclusion",
        "conclusioni",
    ]

    /// Whether an email address is all there is, which forums show for a name that has an @ in it.
    private func isAddress(_ heading: String) -> Bool {
        let text = heading.trimmingBrackets
        if text == "email protected" || text == "email" { return true }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && parts[1].contains(".") && !text.contains(" ")
    }

    /// Two letters or more with cases, all of them capitals.
    private func isCapitals(_ heading: String) -> Bool {
        var capitals = 0
        for character in heading where character.isLetter {
            if character.isLowercase { return false }
            if character.isUppercase { capitals += 1 }
        }
        return capitals >= 2
    }
}

extension String {
    /// Without white space and brackets at the ends.
    fileprivate var trimmingBrackets: String {
        var view = self[...]
        while let first = view.first, first.isWhitespace || "[<(".contains(first) { view.removeFirst() }
        while let last = view.last, last.isWhitespace || "]>)".contains(last) { view.removeLast() }
        return view.lowercased()
    }
}
