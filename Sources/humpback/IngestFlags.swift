import Ingest

/// The options that say what ingest keeps of a page; `explain` takes them too.
enum IngestFlags {
    enum PageFilter: String, CaseIterable {
        case gopherRepetition = "gopher-repetition"
        case gopherQuality = "gopher-quality"
        case c4, fineweb
    }

    /// How languages are told.
    enum Detector: String, CaseIterable {
        case builtIn = "built-in"
        case cld2
    }

    static let preset = Option<IngestPreset>.choice(
        "preset", default: .humpback,
        "The filters: the paper's three and those on a passage's lines; FineWeb's page filters before them; or none, cut to size and nothing "
            + "dropped but what is empty.")
    static let minChars = Option<Int?>.integer("min-chars", 1...1_000_000, "The shortest passage, in characters; 600 without it.")
    static let minAnswerChars = Option<Int>.integer(
        "min-answer-chars", 1...1_000_000, default: 120,
        "The shortest answer under a heading that is a question; --min-chars where that is less.")
    static let maxChars = Option<Int>.integer("max-chars", 1...1_000_000, default: 3000, "The longest passage, in characters.")
    static let overlap = Option<Bool>.flag("overlap", "Passages inside passages too, as the paper has them.")
    static let splitLong = Option<Bool>.flag("split-long", "Cut a text that is too long at its blocks, instead of dropping it.")
    static let filters = Option<[PageFilter]>.choices(
        "page-filter", "Ask this filter too, with its published thresholds, on a page's text before it is cut.")
    static let languages = Option<[String]>.texts(
        "language", "CODE",
        "Pages in this language only (en, de, fr, es, it, nl, pt, pl, those with a script of their own; with CLD2 many more).")
    static let licences = Option<String?>.file("licences", "Pages only that name one of the licence addresses in FILE, one a line.")
    static let blockedURLs = Option<String?>.file(
        "blocked-urls", "Leave out the addresses, domains and `word:`s within addresses that FILE lists, one a line.")
    static let blockedWords = Option<[String]>.files(
        "blocked-words", "Drop passages with one of the words or phrases in FILE, one a line; corpora/blocked-words has small lists.")
    static let thresholds = Option<[String]>.texts(
        "threshold", "CODE=NUMBER|off",
        "Another threshold for the rule that drops under CODE, or the rule off, as in top_2_gram=0.3 and capital_heading=off.")
    static let detector = Option<Detector>.choice(
        "language-detector", default: .builtIn,
        "The built-in detector, the same on every machine: eight languages by their words, others by their script; or CLD2, which knows some "
            + "eighty, and whose answers are those of the library that is installed.")
    static let decontaminate = Option<[String]>.files(
        "decontaminate", "Drop passages that share 12 words in a row with FILE: .jsonl, .json or text.")
    static let personalData = Option<IngestOptions.PersonalDataRule>.choice(
        "personal-data", default: .replace, "Email addresses, public IP addresses, phone numbers and IBANs.")
    static let ignoreOptOut = Option<Bool>.flag(
        "ignore-opt-out", "Take pages that ask not to be used for training (tdm-reservation, noai) all the same.")
    static let textField = Option<String?>.text(
        "text-field", "NAME", "The field of JSONL records that holds their text; `text` without it.")
    static let maxPageBytes = Option<Int>.integer(
        "max-page-bytes", 1...1_000_000_000, default: 20_000_000, "Larger pages, unpacked, are broken.")

    static let wholePage = Option<Bool>.flag("whole-page", "A page's main text as one record: no cutting, no filters.")
    static let noDedup = Option<Bool>.flag("no-dedup", "Keep exact duplicates.")
    static let nearDuplicates = Option<Bool>.flag(
        "near-duplicates", "Drop passages nearly the same as another one too, by MinHash; nothing is written before everything is read.")
    static let bands = Option<Int>.integer("bands", 1...256, default: 14, "MinHash bands: more find more.")
    static let rows = Option<Int>.integer("rows", 1...64, default: 8, "MinHash rows a band: more ask for greater likeness.")
    static let clusters = Option<String?>.file("clusters", "Write the groups of near-duplicates here, one JSON record a group.")

    static let passages = OptionGroup("Passages", preset, minChars, minAnswerChars, maxChars, overlap, splitLong)
    /// The same with whole pages, as the stage has them.
    static let wholePages = OptionGroup("Passages", wholePage, preset, minChars, minAnswerChars, maxChars, overlap, splitLong)
    static let duplicates = OptionGroup("Duplicates", noDedup, nearDuplicates, bands, rows, clusters)
    static let rules = OptionGroup(
        "Filters", filters, thresholds, languages, detector, licences, blockedURLs, blockedWords, decontaminate, personalData, ignoreOptOut)
    static let input = OptionGroup("Pages", textField, maxPageBytes)

