import Ground
import Records

/// Drops text that is too short, too long or not made of words (Rae et al. 2021, appendix A1, arXiv 2112.11446), with the thresholds and
/// reasons of the published pipelines.
public struct GopherQualityFilter: Sendable, Equatable {
    /// Words that are not punctuation alone.
    public var words = 50...100_000
    /// The mean length of those words in characters.
    public var meanWordLength = 3.0...10.0
    /// `#` a word, and ellipses a word.
    public var symbolsPerWord = 0.1
    public var bulletLines = 0.9
    public var ellipsisLines = 0.3
    /// The least share of words with a letter.
    public var wordsWithLetters = 0.8
    /// How many different ones of the, be, to, of, and, that, have, with must occur; other languages use their own eight commonest words.
    public var stopWords = 2

    public init() {}

    /// Everything of it that decides what it drops, by name.
    var settings: JSONObject {
        [
            "words": [.integer(words.lowerBound), .integer(words.upperBound)],
            "mean_word_length": [.double(meanWordLength.lowerBound), .double(meanWordLength.upperBound)],
            "symbols_per_word": .double(symbolsPerWord), "bullet_lines": .double(bulletLines), "ellipsis_lines": .double(ellipsisLines),
            "words_with_letters": .double(wordsWithLetters), "stop_words": .integer(stopWords),
        ]
    }

    private static let english: Set<String> = ["the", "be", "to", "of", "and", "that", "have", "with"]

    func rejection(of text: FilterText, language: String?) -> Rejection? { rules(text, language).rejection() }

    /// The rules in the order in which the published pipelines ask.
    func rules(_ text: FilterText, _ language: String?) -> [FilterRule] {
        var (count, characters, withLetters) = (0, 0, 0)
        for word in text.words {
            let kind = WordKind(text.bytes, word)
            if kind.hasLetter { withLetters += 1 }
            guard !kind.isPunctuation else { continue }
            count += 1
            characters += text.length(word)
        }
        let (mean, total, letters) = (Double(characters) / Double(max(1, count)), Double(max(1, text.words.count)), Double(withLetters))
        var lines = text.lines
        if lines.count > 1, lines.last?.isEmpty == true { lines.removeLast() }
        let trimmed = lines.map(text.trimmed)
        func share(_ isMeant: (Range<Int>) -> Bool) -> Double { Double(trimmed.count { isMeant($0) }) / Double(trimmed.count) }
        return [
            FilterRule("gopher_short_doc", .least(Double(words.lowerBound)), count: { count }),
            FilterRule("gopher_long_doc", .most(Double(words.upperBound)), count: { count }),
            FilterRule("gopher_below_avg_threshold", .least(meanWordLength.lowerBound)) { mean },
            FilterRule("gopher_above_avg_threshold", .most(meanWordLength.upperBound)) { mean },
            FilterRule("gopher_too_many_hashes", .most(symbolsPerWord)) { Double(text.occurrences(of: "#")) / total },
            FilterRule("gopher_too_many_ellipsis", .most(symbolsPerWord)) {
                Double(text.occurrences(of: "...") + text.occurrences(of: "…")) / total
            },
            FilterRule("gopher_too_many_bullets", .most(bulletLines)) {
                share { text.hasPrefix($0, "•") || text.hasPrefix($0, "-") }
            },
            FilterRule("gopher_too_many_end_ellipsis", .most(ellipsisLines)) {
                share { text.hasSuffix($0, "...") || text.hasSuffix($0, "…") }
            },
            FilterRule("gopher_below_alpha_threshold", .least(wordsWithLetters)) { letters / total },
            FilterRule("gopher_enough_stop_words", .least(Double(stopWords)), count: { stopWordsFound(text, language) }),
        ]
    }

    private func stopWordsFound(_ text: FilterText, _ language: String?) -> Int {
        let list = StopWords.all.first { $0.code == language && $0.code != "en" }
        let wanted = list.map { Set($0.words.prefix(8)) } ?? GopherQualityFilter.english
        var found = Set<String>()
        for word in text.words where word.count <= 5 {
            let spelling = String(decoding: text.bytes[word], as: UTF8.self)
            if wanted.contains(spelling) { found.insert(spelling) }
        }
        return found.count
    }
}

/// Whether a word is punctuation alone, and whether it has a letter.
private struct WordKind {
    var isPunctuation = true
    var hasLetter = false

    init(_ bytes: [UInt8], _ range: Range<Int>) {
        if bytes[range].allSatisfy({ $0 < 0x80 }) {
            for byte in bytes[range] {
                hasLetter = hasLetter || byte.isASCIILetter
                isPunctuation = isPunctuation && WordKind.marks.contains(Unicode.Scalar(byte))
            }
            return
        }
        for scalar in String(decoding: bytes[range], as: UTF8.self).unicodeScalars {
            hasLetter = hasLetter || scalar.properties.generalCategory.isLetter
            isPunctuation = isPunctuation && WordKind.marks.contains(scalar)
        }
    }

    /// The marks that the published filter counts as punctuation, control characters among them.
    private static let marks: Set<Unicode.Scalar> = {
        var marks = Set("!/—”:％１〈&(、━\\【#%「」，】；+^]~“《„';’{|∶´[=-`*．（–？！：$～«〉,><》)?）。…@_.\"}►»".unicodeScalars)
        for value in Array(0..<9) + [11, 12] + Array(13..<32) + Array(127..<160) {
            if let scalar = Unicode.Scalar(UInt32(value)) { marks.insert(scalar) }
        }
        return marks
    }()
}

extension Unicode.GeneralCategory {
    var isLetter: Bool {
        switch self {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: false
        }
    }
}
