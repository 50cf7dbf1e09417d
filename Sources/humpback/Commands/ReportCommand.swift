import Evaluate
import Foundation
import Ground
import Reports

extension Command {
    private static let folder = Option<[String]>.files(
        "run", as: "DIR", "A folder of run, spin, selfreward or the quickstart: all in it is found.")
    private static let title = Option<String?>.text("title", "TEXT", "The page's title.")
    private static let pairs = Option<Int>.integer("pairs", 1...1000, default: 20, "How many pairs to show.")
    private static let output = Option<String?>.file("output", short: "o", "Write the page here instead of to standard output.")

    static let report = Command(
        "report", "Makes one page of what a run came to.",
        operands: Operands(usage: "[FILE|DIR...]", count: 0...Int.max, completion: .file),
        discussion: """
            Reads what ingest, augment, curate and training left: records, their --rejects and --summary files, model folders with their \
            metrics.jsonl, report.json and the output of `evaluate --json` and `loglik`. Writes one HTML page with the funnel from pages to \
            kept pairs, why records went, distributions of lengths, scores, languages and domains, how instructions begin, the trainings' \
            curves over each other, the models' held-out losses with their uncertainty, pairs to look at with licence and origin, what made \
            them, and plain remarks where something looks wrong. The remarks are said on standard error too.

            The page needs no network and no script, and holds no time and no folder of this machine: the same input gives the same bytes. \
            Texts of pages stand in it, so it is for those who may read them.
            """,
        groups: [OptionGroup("Page", folder, output, title, pairs, SharedOptions.force, SharedOptions.quiet)],
        cost:
            "Every record is read once. Memory does not grow with their number: histograms, the most frequent words, and samples by hash.",
        examples: [
            Example("all that a run left", "humpback report --run runs/first -o report.html"),
            Example(
                "some files, and why records were dropped",
                "humpback report passages.jsonl pairs.jsonl curated.jsonl rejects.jsonl -o report.html"),
            Example("two trainings over each other", "humpback report model-seed model-curated -o trainings.html"),
        ]
    ) { arguments in
        let places = arguments.operands + arguments[folder]
        guard !places.isEmpty else { throw UsageError.combination("give FILE or DIR to report on, or --run DIR: the folder of a run.") }
        let path = arguments[output]
        if let path, !arguments[SharedOptions.force], FileManager.default.fileExists(atPath: path) { throw FileError.exists(file: path) }
        let survey = try RunSurvey(try RunFiles(places), pairs: arguments[pairs])
        let page = ReportPage(survey, title: arguments[title] ?? standardTitle(places))
        if let path { try AtomicFile.write(page.html, to: path) } else { write(page.html) }
        if !arguments[SharedOptions.quiet] { page.remarks.forEach { complain("note: \($0.text)") } }
        return .done
    }

    /// The name of the run, where one folder was given.
    private static func standardTitle(_ places: [String]) -> String {
        guard places.count == 1, let place = places.first, FileStatus.isFolder(place) else { return "What the run came to" }
        return "What \(URL(filePath: place).standardizedFileURL.lastPathComponent) came to"
    }
}
