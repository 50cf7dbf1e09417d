import Ingest

extension Command {
    private static let everyBlock = Option<Bool>.flag("blocks", "Every block of the page: kept or not, how probable, and why.")

    private static let characters = Option<Int>.integer(
        "characters", 0...1_000_000, default: 1000, "Show this much of each passage's text; 0 for none.")

    static let explain = Command(
        "explain", "Tells what ingest makes of a page, and why.",
        operands: Operands(usage: "PAGE...", count: 1...Int.max, completion: .file),
        discussion: """
            The page's headings, what each filter found against its threshold, and every passage in reading order: kept, or dropped with \
            its reason, and its text. PAGE may be a file of many pages too, a web archive for instance.
            """,
        groups: [OptionGroup("Page", everyBlock, characters), IngestFlags.passages, IngestFlags.rules, IngestFlags.input],
        cost: "One page in memory.",
        examples: [
            Example("why is so little left of a page?", "humpback explain page.html --blocks"),
            Example("which of FineWeb's filters does a page fail?", "humpback explain page.html --preset fineweb"),
        ]
    ) { arguments in
        let options = try IngestFlags.options(arguments)
        let ingester = Ingester(options: options)
        var pages = try PageSource(paths: arguments.operands, options: options)
        while !StandardOutput.isClosed, let page = try pages.nextPage() {
            tell(
                PageExplanation(
                    of: page.url ?? page.source.file, ingester.examine(page), showsBlocks: arguments[everyBlock],
                    characters: arguments[characters]
                ).text)
        }
        return .done
    }
}
