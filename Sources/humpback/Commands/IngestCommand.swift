import Ingest

extension Command {
    static let ingest = Command(
        "ingest", "Turns pages into clean, unique passages.",
        operands: Operands(usage: "PATH...", count: 1...Int.max, completion: .file),
        discussion: """
            PATH is a page, a web archive (WARC, WET or ARC), a folder of them at any depth, or a JSONL file with a field `text`; HTML, \
            Markdown and plain text are read, each plain, .gz or .zst, and of a Stack Exchange dump \
            (`Posts.xml`) the accepted and well-voted answers, each under its question's title. Navigation, banners, comments and \
            footers go; headings, lists and code stay, Markdown-like.

            A passage is a heading with all the text under it, deeper headings included, and the largest such part that is not too long. \
            Where questions stand with their answers, as headings, in an accordion or in the page's structured data, each answer is a \
            passage under its question, from 120 characters on. What is too short or too long, has no heading of its own, stands under \
            the name of who wrote it or among comments, is no text (too_little_prose, too_many_links, headings_without_text, \
            questions_without_answers, repeated_lines, short_lines, machine_text, promotion), repeats itself or was seen before is \
            dropped with its reason; `humpback explain PAGE` shows what each filter found, and `--threshold CODE=off` lets it pass.

            A record's `lang` is told by its text; what the page says of itself counts only where the text is shorter than twenty words, \
            or in a language that the detector does not know.

            Near-duplicates share the key of one of 14 bands of 8 rows over runs of five words, or of five characters in scripts without \
            spaces between words: nine in ten pairs with a Jaccard index of \
            0.8, one in five at 0.6. They are joined directly or through others, and of each group \
            that with the smallest id stays, a hash of address, heading and text: whoever came first, on however many machines.
            """,
        groups: [
            IngestFlags.wholePages, IngestFlags.rules, IngestFlags.duplicates, IngestFlags.input, .data,
            OptionGroup("Speed", SharedOptions.threads),
        ],
        cost: """
            A few megabytes of pages a thread in memory, and 40 MB for each million passages to know duplicates; near-duplicates take \
            200 MB more for each million and 64 MB, and a temporary file (TMPDIR names its folder) of the size of an output above those.
            """,
        examples: [
            Example(
                "a folder of pages, with the reason of every dropped one",
                "humpback ingest pages/ -o passages.jsonl --rejects dropped.jsonl"),
            Example(
                "a crawl, filtered as FineWeb does, without near-duplicates and evaluation questions",
                "humpback ingest crawl.warc.gz --preset fineweb --near-duplicates --decontaminate test.jsonl -o passages.jsonl"),
            Example(
                "one of four machines that see the same files; `humpback join` then",
                "humpback ingest --shard 1/4 --near-duplicates crawl/ -o passages.1.jsonl --resume"),
            Example("straight into the next stages", "humpback ingest pages/ | humpback augment | humpback curate > curated.jsonl"),
        ]
    ) { arguments in
        let stage = IngestStage(paths: arguments.operands, options: try IngestFlags.stageOptions(arguments))
        return try await arguments.stage(concurrency: arguments.threadCount) { try await stage.run($0) }
    }
}