    /// What the stage does: what becomes of a page, and of duplicates.
    static func stageOptions(_ arguments: Arguments) throws -> IngestOptions {
        var options = try options(arguments)
        options.wholePage = arguments[wholePage]
        if options.wholePage, let idle = idleWithWholePages(arguments) {
            throw UsageError.combination(
                "\(idle) has nothing to do with --whole-page, which neither cuts nor filters; leave one of them out.")
        }
        if arguments[noDedup] { options.deduplicates = false }
        if let shard = arguments.value(SharedOptions.shard), let file = arguments.value(clusters) {
            throw UsageError.combination(
                "--clusters \(file) lists groups over the whole input, and --shard \(shard) sees a part; leave it out: the rejects of `humpback join` "
                    + "name for each near-duplicate the passage that stays.")
        }
        if arguments[nearDuplicates] {
            guard !arguments[noDedup] else {
                throw UsageError.combination("--near-duplicates finds exact ones too; leave --no-dedup out.")
            }
            var method = MinHash()
            (method.bands, method.rows) = (arguments[bands], arguments[rows])
            (options.nearDuplicates, options.clusterFile, options.deduplicates) = (method, arguments[clusters], true)
        } else if let file = arguments[clusters] {
            throw UsageError.combination("--clusters \(file) has nothing to write without --near-duplicates.")
        }
        return options
    }

    /// An option that was given and would be passed over in silence.
    private static func idleWithWholePages(_ arguments: Arguments) -> String? {
        let given: [(String, Bool)] = [
            ("--min-chars", arguments.has(minChars)), ("--min-answer-chars", arguments.has(minAnswerChars)),
            ("--max-chars", arguments.has(maxChars)), ("--overlap", arguments.has(overlap)),
            ("--split-long", arguments.has(splitLong)), ("--page-filter", arguments.has(filters)),
            ("--threshold", arguments.has(thresholds)),
            ("--language", arguments.has(languages)), ("--licences", arguments.has(licences)),
            ("--blocked-urls", arguments.has(blockedURLs)), ("--blocked-words", arguments.has(blockedWords)),
            ("--decontaminate", arguments.has(decontaminate)), ("--preset fineweb", arguments[preset] == .fineweb),
        ]
        return given.first(where: \.1)?.0
    }

    /// What becomes of a page.
    static func options(_ arguments: Arguments) throws -> IngestOptions {
        var options = IngestOptions(preset: arguments[preset])
        let least = arguments[minChars] ?? options.segmenter.characterRange.lowerBound
        guard least <= arguments[maxChars] else {
            throw UsageError.combination("--min-chars \(least) is more than --max-chars \(arguments[maxChars]).")
        }
        options.segmenter.characterRange = least...arguments[maxChars]
        options.segmenter.leastAnswer = arguments[minAnswerChars]
        options.segmenter.overlaps = arguments[overlap]
        if arguments[splitLong] { options.segmenter.splitsLongText = true }
        for filter in arguments[filters] {
            switch filter {
            case .gopherRepetition: options.pageFilters.gopherRepetition = GopherRepetitionFilter()
            case .gopherQuality: options.pageFilters.gopherQuality = GopherQualityFilter()
            case .c4: options.pageFilters.c4 = options.pageFilters.c4 ?? C4Filter()
            case .fineweb: options.pageFilters.fineWeb = FineWebFilter()
            }
        }
        options.pageFilters.licences = try arguments[licences].map { try LicenceList(file: $0) }
        options.pageFilters.blockedURLs = try arguments[blockedURLs].map { try URLBlockList(file: $0) }
        if !arguments[blockedWords].isEmpty { options.blockedWords = try WordBlockList(files: arguments[blockedWords]) }
        options.thresholds = try thresholds(arguments[thresholds])
        if !arguments[decontaminate].isEmpty, options.thresholds.asks("evaluation_overlap") {
            options.decontamination = try Decontamination(
                files: arguments[decontaminate], runLength: Int(options.thresholds.value("evaluation_overlap", 12)))
        }
        switch arguments[detector] {
        case .builtIn: options.languageDetection = .builtIn
        case .cld2: options.languageDetection = .cld2
        }
        if !arguments[languages].isEmpty {
            options.pageFilters.languages = Set(
                try arguments[languages].map { try LanguageCode($0, toldBy: options.languageDetection).code })
        }
        options.personalData = arguments[personalData]
        options.ignoresOptOut = arguments[ignoreOptOut]
        options.textField = arguments[textField] ?? "text"
        options.maximumPageBytes = arguments[maxPageBytes]
        return options
    }

    private static func thresholds(_ texts: [String]) throws -> FilterThresholds {
        var thresholds = FilterThresholds()
        for text in texts {
            guard let (reason, change) = FilterThresholds.change(text) else {
                let numbered = FilterThresholds.numbered.map { "  \($0.filter): \($0.reasons.joined(separator: ", "))" }
                let switched = FilterThresholds.switched.map { "  \($0.filter), on or off: \($0.reasons.joined(separator: ", "))" }
                throw UsageError.combination(
                    "--threshold \(text) says nothing that can be done. It is CODE=NUMBER or CODE=off; the codes are\n"
                        + (numbered + switched).joined(separator: "\n"))
            }
            thresholds.apply(reason, change)
        }
        return thresholds
    }
}
