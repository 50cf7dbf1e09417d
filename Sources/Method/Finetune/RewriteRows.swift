import Ground
import LanguageModels
import Records

/// Training rows of a rewriter, made from seed pairs alone: a seed's output with around it what stands around texts on pages, and the
/// output alone as what to say.
///
/// Nobody wrote noisy versions of seeds, so the noise is put there by construction: sentences of another seed's output, and lines such as
/// pages have (greetings, pleas to subscribe, dates). A model so taught leaves out what does not belong to the answer and says the rest again
/// as it stands; it does not learn to phrase things better. One row in five has no noise, so that a clean text is left as it is.
struct RewriteRows {
    let seeds: [Seed]
    let seed: UInt64

    /// A seed with the passage that it is to be found in: what stands before and behind the output.
    struct Row: Equatable {
        var pair: Seed
        var before: String
        var behind: String
        var language: String?
    }

    func rows() -> [Row] {
        seeds.map { pair in
            var random = KeyedRandom(seed: seed, key: "rewrite \(pair.id)")
            let language = pair.language ?? LanguageDetector.shared.detect(pair.output)?.code
            var row = Row(pair: pair, before: "", behind: "", language: language)
            guard random.nextUnit() >= Self.cleanShare else { return row }
            let lines = language?.lowercased().hasPrefix("de") == true ? Self.german : Self.english
            func line() -> String { lines[Int(random.next() % UInt64(lines.count))] }
            var (before, behind) = ([String](), [String]())
            if random.nextUnit() < Self.lineShare { before.append(line()) }
            if let strange = strangeSentences(beside: pair, random: &random) {
                if random.nextUnit() < 0.5 { before.append(strange) } else { behind.append(strange) }
            }
            if random.nextUnit() < Self.lineShare || before.isEmpty && behind.isEmpty { behind.append(line()) }
            row.before = before.map { $0 + "\n\n" }.joined()
            row.behind = behind.map { "\n\n" + $0 }.joined()
            return row
        }
    }

    private static let cleanShare = 0.2
    private static let lineShare = 0.6
    private static let strangeShare = 0.7

    /// One to three sentences of another seed's output, or nil.
    private func strangeSentences(beside pair: Seed, random: inout KeyedRandom) -> String? {
        guard random.nextUnit() < Self.strangeShare else { return nil }
        let other = seeds[Int(random.next() % UInt64(seeds.count))].output
        guard other != pair.output else { return nil }
        let bytes = Array(other.utf8)
        let ends = Sentences.ends(in: other)
        guard !ends.isEmpty else { return nil }
        let first = Int(random.next() % UInt64(ends.count))
        let last = min(ends.count - 1, first + Int(random.next() % 3))
        let start = first == 0 ? 0 : ends[first - 1]
        let text = String(decoding: bytes[start..<ends[last]], as: UTF8.self).trimmed
        return text.isEmpty ? nil : text
    }

    private static let english = [
        "Subscribe to our newsletter for more tips like this!", "Share this post with your friends.",
        "Posted by admin in General, 12 comments", "Read more: our ten favourite articles of the week",
        "Welcome back to the blog! Thank you for stopping by.", "Click here to see the full list.",
        "Disclosure: this post may hold affiliate links.", "Leave a comment below and tell us what you think.",
        "Last updated three days ago. Print this page.", "Hi everyone, I hope that you had a great weekend.",
    ]
    private static let german = [
        "Abonnieren Sie unseren Newsletter, um nichts zu verpassen!", "Teilen Sie diesen Beitrag mit Ihren Freunden.",
        "Veröffentlicht von der Redaktion in Allgemein, 12 Kommentare", "Lesen Sie auch: unsere zehn beliebtesten Artikel der Woche",
        "Willkommen zurück auf dem Blog! Schön, dass ihr da seid.", "Hier klicken für die ganze Liste.",
        "Hinweis: Dieser Beitrag kann Werbelinks enthalten.", "Schreibt uns unten in die Kommentare, was ihr davon haltet.",
        "Zuletzt geändert vor drei Tagen. Seite drucken.", "Hallo zusammen, ich hoffe, ihr hattet ein schönes Wochenende.",
    ]
}
