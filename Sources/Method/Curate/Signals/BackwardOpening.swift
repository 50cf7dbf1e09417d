import Ground

/// Whether a text opens with words that point back to one before it: "This", "However", "As mentioned above".
///
/// An answer may open so too ("It is a ..."), which is why this is a signal and no filter.
enum BackwardOpening {
    /// 1 or 0.
    static func value(_ output: String) -> Double {
        let words = LexicalIndex.words(String(output.prefix(120))).prefix(2).map(String.init)
        guard let first = words.first else { return 0 }
        return single.contains(first) || double.contains(words.joined(separator: " ")) ? 1 : 0
    }

    private static let single: Set<String> = [
        "this", "these", "those", "that", "they", "he", "she", "it", "its", "their", "his", "her", "however", "therefore", "thus", "hence",
        "moreover", "furthermore", "additionally", "also", "and", "but", "or", "so", "then", "otherwise", "instead", "meanwhile", "another",
        "such", "similarly", "likewise", "nevertheless", "consequently", "finally", "lastly", "dies", "diese", "dieser", "dieses", "diesem",
        "jene", "jener", "er", "sie", "es", "ihr", "ihre", "jedoch", "daher", "deshalb", "deswegen", "außerdem", "auch", "und", "aber",
        "oder",
        "dann", "somit", "ferner", "zudem", "dennoch", "trotzdem", "schließlich", "ebenso",
    ]
    private static let double: Set<String> = [
        "as mentioned", "as stated", "as noted", "as above", "in addition", "in contrast", "for example", "for instance", "the above",
        "the following", "the latter", "the former", "wie oben", "wie erwähnt", "zum beispiel", "darüber hinaus", "im gegensatz",
    ]
}
