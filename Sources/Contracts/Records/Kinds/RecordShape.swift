import Ground

/// Which record of the pipe an object is, told from its fields.
public enum RecordShape: String, Sendable, CaseIterable {
    case passage
    case pair
    case ratedPair = "rated pair"
    case preference
    case seed
    case unknown = "record of no known kind"

    /// Tells the shape from the fields an object has; an instruction and an output that no stage has marked are a seed.
    public static func of(_ object: JSONObject) -> RecordShape {
        if object["chosen"] != nil, object["rejected"] != nil { return .preference }
        if object["real"] != nil, object["generated"] != nil { return .preference }
        if object["instruction"]?.string != nil, object["output"]?.string != nil {
            if object["score"]?.double != nil { return .ratedPair }
            return ["passage_id", "made_by", "origin"].contains { object[$0] != nil } ? .pair : .seed
        }
        if SeedFormat.of(object) != nil { return .seed }
        return object["text"]?.string != nil ? .passage : .unknown
    }

    var withArticle: String { "a \(rawValue)" }
}

extension RecordShape {
    /// Throws an error that says which command comes first, unless the object has one of the shapes; an object of no known shape gives
    /// a rejection that names the fields that are missing, since a single odd line is no reason to stop.
    public static func require(_ wanted: RecordShape, _ object: JSONObject, orAlso others: RecordShape...) throws {
        let found = of(object)
        if found == wanted || others.contains(found) { return }
        guard found == .unknown else { throw RecordsError.wrongShape(wanted: wanted, found: found, place: nil) }
        throw Rejection("unknown_record", value: .string(object.fieldList), threshold: .string(wanted.fields + wanted.naming(object)))
    }

    /// The fields that make the shape, for an error's text.
    var fields: String {
        switch self {
        case .passage: "text"
        case .pair, .seed: "instruction, output"
        case .ratedPair: "instruction, output, score"
        case .preference: "prompt, chosen, rejected"
        case .unknown: ""
        }
    }

    /// Which options name the fields of a record that has names of its own.
    private func naming(_ object: JSONObject) -> String {
        switch self {
        case .passage: "; " + FieldNames.advice(for: ["text"], in: object)
        case .pair, .seed, .ratedPair: "; " + FieldNames.advice(for: ["instruction", "output"], in: object)
        case .preference, .unknown: ""
        }
    }

    /// What to do with a record of this shape where another is wanted.
    func advice(where wanted: RecordShape) -> String {
        switch (self, wanted) {
        case (.passage, .pair), (.passage, .seed): "`humpback augment` comes first, it gives a passage its instruction"
        case (.passage, .ratedPair): "`humpback augment` and then `humpback curate` come first"
        case (.pair, .ratedPair), (.seed, .ratedPair): "`humpback curate` comes first, it rates a pair"
        case (.pair, .passage): "it has its instruction already, `humpback curate` comes next"
        case (.ratedPair, .passage), (.ratedPair, .pair): "it is rated already, `humpback finetune` comes next"
        case (.seed, .passage): "a seed pair goes to `humpback finetune --seed-data`; passages come from `humpback ingest`"
        case (_, .preference): "preferences come from `humpback spin` and `humpback selfreward`"
        case (.preference, _): "preferences go to `humpback finetune --loss dpo` (or spin, ipo, hinge)"
        default: "give a file of \(wanted.rawValue)s, with the fields \(wanted.fields)"
        }
    }
}
