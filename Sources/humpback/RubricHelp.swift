import LanguageModels

/// What `humpback help rubrics` says: how a rubric is written, with one that comes with the program as the example.
enum RubricHelp {
    /// The format and the names, or the files of the rubrics that are named, and nothing else, to be written into a file and changed.
    static func text(of names: [String], width: Int) throws(UsageError) -> String {
        guard names.isEmpty else {
            var files: [String] = []
            for name in names {
                let found = Rubric.named(name)
                guard !found.isEmpty else {
                    throw .combination("no rubric is called \(name); there are \(Rubric.names.joined(separator: ", ")).")
                }
                files += found.map(\.fileText)
            }
            return files.joined(separator: "\n")
        }
        let parts = paragraphs.map { wrapped($0, to: width).joined(separator: "\n") }
        return parts.joined(separator: "\n\n") + "\n\n" + example
    }

    private static let paragraphs = [
        "A rubric tells a judge how to score a pair: `humpback curate --rubric NAME|FILE`. These come with the program: "
            + Rubric.names.joined(separator: ", ")
            + ". A name without a language stands for all of its languages, of which each pair's own is taken (its `lang`, else its output's). "
            + "`humpback help rubrics five-point-en > mine.txt` writes one to begin with.",
        "A file begins with its scale, two whole numbers from 0 to 100; a language (ISO 639-1) where it is for one only; and `reasons: yes` "
            + "where the judge is to give its reasons before a last line \"Score: n\". Below an empty line stands what the judge is told; request "
            + "and answer follow it by themselves. Below `examples:` may stand up to 16 pairs as JSON, one a line, with a `score` on that scale, "
            + "and `reasons` where the rubric asks for them. The lowest score counts as 1 in `curate`, the highest as 5.",
        "On a scale up to 9 the score is the expected value over the digits. A higher one, reasons, --judge-samples and servers without "
            + "probabilities are read from text: \"Score: 4\", \"**Score:** 4.5\", \"Bewertung: 4,5\", \"4/5\" and \"4 out of 5\" are scores; several "
            + "scores, ranges, words (\"four\"), numbers off the scale and answers that were cut are none, and leave the pair unrated.",
    ]

    private static let example = """
        scale: 1 to 3
        language: en
        reasons: no

        You grade recipes for a cookbook.
        1: the text is no answer to the request.
        2: it is one, but amounts or times are missing.
        3: one could cook by it.

        examples:
        {"instruction": "How do I boil an egg?", "output": "In hot water, until it is done.", "score": 2}
        {"instruction": "How do I boil an egg?", "output": "Ten minutes in boiling water, then cold water.", "score": 3}

        """
}
