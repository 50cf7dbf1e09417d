import Ground
import Stages

extension Command {
    private static let limit = Option<Int>.integer("limit", 1...Int.max, default: 10, "Show the first N records.")
    private static let characters = Option<Int>.integer("characters", 20...1_000_000, default: 300, "Show this much of each text.")
    private static let sample = Option<Int?>.integer(
        "sample", 1...100_000, "Show N records, chosen by hash over the whole input: the same ones every time.")
    private static let sort = Option<String?>.text(
        "sort", "FIELD",
        "Show those first whose FIELD is greatest, as in --sort score; texts by their letters. A dot leads into an object, and a number into a "
            + "list, from 0: ratings.0.gain.")
    private static let reverse = Option<Bool>.flag("reverse", "With --sort: the least first.")
    private static let fields = Option<[String]>.texts(
        "field", "NAME", "Show this field instead of instruction, text and output, as in --field made_by.model.")

    static let show = Command(
        "show", "Shows records for reading.", operands: .files,
        discussion: """
            Passages, pairs, rated pairs and seeds, of files or from a pipe: id, score and headings, the instruction, and the beginning of the \
            text. `humpback trace ID` follows one of them through a run.
            """,
        groups: [OptionGroup("Choice", limit, sample, sort, reverse), OptionGroup("Reading", fields, characters)],
        cost: "One record in memory; with --sample or --sort those that are shown.",
        examples: [
            Example("ten pairs with their scores", "humpback show curated.jsonl"),
            Example("the worst rated of all", "humpback show --sort score --reverse rated.jsonl"),
            Example("which models wrote twenty of them", "humpback show --sample 20 --field instruction --field made_by.model pairs.jsonl"),
        ]
    ) { arguments in
        if arguments[reverse], !arguments.has(sort) { throw UsageError.combination("--reverse turns an order round; give --sort FIELD.") }
        var choice = ShownRecords(
            limit: arguments.has(limit) ? arguments[limit] : arguments[sample] ?? arguments[limit], sample: arguments[sample],
            sort: arguments[sort], isReversed: arguments[reverse])
        var source = try RecordSource(arguments.operands)
        let view = RecordView.Choice(fields: arguments[fields], characters: arguments[characters])
        if choice.needsAll {
            while let item = try source.next() {
                try Task.checkCancellation()
                choice.offer(item)
            }
            if let missing = choice.nothingToSortBy {
                complain("humpback show: \(missing)")
                return .couldNotRun
            }
            for (number, item) in choice.chosen.enumerated() { tell(RecordView(item, number: number + 1, view).text) }
            if let missing = choice.withoutField { complain("humpback show: \(missing)") }
        } else {
            for number in 1...choice.limit {
                guard !StandardOutput.isClosed, let item = try source.next() else { break }
                tell(RecordView(item, number: number, view).text)
            }
        }
        return .done
    }
}
