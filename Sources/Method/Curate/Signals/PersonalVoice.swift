import Ground

/// What share of a text's words speak of the one who wrote it, as an anecdote or a forum does: "I", "my", "we", "our".
enum PersonalVoice {
    static func value(_ output: String) -> Double {
        let words = LexicalIndex.words(output)
        return words.isEmpty ? 0 : Double(words.count { own.contains(String($0)) }) / Double(words.count)
    }

    private static let own: Set<String> = [
        "i", "me", "my", "mine", "myself", "we", "us", "our", "ours", "ourselves", "ich", "mich", "mir", "mein", "meine", "meinem",
        "meinen",
        "meiner", "wir", "uns", "unser", "unsere", "unserem", "unseren", "unserer",
    ]
}
