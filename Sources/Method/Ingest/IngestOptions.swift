import Ground

/// Sets of filters under one name.
public enum IngestPreset: String, Sendable, CaseIterable {
    /// The paper's three, length, heading and repetition, and those on the lines of a passage.
    case humpback
    /// FineWeb's page filters before them.
    case fineweb
    /// Cut to size, and nothing dropped but what is empty.
    case none
}

/// What ingest does, with the defaults of the preset `humpback`.
public struct IngestOptions: Sendable {
    /// What becomes of email addresses, public IP addresses, phone numbers and IBANs.
    public enum PersonalDataRule: String, Sendable, CaseIterable { case keep, replace, drop }

    /// What tells a text's language.
    public enum LanguageDetection: String, Sendable, CaseIterable {
        /// Debian's CLD2, some eighty languages.
        case cld2
        /// The scripts of one language each, and the commonest words of the languages in `StopWords`: the same on every machine.
        case builtIn = "built-in"

        /// Whether it would tell a language where a text is in it; of CLD2 that is not known.
        func knows(_ code: String) -> Bool { self == .builtIn && LanguageDetection.builtInCodes.contains(code) }

        /// The languages that the built-in detector tells.
        public static var builtInCodes: [String] { LanguageDetector.shared.codes + ScriptLanguages.codes }

        /// The ISO 639-1 code of a text's language; nil where it cannot be told.
        public func code(of text: String) -> String? {
            switch self {
            case .cld2: CompactLanguageDetector.detect(text)
            case .builtIn: ScriptLanguages.code(of: text) ?? LanguageDetector.shared.detect(text)?.code
            }
        }
    }

    /// A page's main text as one record: no cutting, no filters.
    public var wholePage = false
    /// How pages are cut; the length filter is here.
    public var segmenter = Segmenter()
    public var dropsUntitled = true
    public var dropsRepetition = true
    /// Passages that are no text: lists of links, prices and options, headings and questions alone, what machines wrote.
    public var dropsFragments = true
    public var personalData = PersonalDataRule.replace
    /// Exact duplicates by normalised text.
    public var deduplicates = true
    /// The field of a JSONL record that holds its text.
    public var textField = "text"
    /// Larger pages are broken as `page_too_large`.
    public var maximumPageBytes = 20_000_000
    /// Takes pages that ask not to be used for training all the same.
    public var ignoresOptOut = false

    public var pageFilters = PageFilters()
    /// How languages are told.
    public var languageDetection = LanguageDetection.builtIn
    /// Drops passages that overlap with evaluation texts.
    public var decontamination: Decontamination?
    public var blockedWords: WordBlockList?
    /// Thresholds other than the published ones.
    public var thresholds = FilterThresholds()
    /// Drops passages that are nearly the same as another one, and exact duplicates with them; nothing is written before all are known.
    public var nearDuplicates: MinHash?
    /// Where the groups of near-duplicates are written, one JSON record a group.
    public var clusterFile: String?

    public init(preset: IngestPreset = .humpback) {
        switch preset {
        case .humpback: break
        case .fineweb: pageFilters = .fineWeb
        case .none:
            segmenter.characterRange = 1...segmenter.characterRange.upperBound
            segmenter.splitsLongText = true
            (dropsUntitled, dropsRepetition, dropsFragments, deduplicates) = (false, false, false, false)
        }
    }

    /// What makes the output what it is, for `--resume`.
    public var settings: JSONObject {
        var settings: JSONObject = [
            "whole_page": .bool(wholePage), "min_chars": .integer(segmenter.characterRange.lowerBound),
            "max_chars": .integer(segmenter.characterRange.upperBound), "overlap": .bool(segmenter.overlaps),
            "split": .bool(segmenter.splitsLongText), "titles": .bool(dropsUntitled), "repetition": .bool(dropsRepetition),
            "fragments": .bool(dropsFragments), "min_answer_chars": .integer(segmenter.leastAnswer),
            "personal_data": .string(personalData.rawValue), "dedup": .bool(deduplicates), "text_field": .string(textField),
            "max_page_bytes": .integer(maximumPageBytes), "ignore_opt_out": .bool(ignoresOptOut), "filters": .object(pageFilters.settings),
        ]
        if let decontamination { settings["decontamination"] = .string(decontamination.fingerprint) }
        settings["language_detection"] = .string(languageDetection.rawValue)
        if thresholds != FilterThresholds() { settings["thresholds"] = .string(thresholds.fingerprint) }
        if let blockedWords { settings["blocked_words"] = .string(blockedWords.fingerprint) }
        if let nearDuplicates { settings["near_duplicates"] = .object(nearDuplicates.settings) }
        return settings
    }
}
