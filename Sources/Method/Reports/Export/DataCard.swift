import Ground
import Records
import Stages
import Synchronization

/// What a data card tells of the records that were handed on, gathered as they pass. Memory is bounded.
public final class DataCardMeasures: Sendable {
    struct State: Sendable {
        var records = Population()
        var scores = Histogram(1...5, bins: 40)
        var judges = TopCounts(capacity: 128)
    }

    private let state = Mutex(State())

    public init() {}

    /// Takes in a record that was handed on, as it was before.
    public func add(_ record: JSONObject) {
        let record = Self.asPair(record)
        state.withLock { state in
            state.records.add(record)
            if let score = record["score"]?.double { state.scores.add(score) }
            for rating in (record["ratings"]?.array ?? []).compactMap({ $0.object.flatMap(Rating.init) }) {
                state.judges.add("\(rating.rubric): \(rating.judge)")
            }
        }
    }

    /// A seed of any layout as a record of the pipe, so that its lengths and origin count as others do.
    private static func asPair(_ record: JSONObject) -> JSONObject {
        guard RecordShape.of(record) == .seed, var pair = try? Seed(record).record else { return record }
        for field in ["licence", "license", "opt_out"] { pair[field] = record[field] }
        return pair
    }

    var taken: State { state.withLock { $0 } }
}

/// A card in Markdown for data that is handed on: counts, licences, opt-outs, makers, filters. No time and no folder of the machine.
public struct DataCard: Sendable {
    public let markdown: String

    /// - Parameters:
    ///   - summary: What the export counted.
    ///   - stages: Summaries of the stages before, as `--summary` wrote them.
    public init(_ measures: DataCardMeasures, export: PairExport, summary: StageSummary, stages: [JSONObject], title: String) {
        let state = measures.taken, records = state.records
        var parts = [Self.header(records), "# \(Self.cell(title))"]
        let name = export.format.rawValue
        parts.append(
            "\(Figures.grouped(summary.kept)) pairs of an instruction and an output, one JSON object a line, in the layout `\(name)`"
                + (export.addsSourceTags ? ", with system prompts that tell pairs written by people from those found on the web" : "")
                + ". Made by instruction backtranslation (Li et al. 2023, arXiv 2308.06259) with Humpback: outputs are passages of pages as "
                + "people wrote them, instructions were written for them by a model, and a model rated how well the two fit, except where the "
                + "origin below is `seed`."
                + (records.origins[Origin.rewritten.rawValue] > 0
                    ? " Outputs of the origin `rewritten` are passages that a model turned into direct answers, in the passage's own words for "
                        + "the most part; each word and number was checked against the passage."
                    : ""))
        parts.append(Self.section("Counts", Self.counts(records, summary)))
        parts.append(Self.section("Licences", Self.licences(records)))
        parts.append(Self.section("Pages that asked not to be used", Self.optOut(records, export, summary)))
        parts.append(Self.section("Sources", Self.sources(records)))
        parts.append(Self.section("What made it", Self.makers(records, state.judges, state.scores)))
        parts.append(Self.section("Filters", Self.filters(stages, export, summary)))
        parts.append(
            Self.section(
                "Limits",
                "The outputs hold what their pages held: errors, opinions, perhaps names. Instructions were guessed after the fact and may ask for "
                    + "more or less than the output gives. Scores are a model's, not a person's."))
        markdown = parts.joined(separator: "\n\n") + "\n"
    }

    private static func section(_ title: String, _ text: String) -> String { "## \(title)\n\n\(text)" }

