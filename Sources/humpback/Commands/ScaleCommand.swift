import Evaluate

extension Command {
    private static let figure = Option<String?>.text(
        "figure", "NAME",
        "Which figure: a field of the records (figure without it), or of reports (the first of accuracy, exact_match, true_mass, win_rate, "
            + "loss without it).")
    private static let json = Option<Bool>.flag("json", "Print one JSON object.")

    static let scale = Command(
        "scale", "Says how quality grows with the number of pairs, and what a pair of one set is worth in another's.",
        operands: Operands(usage: "FILE|[SET:]N=FILE...", count: 1...Int.max, completion: .file),
        discussion: """
            Fits figure = alpha ln N + C (Li et al. 2023, section 3.4) to the figures of models trained on growing subsets, with the 95 % \
            interval of alpha. FILE has records with `n` (pairs), the figure and, where there are several, `set`; N=FILE is a report of \
            `humpback evaluate --json` or `compare --json` of which the last model was trained on N pairs.

            Two sets stand side by side, with the rate of exchange at the largest N of both: how many pairs of the first reach what one of \
            the other does. Give the human pairs first, and the curated ones second. Train on subsets that double \
            (`curate --sample N`), and more than once at each N where time allows: the interval is made of the scatter.
            """,
        groups: [OptionGroup("Report", figure, json)],
        cost: "None to speak of; the models are trained and evaluated before.",
        examples: [
            Example("a table of figures", "humpback scale --figure accuracy growth.jsonl"),
            Example(
                "reports of three models, each trained on a subset", "humpback scale 100=e100.json 200=e200.json 400=e400.json"),
            Example("the same of two sets", "humpback scale human:100=h100.json ... curated:100=c100.json ..."),
        ]
    ) { arguments in
        let points = try arguments.operands.flatMap { try ScalingPoint.read($0, figure: arguments[figure]) }
        let report = try ScalingReport(points)
        if arguments[json] { write(report.object.serialized + "\n") } else { tell(report.text) }
        return .done
    }
}
