import Ground

/// What a user's files call the fields that stages read, where they have names of their own.
public struct FieldNames: Sendable, Equatable {
    public var text: String?
    public var instruction: String?
    public var output: String?

    public init(text: String? = nil, instruction: String? = nil, output: String? = nil) {
        self.text = text
        self.instruction = instruction
        self.output = output
    }

    /// The fields that have names of their own, under the names of the pipe.
    public var named: [(field: String, name: String)] {
        [("text", text), ("instruction", instruction), ("output", output)].compactMap { field, name in
            name.flatMap { $0 == field ? nil : (field, $0) }
        }
    }

    /// What makes two readings the same; empty where nothing has another name.
    public var settings: JSONObject { JSONObject(named.map { ($0.field, .string($0.name)) }) }

    /// The record with its fields under the names of the pipe, each in its place; a field that had such a name without meaning it goes on
    /// as `source_NAME`. A record without the named field is left as it is, so that files of both kinds can be read together.
    public func renamed(_ object: JSONObject) -> JSONObject {
        var renamed = object
        for (field, name) in named where object[name] != nil {
            if renamed[field] != nil { renamed.rename(field, to: "source_\(field)") }
            renamed.rename(name, to: field)
        }
        return renamed
    }

    /// Which options name the fields of this record where its own names are not known, with the likeliest of its fields.
    static func advice(for wanted: [String], in object: JSONObject) -> String {
        let parts = wanted.map { field in "--\(field)-field \(likeliest(field, in: object) ?? "NAME")" }
        return parts.joined(separator: " ")
    }

    /// The field that other people's files call so.
    private static func likeliest(_ field: String, in object: JSONObject) -> String? {
        usual[field]?.lazy.compactMap { name in object.keys.first { $0.lowercased() == name } }.first
    }

    private static let usual = [
        "instruction": ["instruction", "question", "query", "prompt", "input", "request", "problem", "user", "human", "title"],
        "output": [
            "output", "answer", "response", "completion", "reply", "target", "solution", "answers", "assistant", "gpt", "chosen", "text",
        ],
        "text": ["text", "content", "body", "article", "document", "passage", "page", "raw_content", "markdown", "maintext", "main_text"],
    ]
}

extension JSONObject {
    /// The names of the fields for a message: as many as a line holds, each cut to what a name needs.
    public var fieldList: String {
        let shown = keys.prefix(12).map { $0.count > 40 ? $0.prefix(40) + "…" : $0[...] }
        return keys.isEmpty ? "no field" : shown.joined(separator: ", ") + (keys.count > 12 ? " and \(keys.count - 12) more" : "")
    }
}
