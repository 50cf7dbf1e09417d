import Finetune
import Ground
import Records
import Stages

extension Command {
    private static let role = Option<[ModelRole]>.choices("role", "The role whose rows are shown. forward without it.")
    private static let turns = Option<ConversationTurns>.choice("turns", default: .first, "As in finetune.")
    private static let context = Option<Int?>.integer("context", 16...1_000_000, "As in finetune.")
    private static let limit = Option<Int>.integer("limit", 1...Int.max, default: 10, "Show the first N records.")
    private static let json = Option<Bool>.flag("json", "One JSON object a row: token ids, a flag a token, and the spans of text.")

    static let showMask = Command(
        "show-mask", "Shows which tokens of a record training learns.", operands: .files,
        discussion: """
            Reads seeds, curated pairs or preferences as finetune does, writes each as the model's template has it, and marks the tokens \
            that carry a loss: in colour on a terminal, between ⟦ and ⟧ elsewhere. Of a preference both answers are shown.
            """,
        groups: [OptionGroup("Rows", SharedOptions.base, role, turns, context, limit, json), .pairFields],
        cost: "One record and the tokenizer in memory.",
        examples: [
            Example("is the answer learned and the question not?", "humpback show-mask seed.jsonl"),
            Example("every answer of a conversation, for a program", "humpback show-mask --turns all --json chats.jsonl"),
        ]
    ) { arguments in
        let folder = try ModelLocator.folder(arguments[SharedOptions.base], for: nil, flag: "--base")
        let reader = LossMaskReader(
            encoder: try RowEncoder(modelFolder: folder, context: arguments[context], trains: false),
            roles: arguments[role].isEmpty ? [.forward] : arguments[role], learnsAllTurns: arguments[turns] == .all)
        var source = try RecordSource(arguments.operands, fields: arguments.fieldNames)
        var refused = 0
        for _ in 1...arguments[limit] {
            guard let item = try source.next() else { break }
            do {
                guard case .item(let record) = item.content else {
                    if case .broken(_, let rejection) = item.content { throw rejection }
                    continue
                }
                for mask in try reader.masks(of: record) {
                    write(
                        arguments[json] ? JSONValue.object(mask.object).serialized + "\n" : mask.text(inColour: Terminal.outputIsTerminal))
                }
            } catch let rejection as Rejection {
                refused += 1
                complain("\(item.place): \(rejection); nothing to learn from it")
            }
        }
        return refused > 0 ? .tooMuchBroken : .done
    }
}

/// Which answers of a conversation are learned.
enum ConversationTurns: String, CaseIterable { case first, all }
