import Ingest
import Records

extension Command {
    private static let wholePage = Option<Bool>.flag("whole-page", "A page's main text as one record: no cutting, no filters.")
    private enum Preset: String, CaseIterable { case humpback, none }
    private static let preset = Option<Preset>.choice(
        "preset", default: .humpback, "The filters: the paper's, or none (cut to size, and nothing dropped but what is empty).")
    private static let minChars = Option<Int>.integer("min-chars", 1...1_000_000, default: 600, "The shortest passage, in characters.")
    private static let maxChars = Option<Int>.integer("max-chars", 1...1_000_000, default: 3000, "The longest passage, in characters.")
    private static let overlap = Option<Bool>.flag("overlap", "Passages inside passages too, as the paper has them.")
    private static let splitLong = Option<Bool>.flag("split-long", "Cut a text that is too long at its blocks, instead of dropping it.")
    private static let noDedup = Option<Bool>.flag("no-dedup", "Keep exact duplicates.")
    private static let personalData = Option<IngestOptions.PersonalDataRule>.choice(
        "personal-data", default: .replace, "Email addresses, public IP addresses, phone numbers and IBANs.")
    private static let ignoreOptOut = Option<Bool>.flag("ignore-opt-out", "Take pages that ask not to be used for training all the same.")

    static let ingest = Command(
        "ingest", "Turns pages into clean, unique passages.",
        operands: Operands(usage: "PATH...", count: 1...Int.max, completion: .file),
        discussion: """
            PATH is a page, a folder of pages at any depth, or a JSONL file with a field `text`; HTML, Markdown and plain text are read, \
            and of a Stack Exchange dump (`Posts.xml`, plain or .gz) the accepted and well-voted answers, each under its question's title. \
            Navigation, banners, comments and footers go; headings, lists and code stay, Markdown-like.

            A passage is a heading with all the text under it, deeper headings included, and the largest such part that is not too long. \
            What is too short or too long, has no heading of its own, repeats itself or was seen before is dropped with its reason.
            """,
        groups: [
            OptionGroup("Passages", wholePage, preset, minChars, maxChars, overlap, splitLong, noDedup, personalData, ignoreOptOut), .data,
            OptionGroup("Speed", SharedOptions.threads),
        ],
        cost: """
            A few pages a thread in memory, and 40 MB for each million passages to know duplicates. A thousand pages a second and more on \
            two cores.
            """,
        examples: [
            Example(
                "a folder of pages, with the reason of every dropped one",
                "humpback ingest pages/ -o passages.jsonl --rejects dropped.jsonl"),
            Example("straight into the next stages", "humpback ingest pages/ | humpback augment | humpback curate > curated.jsonl"),
        ]
    ) { arguments in
        var options = IngestOptions()
        options.wholePage = arguments[wholePage]
        guard arguments[minChars] <= arguments[maxChars] else {
            throw UsageError.combination("--min-chars \(arguments[minChars]) is more than --max-chars \(arguments[maxChars]).")
        }
        options.segmenter.characterRange = arguments[minChars]...arguments[maxChars]
        options.segmenter.overlaps = arguments[overlap]
        options.segmenter.splitsLongText = arguments[splitLong]
        options.deduplicates = !arguments[noDedup]
        options.personalData = arguments[personalData]
        options.ignoresOptOut = arguments[ignoreOptOut]
        if arguments[preset] == .none {
            options.segmenter.characterRange = 1...arguments[maxChars]
            options.segmenter.splitsLongText = true
            (options.dropsUntitled, options.dropsRepetition, options.deduplicates) = (false, false, false)
        }
        let stage = IngestStage(paths: arguments.operands, options: options)
        return try await arguments.stage(concurrency: 2 * arguments.threadCount) { try await stage.run($0) }
    }
}