    private static func header(_ records: Population) -> String {
        let languages = records.languages.top(20).map(\.word).filter {
            $0.count <= 8 && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0 == "-") }
        }
        let lines = languages.isEmpty ? "" : "language:\n" + languages.map { "- \($0)\n" }.joined()
        return "---\n\(lines)task_categories:\n- text-generation\ntags:\n- instruction-backtranslation\n---"
    }

    private static func counts(_ records: Population, _ summary: StageSummary) -> String {
        var rows = [["read for the export", Figures.grouped(summary.read)]]
        for (reason, count) in summary.dropped.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            rows.append(["left out: \(reason)", Figures.grouped(count)])
        }
        if summary.brokenCount > 0 { rows.append(["unreadable", Figures.grouped(summary.brokenCount)]) }
        rows.append(["handed on", Figures.grouped(summary.kept)])
        rows += records.origins.top().map { ["of which \($0.word)", Figures.grouped($0.count)] }
        for (name, histogram) in [("output", records.textLengths), ("instruction", records.instructionLengths)] where histogram.count > 0 {
            let numbers = [0.1, 0.5, 0.9].map { Figures.grouped(Int((histogram.quantile($0) ?? 0).rounded())) }
            rows.append(["characters of an \(name): tenth, half, nine tenths", numbers.joined(separator: " · ")])
        }
        rows.append(["instructions that repeat another one word by word", Figures.percent(records.instructions.repeatedShare)])
        return table(["", "pairs"], rows)
    }

    private static func licences(_ records: Population) -> String {
        let rows = records.licences.top(40).map { [$0.word, Figures.grouped($0.count)] }
        let unknown = records.licences[Population.unknown]
        var text = table(["licence that the page names", "pairs"], rows)
        if unknown > 0 {
            text +=
                "\n\n\(Figures.grouped(unknown)) pairs come from pages that name no licence. Being found on the web is no permission: the rights to "
                + "these texts remain with their authors, and whoever passes them on needs a ground of their own."
        }
        return text
    }

    private static func optOut(_ records: Population, _ export: PairExport, _ summary: StageSummary) -> String {
        let left = summary.dropped["opt_out"] ?? 0
        if records.optedOut > 0 {
            return
                "\(Figures.grouped(records.optedOut)) of these pairs come from pages that asked not to be used for training; they were handed on by "
                + "request (`--with-opted-out`), and each names the rule in `opt_out` where that field was kept."
        }
        return "`ingest` reads no page that asks not to be used for training (`noai` in the page or its headers, TDM reservation). "
            + (left > 0
                ? "\(Figures.grouped(left)) pairs of pages that it was told to read nevertheless are left out here."
                : "No pair here is marked as coming from one.")
    }

    private static func sources(_ records: Population) -> String {
        var parts = [table(["language", "pairs"], records.languages.top(20).map { [$0.word, Figures.grouped($0.count)] })]
        if records.addressed > 0 {
            let domains = records.domains
            parts.append(table(["domain", "pairs"], domains.top(30).map { [$0.word, Figures.grouped($0.count)] }))
            if domains.distinct > 30 { parts.append("and \(Figures.grouped(domains.distinct - 30)) more domains.") }
        }
        let local = records.count - records.addressed
        if local > 0 { parts.append("\(Figures.grouped(local)) pairs come from files without an address.") }
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private static func makers(_ records: Population, _ judges: TopCounts, _ scores: Histogram) -> String {
        var parts: [String] = []
        let rows = records.makers.top(20).map { maker -> [String] in
            guard let object = try? JSONObject(parsing: maker.word) else { return ["", maker.word, Figures.grouped(maker.count)] }
            let options = object.fields.filter { !["stage", "model"].contains($0.key) }.map { "\($0.key) \(ReportMakers.plain($0.value))" }
            return [HTMLText.lastPart(object["model"]?.string ?? ""), options.joined(separator: ", "), Figures.grouped(maker.count)]
        }
        parts.append(table(["instructions written by", "options", "pairs"], rows))
        parts.append(table(["rated by", "ratings"], judges.top(20).map { [$0.word, Figures.grouped($0.count)] }))
        if let half = scores.quantile(0.5) {
            parts.append(
                "Scores from \(Figures.fixed(scores.least, 2)) to \(Figures.fixed(scores.greatest, 2)), half of them up to \(Figures.fixed(half, 2)), on the "
                    + "scale of 1 to 5.")
        }
        let text = parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
        return text.isEmpty ? "The records do not say." : text
    }

    private static func filters(_ stages: [JSONObject], _ export: PairExport, _ summary: StageSummary) -> String {
        var parts: [String] = []
        for (number, object) in stages.enumerated() {
            guard let stage = StageCounts(object, label: "\(number)") else { continue }
            var text = "`\(cell(stage.stage))` read \(Figures.grouped(stage.read)) and kept \(Figures.grouped(stage.kept))."
            let dropped = stage.dropped.map { "\(cell($0.reason)) \(Figures.grouped($0.count))" }.joined(separator: ", ")
            if !dropped.isEmpty { text += " Dropped: \(dropped)." }
            let settings = stage.settings.fields.map { "\(cell($0.key)) \(cell(ReportMakers.plain($0.value)))" }.joined(separator: "; ")
            if !settings.isEmpty { text += " Settings: \(settings)." }
            parts.append(text)
        }
        if stages.isEmpty {
            parts.append(
                "What earlier stages dropped is not recorded here; `humpback export --stage-summary FILE` takes their `--summary` files in."
            )
        }
        if let minimum = export.minimumScore { parts.append("The export left out what scored below \(Figures.short(minimum)).") }
        return parts.joined(separator: "\n\n")
    }

    private static func table(_ titles: [String], _ rows: [[String]]) -> String {
        guard !rows.isEmpty else { return "" }
        func line(_ cells: [String]) -> String { "| " + cells.map(cell).joined(separator: " | ") + " |" }
        return ([line(titles), "|" + titles.map { _ in " --- |" }.joined()] + rows.map(line)).joined(separator: "\n")
    }

    /// A text of others in Markdown: on one line, and nothing in it is markup.
    static func cell(_ text: String) -> String {
        var result = ""
        for character in TraceText.plain(text, 1000) {
            switch character {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "|", "\\", "`", "*", "_", "[", "]", "!", "#": result += "\\\(character)"
            default: result.append(character)
            }
        }
        return result
    }
}
