import Ground

/// How a model that follows instructions is asked to turn a passage into a direct answer, in the passage's language.
///
/// Nguyen et al. 2024 (Better Alignment with Instruction Back-and-Forth Translation, arXiv 2408.04614) let a large model improve the answer
/// after curation; here it is held to the passage's own words, as in REInstruct (Chen et al. 2024), so that nothing is learned from the
/// model's knowledge. The wording is our own.
public struct RewritePrompt: Sendable, Equatable {
    /// What stands in a record beside the model; it changes when the wording does.
    public static let version = "rewrite-1"

    private let words: Words

    /// - Parameter language: ISO 639-1; German has words of its own, all others the English ones.
    public init(language: String?) { words = language?.lowercased().hasPrefix("de") == true ? .german : .english }

    /// The turns before the answer.
    public func turns(instruction: String, passage: String) -> [ChatMessage] {
        [ChatMessage(.user, "\(words.instruction)\n\(instruction)\n\n\(words.passage)\n\(passage)\n\n\(words.task)")]
    }

    /// The lines of the prompt that stand in no answer.
    public static let marks: Set = [Words.english.instruction, Words.english.passage, Words.german.instruction, Words.german.passage]

    private struct Words: Equatable {
        var instruction: String
        var passage: String
        var task: String

        static let english = Words(
            instruction: "REQUEST:", passage: "TEXT:",
            task: """
                Turn the text into a direct answer to the request. Use the text's own sentences and words wherever they answer it, and keep \
                every fact and number as it is. Leave out what is no part of the answer: greetings, advertising, links, remarks about the \
                page, its author or its readers. Add nothing that the text does not say. Write the answer and nothing else.
                """)
        static let german = Words(
            instruction: "ANFRAGE:", passage: "TEXT:",
            task: """
                Mache aus dem Text eine direkte Antwort auf die Anfrage, auf Deutsch. Verwende die Sätze und Wörter des Textes, wo sie die \
                Anfrage beantworten, und lass alle Tatsachen und Zahlen, wie sie sind. Lass weg, was nicht zur Antwort gehört: Begrüßungen, \
                Werbung, Links, Bemerkungen über die Seite, ihren Autor oder ihre Leser. Füge nichts hinzu, was der Text nicht sagt. Schreibe \
                die Antwort und sonst nichts.
                """)
    }
}
