import Ground

/// How often a text speaks of what stands elsewhere on its page: "see below", "figure 3", "this article", "[12]".
enum DanglingReferences {
    /// References a sentence, at most 1.
    static func value(_ output: String) -> Double {
        let sentences = max(1, Sentences.ends(in: output).count)
        let text = " " + LexicalIndex.words(output).joined(separator: " ") + " "
        let spoken = phrases.reduce(0) { $0 + occurrences(of: " \($1) ", in: text) }
        return min(1, Double(spoken + numberedReferences(output)) / Double(sentences))
    }

    /// How often the words stand in the text, both with spaces around them.
    static func occurrences(of words: String, in text: String) -> Int {
        var (count, rest) = (0, text[...])
        while let found = rest.firstRange(of: words) {
            count += 1
            // The space behind one phrase may be the one before the next.
            rest = rest[rest.index(before: found.upperBound)...]
        }
        return count
    }

    /// "[1]", "[12]".
    private static func numberedReferences(_ text: String) -> Int {
        text.split(separator: "[").dropFirst().count { part in
            guard let end = part.firstIndex(of: "]") else { return false }
            return (1...3).contains(part[..<end].count) && part[..<end].allSatisfy(\.isNumber)
        }
    }

    private static let phrases = [
        "see above", "see below", "shown above", "shown below", "mentioned above", "described above", "listed below", "picture below",
        "image below", "photo above", "chart below", "table below", "video below", "links below", "above figure", "figure 1", "figure 2",
        "figure 3", "fig 1", "fig 2", "table 1", "table 2", "this article", "this post", "this page", "this blog", "this chapter",
        "this section", "this website", "this site", "previous section", "previous chapter", "next section", "next chapter", "last post",
        "earlier post", "previous post", "part 2", "siehe oben", "siehe unten", "wie oben", "oben genannt", "oben genannten",
        "diesem artikel",
        "dieser artikel", "diesem beitrag", "dieser beitrag", "dieser seite", "diesem kapitel", "nächsten kapitel", "abbildung 1", "abb 1",
        "tabelle 1",
    ]
}
