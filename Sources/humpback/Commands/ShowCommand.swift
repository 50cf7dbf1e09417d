import Stages

extension Command {
    private static let limit = Option<Int>.integer("limit", 1...Int.max, default: 10, "Show the first N records.")
    private static let characters = Option<Int>.integer("characters", 20...1_000_000, default: 300, "Show this much of each text.")

    static let show = Command(
        "show", "Shows records for reading.", operands: .files,
        discussion: "Passages, pairs, rated pairs and seeds: headings and scores, the instruction, and the beginning of the text.",
        groups: [OptionGroup("Reading", limit, characters)],
        cost: "One record in memory.",
        examples: [Example("ten pairs with their scores", "humpback show curated.jsonl")]
    ) { arguments in
        var source = try RecordSource(arguments.operands)
        for number in 1...arguments[limit] {
            guard !StandardOutput.isClosed, let item = try source.next() else { break }
            guard case .item(let record) = item.content else { continue }
            tell(RecordView(record.object, number: number, characters: arguments[characters]).text)
        }
        return .done
    }
}
