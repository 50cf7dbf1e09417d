import Evaluate
import Ground
import Reports

extension Command {
    private static let json = Option<Bool>.flag(
        "json", "One JSON object a step: file, line, step and the record itself, and where the same record stands again.")
    private static let characters = Option<Int>.integer("characters", 20...1_000_000, default: 120, "Show this much of each text.")

    static let trace = Command(
        "trace", "Follows one record through the files of a run.",
        operands: Operands(usage: "ID FILE|DIR...", count: 2...Int.max, completion: .file),
        discussion: """
            ID is the id of a passage, pair or preference, the beginning of one (four characters at least), or a page's address or file. What \
            is shown: where on the page the passage stands, its record in each file, what wrote its instruction and how, the judge's \
            probabilities and gain, what --select ranked by, and whether it was kept, or which stage dropped it, for what reason, at which value, against which \
            threshold. In a folder of `run`, `spin` or `selfreward` also which model learned it; other trainings do not record their pairs.

            Rejects are followed too where they were written (--rejects FILE).
            """,
        groups: [OptionGroup("Reading", characters, json)],
        cost: "The files are read twice; memory holds what was found.",
        examples: [
            Example("a pair's way through a run", "humpback trace 46baaba34c36 runs/first"),
            Example("why a page gave nothing", "humpback trace https://example.org/page passages.jsonl rejects.jsonl"),
            Example("for a program", "humpback trace --json 46baaba34c365973ac309e12-0 passages.jsonl pairs.jsonl curated.jsonl"),
        ]
    ) { arguments in
        guard let id = arguments.operands.first, !id.isEmpty else { throw UsageError.missingOperand("ID") }
        let trace = try Trace(id, in: try RunFiles(Array(arguments.operands.dropFirst())))
        guard arguments[json] else {
            tell(TraceText(trace, characters: arguments[characters]).text)
            return .done
        }
        for event in trace.ways.flatMap(\.events) {
            var object: JSONObject = [
                "file": .string(event.file), "line": .integer(event.line), "step": .string(event.step), "record": .object(event.record),
            ]
            if !event.copies.isEmpty {
                object["copies"] = .array(event.copies.map { ["file": .string($0.file), "line": .integer($0.line)] })
            }
            write(object.serialized + "\n")
        }
        return .done
    }
}
