import Ingest

extension Command {
    static let explain = Command(
        "explain", "Tells what ingest makes of a page, and why.",
        operands: Operands(usage: "PAGE...", count: 1...Int.max, completion: .file),
        discussion: "Every passage of a page in reading order: kept, or dropped with its reason, the value found and the threshold.",
        cost: "One page in memory.",
        examples: [Example("why is so little left of a page?", "humpback explain page.html")]
    ) { arguments in
        let ingester = Ingester()
        var pages = try PageSource(paths: arguments.operands)
        while let page = try pages.nextPage() {
            write(PageExplanation(of: page.source.file, ingester.passages(from: page).outcomes).text)
        }
        return .done
    }
}
