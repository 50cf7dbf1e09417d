import Ground

/// An instruction and the output that answers it: what `augment` makes and `curate` reads.
public struct Pair: Sendable, Equatable {
    /// The record as it stands on the pipe, unknown fields included.
    public let object: JSONObject
    public let id: String
    public let instruction: String
    public let output: String
    public var passageID: String? { object["passage_id"]?.string }
    public var system: String? { object["system"]?.string }
    public var origin: Origin? { object["origin"]?.string.flatMap(Origin.init(rawValue:)) }
    public var url: String? { object["url"]?.string }
    /// The language that the record says it is in.
    public var language: String? { object["lang"]?.string ?? object["language"]?.string }
    /// False only where `curate --keep-all` said so.
    public var isSelected: Bool { object["selected"]?.bool ?? true }

    /// Reads a pair, rated or not, or a native seed pair. A record without an id gets one from its texts.
    ///
    /// Throws `RecordsError.wrongShape` for another kind of record and a `Rejection` for a pair that lacks something.
    public init(_ object: JSONObject) throws {
        try RecordShape.require(.pair, object, orAlso: .ratedPair, .seed)
        if object["instruction"] == nil || object["output"] == nil, SeedFormat.of(object) != nil {
            throw RecordsError.wrongShape(wanted: .pair, found: .seed, place: nil)
        }
        instruction = try object.fullText("instruction")
        output = try object.fullText("output")
        id = object["id"]?.string ?? object["id"]?.integer.map(String.init) ?? RecordID.make(instruction, output)
        self.object = object
    }

    /// The pair that a passage and an instruction make: the passage's fields in their places, `text` renamed `output`.
    ///
    /// The pair's id is the passage's and the sample's number. `madeBy` says which model, prompt and sampling wrote the instruction.
    public init(_ passage: Passage, sample: Int, instruction: String, origin: Origin = .augmented, madeBy: JSONObject) {
        var object = passage.object
        id = "\(passage.id)-\(sample)"
        object["id"] = nil
        object["passage_id"] = nil
        object.setFirst("passage_id", .string(passage.id))
        object.setFirst("id", .string(id))
        object["instruction"] = nil
        object.rename("text", to: "output")
        object.set("instruction", .string(instruction), before: "output")
        object["origin"] = .string(origin.rawValue)
        object["made_by"] = .object(madeBy)
        self.object = object
        self.instruction = instruction
        output = passage.text
    }
}
