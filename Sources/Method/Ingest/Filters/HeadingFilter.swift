import Records

/// Drops passages under a heading that is empty, in capitals only, or leads somewhere else (Li et al. 2023, appendix E).
///
/// The paper names advertisement, forum, quick link and free newsletter; the lists of `LanguageWords` go on from there.
struct HeadingFilter: Sendable {
    private let navigation: Set<String>

    init(_ languages: [LanguageWords] = LanguageWords.all) { navigation = Set(languages.flatMap(\.navigationHeadings)) }

    func rejection(of heading: String) -> Rejection? {
        let text = heading.lowercased().filter { $0.isLetter || $0.isNumber || $0 == " " }
        let words = text.split(separator: " ").joined(separator: " ")
        if words.isEmpty { return Rejection("empty_heading", value: .string(heading)) }
        if isCapitals(heading) { return Rejection("capital_heading", value: .string(heading)) }
        if navigation.contains(words) { return Rejection("navigation_heading", value: .string(heading)) }
        return nil
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
