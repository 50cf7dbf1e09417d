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

    private static let english: Set<String> = ["the", "be", "to", "of", "and", "that", "have", "with"]

    func rejection(of text: FilterText, language: String?) -> Rejection? {
        var (count, characters, withLetters) = (0, 0, 0)
        for word in text.words {
            let kind = WordKind(text.bytes, word)
            if kind.hasLetter { withLetters += 1 }
            guard !kind.isPunctuation else { continue }
            count += 1
            characters += text.length(word)
        }
        if count < words.lowerBound { return Rejection("gopher_short_doc", count, words.lowerBound) }
        if count > words.upperBound { return Rejection("gopher_long_doc", count, words.upperBound) }
        let mean = Double(characters) / Double(count)
        if mean < meanWordLength.lowerBound { return Rejection("gopher_below_avg_threshold", mean, meanWordLength.lowerBound) }
        if mean > meanWordLength.upperBound { return Rejection("gopher_above_avg_threshold", mean, meanWordLength.upperBound) }
        let total = Double(text.words.count)
        let hashes = Double(text.occurrences(of: "#")) / total
        if hashes > symbolsPerWord { return Rejection("gopher_too_many_hashes", hashes, symbolsPerWord) }
        let ellipses = Double(text.occurrences(of: "...") + text.occurrences(of: "…")) / total
        if ellipses > symbolsPerWord { return Rejection("gopher_too_many_ellipsis", ellipses, symbolsPerWord) }
        var lines = text.lines
        if lines.count > 1, lines.last?.isEmpty == true { lines.removeLast() }
        let trimmed = lines.map(text.trimmed)
        let bullets = Double(trimmed.count { text.hasPrefix($0, "•") || text.hasPrefix($0, "-") }) / Double(lines.count)
        if bullets > bulletLines { return Rejection("gopher_too_many_bullets", bullets, bulletLines) }
        let ends = Double(trimmed.count { text.hasSuffix($0, "...") || text.hasSuffix($0, "…") }) / Double(lines.count)
        if ends > ellipsisLines { return Rejection("gopher_too_many_end_ellipsis", ends, ellipsisLines) }
        let letters = Double(withLetters) / total
        if letters < wordsWithLetters { return Rejection("gopher_below_alpha_threshold", letters, wordsWithLetters) }
        let found = stopWordsFound(text, language)
        return found < stopWords ? Rejection("gopher_enough_stop_words", found, stopWords) : nil
    }

    private func stopWordsFound(_ text: FilterText, _ language: String?) -> Int {
        let list = LanguageWords.all.first { $0.code == language && $0.code != "en" }
        let wanted = list.map { Set($0.stopWords.prefix(8)) } ?? GopherQualityFilter.english
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

extension Rejection {
    /// A number and its threshold; fractions are given to four digits.
    init(_ reason: String, _ value: Double, _ threshold: Double) {
        self.init(reason, value: .double((value * 10_000).rounded() / 10_000), threshold: .double(threshold))
    }

    init(_ reason: String, _ value: Int, _ threshold: Int) { self.init(reason, value: .integer(value), threshold: .integer(threshold)) }
}
