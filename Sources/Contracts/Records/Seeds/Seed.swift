import Ground

/// An instruction and an output written by people: what every model of the loop first learns from.
public struct Seed: Sendable, Equatable {
    public let id: String
    public let system: String?
    public let instruction: String
    public let output: String
    /// Whether a model learns to say the output; false where the source gives its turn the weight 0.
    public let isLearned: Bool
    /// The user-assistant turns after the first, which most stages do not use.
    public let furtherTurns: Int
    /// Those turns as far as user and assistant alternate; of an OASST tree none.
    public let furtherMessages: [ChatMessage]
    /// Why the conversation was not read to its end: a tool's turn, for instance.
    public let end: Rejection?
    public let format: SeedFormat
    /// ISO 639-1, where the source says it.
    public let language: String?
    /// The record as it came.
    public let object: JSONObject

    /// Reads a seed of any format in `SeedFormat`: the first user-assistant turn, its system prompt kept, further turns counted.
    ///
    /// `languages` keeps seeds of those languages only, where the source states one; empty keeps all. Throws
    /// `RecordsError.wrongShape` for another kind of record and a `Rejection` for a seed that has no usable first turn.
    public init(_ object: JSONObject, languages: [String] = []) throws {
        guard let format = SeedFormat.of(object) else {
            let found = RecordShape.of(object)
            guard found == .unknown else { throw RecordsError.wrongShape(wanted: .seed, found: found, place: nil) }
            let wanted = "instruction, output, or another seed format; " + FieldNames.advice(for: ["instruction", "output"], in: object)
            throw Rejection("unknown_record", value: .string(object.fieldList), threshold: .string(wanted))
        }
        let turn = try SeedTurn(object, format)
        language = turn.language ?? object["lang"]?.string ?? object["language"]?.string
        if !languages.isEmpty, let language, !languages.contains(where: { language.lowercased().hasPrefix($0.lowercased()) }) {
            throw Rejection("other_language", value: .string(language), threshold: .string(languages.joined(separator: ", ")))
        }
        guard !turn.instruction.isBlank else { throw Rejection("empty_instruction", value: 0, threshold: 1) }
        guard !turn.output.isBlank else { throw Rejection("empty_output", value: 0, threshold: 1) }
        instruction = turn.instruction.withoutPadding
        output = turn.output.withoutPadding
        isLearned = turn.isLearned
        end = turn.end
        system = turn.system.flatMap { $0.isBlank ? nil : $0.trimmed }
        furtherTurns = turn.further
        furtherMessages = turn.rest
        id = object["id"]?.string ?? object["message_tree_id"]?.string ?? RecordID.make(system ?? "", instruction, output)
        self.format = format
        self.object = object
    }

    /// Throws a `Rejection` where nothing is to be learned from the first answer, or from all of them, or where the conversation ends in
    /// something that is no text and `allTurns` would learn from what stands before it alone.
    public func requireLearned(allTurns: Bool = false) throws(Rejection) {
        if allTurns, let end { throw end }
        let further = allTurns && furtherMessages.contains { $0.role == .assistant && $0.isLearned }
        guard isLearned || further else { throw Rejection(Self.weightless, value: 0, threshold: 1) }
    }

    /// The reason of a rejection where an answer has the weight 0.
    public static let weightless = "weight_0"

    /// The seed as a record of the pipe: id, system, instruction, output, origin; of the source only its address and language.
    public var record: JSONObject {
        var record: JSONObject = ["id": .string(id)]
        if let system { record["system"] = .string(system) }
        record["instruction"] = .string(instruction)
        record["output"] = .string(output)
        record["origin"] = .string(Origin.seed.rawValue)
        if let url = object["url"] { record["url"] = url }
        if let language { record["lang"] = .string(language) }
        if furtherTurns > 0 { record["further_turns"] = .integer(furtherTurns) }
        return record
    }
}
