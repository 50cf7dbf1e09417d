import Evaluate
import Foundation
import Ground
import Records
import Reports
import Stages

extension Command {
    private static let format = Option<ExportFormat>.choice("format", default: .messages, "The layout of the records.")
    private static let sourceTags = Option<Bool>.flag(
        "source-tags", "Add the system prompts under which finetune trains seed pairs and pairs found on the web.")
    private static let keep = Option<[String]>.texts("keep", "FIELD", "Let this field go along as it is, such as url, licence or score.")
    private static let minScore = Option<Double?>.number("min-score", 1...5, "Leave out what scores less.")
    private static let withOptedOut = Option<Bool>.flag(
        "with-opted-out", "Hand on pairs of pages that asked not to be used too. They are left out without it.")
    private static let card = Option<String?>.file("card", "Write a data card in Markdown here.")
    private static let title = Option<String?>.text("title", "TEXT", "The card's title.")
    private static let stageSummaries = Option<[String]>.files("stage-summary", "What a stage before wrote with --summary, for the card.")

    static let export = Command(
        "export", "Writes pairs as other trainers read them, with a data card.", operands: .files,
        discussion: """
            Reads curated pairs, and seeds of any layout, and writes JSONL:
              messages    {"id", "messages": [{"role", "content"}...]}
              alpaca      {"id", "instruction", "input", "output"}
              sharegpt    {"id", "conversations": [{"from", "value"}...]}
              completion  {"id", "prompt": [message...], "completion": [message]}
            Left out are pairs that were not selected (`selected: false`) and those of pages that opted out. Of a conversation the first \
            exchange is written. The card tells counts, licences, opt-outs, sources, makers, and with --stage-summary the filters before.

            With --trainer a whole training is written for another program instead, into the folder --out: what finetune would train on \
            with the same options, as tokens with their loss masks, the two system prompts and the model's template in them; the rows as \
            text; the program's configuration; and train.sh, which runs it on one GPU or on many and makes a model or adapters that \
            --model takes. The records that such a model makes name the program.
            """,
        groups: [
            OptionGroup("Export", format, sourceTags, keep, minScore, withOptedOut, card, title, stageSummaries),
            HandoverExport.options, .pairFields, .data,
        ],
        cost: "One record at a time, and the counts of the card; with --trainer all rows, and no weights.",
        examples: [
            Example("for TRL and most others", "humpback export curated.jsonl -o train.jsonl --card README.md"),
            Example(
                "seeds and curated pairs under their two system prompts",
                "humpback export --source-tags seed.jsonl curated.jsonl -o train.jsonl"),
            Example(
                "with address and licence of each",
                "humpback export --format alpaca --keep url --keep licence curated.jsonl -o alpaca.jsonl"),
            Example(
                "a training for TRL; then, where the GPUs are, sh job/train.sh BASE OUT 8",
                "humpback export --trainer trl --base M --seed-data seed.jsonl curated.jsonl --out job"),
        ]
    ) { arguments in
        if arguments[HandoverExport.trainer] != nil {
            let others: [any DeclaredOption] = [
                format, sourceTags, keep, card, title, stageSummaries, SharedOptions.output, SharedOptions.limit, SharedOptions.sample,
                SharedOptions.rejects, SharedOptions.maxBroken, SharedOptions.exclude, SharedOptions.summary, SharedOptions.resume,
            ]
            if let other = others.first(where: { arguments.has($0) }) {
                throw UsageError.combination(
                    "\(other.declaration.flag) goes with a file of records, and --trainer writes a folder; leave one out.")
            }
            let rule = PairExport(
                format: .messages, minimumScore: arguments[minScore], includesOptedOut: arguments[withOptedOut])
            return try HandoverExport.run(arguments, rule: rule)
        }
        if let option = HandoverExport.options.options.first(where: { arguments.hasOption($0.name) }) {
            throw UsageError.combination("\(option.flag) says how another program trains; give --trainer as well.")
        }
        if arguments.has(card), arguments[SharedOptions.resume] {
            throw UsageError.combination("--card needs a whole run; with --resume it would know only the records of the last part.")
        }
        if let path = arguments[card], !arguments[SharedOptions.force], FileManager.default.fileExists(atPath: path) {
            throw FileError.exists(file: path)
        }
        let files = arguments[stageSummaries]
        let stages = files.isEmpty ? [] : try RecordSource.readAll(files)
        let export = PairExport(
            format: arguments[format], addsSourceTags: arguments[sourceTags], keptFields: arguments[keep],
            minimumScore: arguments[minScore], includesOptedOut: arguments[withOptedOut])
        let measures = arguments.has(card) ? DataCardMeasures() : nil
        let twins = PairTwins()
        var counted: StageSummary?
        // One at a time, so that the card's bounded counts see the records in their order.
        let status = try await arguments.stage(concurrency: 1) { options in
            let runner = StageRunner(stage: "export", settings: export.settings, options: options)
            let summary = try await runner.run { record in
                let outcome = try export.outcome(of: record.object)
                if case .kept = outcome {
                    measures?.add(record.object)
                    twins.add(record.object)
                }
                return outcome
            }
            counted = summary
            return summary
        }
        if !arguments[SharedOptions.quiet],
            let sentence = twins.sentence(advice: "all are written. `humpback curate --distinct 1` keeps one of an instruction.")
        {
            complain("humpback export: \(sentence)")
        }
        if let measures, let path = arguments[card], let summary = counted, !summary.isInterrupted {
            let text = DataCard(
                measures, export: export, summary: summary, stages: stages.map(\.object),
                title: arguments[title] ?? "Instruction data by backtranslation")
            try AtomicFile.write(text.markdown, to: path)
        }
        return status
    }
}
