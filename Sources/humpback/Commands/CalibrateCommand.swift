import Curate
import LanguageModels
import Stages

extension Command {
    private static let labels = Option<[String]>.files("labels", "Verdicts by id: records with `id` and the verdict's field.")
    private static let field = Option<String?>.text("field", "NAME", "The field that holds the verdict. label without it.")
    private static let good = Option<Double>.number("good", -1e9...1e9, default: 4, "A number of at least this much is a good verdict.")
    private static let target = Option<Double>.number(
        "target", as: "SHARE", 0.01...1, default: 0.9, "So much of what passes shall be good.")
    private static let flag = Option<Bool>.flag("flag", "Print nothing but the option for curate: --min-score X.")
    private static let json = Option<Bool>.flag("json", "Print one JSON object.")

    static let calibrate = Command(
        "calibrate", "Finds the least score that lets good pairs pass, from people's verdicts.",
        operands: Operands(usage: "FILE...", count: 1...Int.max, completion: .file),
        discussion: """
            Reads rated pairs (`curate --keep-all` writes them all) on some of which people have said whether they are good: in the field \
            `label` of the pair, or in --labels FILE by id. A verdict is true or false, good or bad, yes or no, 1 or 0, or a mark of which \
            --good and more are good. Says how well the judge tells good pairs from bad ones, the share of good ones as it rises with the \
            score (isotonic regression), and the least score from which on --target of what passes is good: by these verdicts, which flatters, \
            and with 95 % certainty, as `curate --precision` takes it.

            `humpback label` takes verdicts in the terminal. Label pairs of low scores too, as it does: verdicts on the best rated alone tell nothing of the rest. With 100 verdicts \
            the share is known to about 6 points, with 30 to 11.
            """,
        groups: [OptionGroup("Verdicts", labels, field, good), OptionGroup("Threshold", target, flag, json)],
        cost: "The rated pairs that are given, in memory.",
        examples: [
            Example("where to cut", "humpback calibrate --labels verdicts.jsonl rated.jsonl"),
            Example(
                "straight into curate",
                "humpback curate $(humpback calibrate --flag --labels verdicts.jsonl rated.jsonl) pairs.jsonl -o curated.jsonl"),
        ]
    ) { arguments in
        if arguments[flag], arguments[json] { throw UsageError.combination("--flag and --json are two ways to print; give one.") }
        let pairs = try RecordSource.readAll(arguments.operands)
        let labels = arguments[labels].isEmpty ? [] : try RecordSource.readAll(arguments[labels])
        let verdicts = Verdicts(field: arguments[field] ?? "label", leastGood: arguments[good])
        let labelled = try verdicts.labelled(pairs: pairs, labels: labels)
        let calibration = try Calibration(labelled)
        let threshold = try calibration.threshold(for: arguments[target])
        let target = arguments[target]
        let report = CalibrationReport(
            calibration: calibration, threshold: threshold, target: target,
            certain: Result { () throws(PrecisionError) in try PrecisionThreshold.find(target, labelled) })
        if arguments[flag] {
            write("--min-score \(threshold.score)\n")
        } else {
            write(arguments[json] ? report.object.serialized + "\n" : report.text)
        }
        return .done
    }
}
