import Ground
import LanguageModels
import Records

/// The layouts of instruction data that other trainers read.
public enum ExportFormat: String, Sendable, CaseIterable {
    /// `messages` of `{role, content}`: TRL, Axolotl, LLaMA-Factory, torchtune and the services with a chat interface.
    case messages
    /// `instruction`, an empty `input`, `output`, and `system` where there is one.
    case alpaca
    /// `conversations` of `{from, value}` with the speakers system, human and gpt.
    case sharegpt
    /// `prompt` and `completion`, each a list of messages, so that a trainer may learn the completion alone.
    case completion
}

/// Makes the record that another trainer reads out of a pair or a seed.
public struct PairExport: Sendable {
    public var format: ExportFormat
    /// Gives each pair the system prompt that says whether it was written by people or found on the web, as `finetune` trains it.
    public var addsSourceTags: Bool
    /// Fields that go along as they are.
    public var keptFields: [String]
    public var minimumScore: Double?
    /// Also hands on pairs from pages that asked not to be used.
    public var includesOptedOut: Bool

    public init(
        format: ExportFormat, addsSourceTags: Bool = false, keptFields: [String] = [], minimumScore: Double? = nil,
        includesOptedOut: Bool = false
    ) {
        self.format = format
        self.addsSourceTags = addsSourceTags
        self.keptFields = keptFields
        self.minimumScore = minimumScore
        self.includesOptedOut = includesOptedOut
    }

    /// What makes the output what it is, for `--resume` to compare.
    public var settings: JSONObject {
        [
            "format": .string(format.rawValue), "source_tags": .bool(addsSourceTags), "keep": .array(keptFields.map { .string($0) }),
            "min_score": minimumScore.map { .double($0) } ?? .null, "with_opted_out": .bool(includesOptedOut),
        ]
    }

    /// The exported record; throws a `Rejection` where what is to be held against a least score is none; dropped where the pair was not selected, scores too low, or comes from a page that opted out.
    public func outcome(of record: JSONObject) throws -> Outcome {
        if record["selected"]?.bool == false { return .dropped(record, Rejection("not_selected", value: record["score"] ?? .null)) }
        if let minimumScore {
            guard let score = record["score"]?.double else {
                guard let unread = record["score"], unread != .null else {
                    return .dropped(record, Rejection("no_score", threshold: .double(minimumScore)))
                }
                throw Rejection("score_out_of_range", value: unread, threshold: "1.0 to 5.0")
            }
            guard score >= 1, score <= 5 else {
                throw Rejection("score_out_of_range", value: record["score"] ?? .null, threshold: "1.0 to 5.0")
            }
            if score < minimumScore {
                return .dropped(record, Rejection("score_low", value: .double(score), threshold: .double(minimumScore)))
            }
        }
        if !includesOptedOut, let rule = record["opt_out"], rule != .null, rule != .bool(false) {
            return .dropped(record, Rejection("opt_out", value: rule))
        }
        do {
            return .kept([try exported(record)])
        } catch let rejection as Rejection where rejection.reason == Seed.weightless {
            return .dropped(record, rejection)
        }
    }

    private struct Turn {
        var id: String, system: String?, instruction: String, output: String, isSeed: Bool
    }

    private func turn(_ record: JSONObject) throws -> Turn {
        if RecordShape.of(record) == .seed {
            let seed = try Seed(record)
            try seed.requireLearned()
            return Turn(id: seed.id, system: seed.system, instruction: seed.instruction, output: seed.output, isSeed: true)
        }
        let pair = try Pair(record)
        return Turn(
            id: pair.id, system: pair.system, instruction: pair.instruction, output: pair.output, isSeed: pair.origin == .seed)
    }

    private func exported(_ record: JSONObject) throws -> JSONObject {
        let turn = try turn(record)
        var system = turn.system
        if addsSourceTags {
            let tag = turn.isSeed ? RolePrompts.seedTag : RolePrompts.webTag
            system = RolePrompts.forward(turn.instruction, tag: tag, system: turn.system).first?.content
        }
        var object: JSONObject = ["id": .string(turn.id)]
        switch format {
        case .messages:
            object["messages"] = .array(asked(turn, system) + [message("assistant", turn.output)])
        case .completion:
            object["prompt"] = .array(asked(turn, system))
            object["completion"] = [message("assistant", turn.output)]
        case .alpaca:
            if let system { object["system"] = .string(system) }
            object["instruction"] = .string(turn.instruction)
            object["input"] = ""
            object["output"] = .string(turn.output)
        case .sharegpt:
            var turns = system.map { [speech("system", $0)] } ?? []
            turns += [speech("human", turn.instruction), speech("gpt", turn.output)]
            object["conversations"] = .array(turns)
        }
        for field in keptFields where object[field] == nil { object[field] = record[field] ?? .null }
        return object
    }

    private func asked(_ turn: Turn, _ system: String?) -> [JSONValue] {
        (system.map { [message("system", $0)] } ?? []) + [message("user", turn.instruction)]
    }

    private func message(_ role: String, _ content: String) -> JSONValue { ["role": .string(role), "content": .string(content)] }
    private func speech(_ speaker: String, _ text: String) -> JSONValue { ["from": .string(speaker), "value": .string(text)] }
}
