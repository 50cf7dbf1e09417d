import Ground
import Records
import Reports
import Stages

/// A record as a person reads it.
struct RecordView {
    /// What of a record is shown.
    struct Choice {
        /// The fields; none means instruction, text and output.
        var fields: [String] = []
        /// So much of each.
        var characters: Int
    }

    let text: String

    init(_ item: SourceItem<InputRecord>, number: Int, _ choice: Choice) {
        switch item.content {
        case .item(let record): self.init(record.object, number: number, at: record.place, choice)
        case .broken(_, let rejection): self.init(text: "\(number). \(item.place) is no record: \(rejection)\n\n")
        }
    }

    private init(text: String) { self.text = text }

    private init(_ record: JSONObject, number: Int, at place: SourcePlace, _ choice: Choice) {
        var lines = ["\(number). " + Self.caption(record, place)]
        let record = choice.fields.isEmpty ? Self.asPair(record) : record
        if choice.fields.isEmpty, let account = ScoreAccount(record) {
            lines += (["why: " + account.sentence] + account.terms).flatMap { wrapped($0, to: 96) }.map { "  " + $0 }
        }
        for field in choice.fields.isEmpty ? ["instruction", "text", "output"] : choice.fields {
            guard let value = record.value(at: field) else {
                if !choice.fields.isEmpty { lines.append("  \(field): -") }
                continue
            }
            guard let text = value.string else {
                if !choice.fields.isEmpty { lines.append("  \(field): \(value.serialized.prefix(choice.characters))") }
                continue
            }
            lines.append("  \(field):")
            let shown = text.count > choice.characters ? text.prefix(choice.characters) + "..." : Substring(text)
            for paragraph in shown.split(separator: "\n") { lines += wrapped(String(paragraph), to: 96).map { "    " + $0 } }
        }
        if lines.count == 1, choice.fields.isEmpty { lines.append("  fields: \(record.keys.prefix(20).joined(separator: ", "))") }
        text = lines.joined(separator: "\n") + "\n\n"
    }

    /// A pair in the spelling of Dolly, a conversation and the like, under the names of the pipe; any other record as it is.
    private static func asPair(_ record: JSONObject) -> JSONObject {
        guard record["output"] == nil || record["instruction"] == nil, let seed = try? Seed(record) else { return record }
        var pair = record
        (pair["instruction"], pair["output"]) = (.string(seed.instruction), .string(seed.output))
        return pair
    }

    private static func caption(_ record: JSONObject, _ place: SourcePlace) -> String {
        var parts = [record["id"]?.string ?? record["id"]?.integer.map(String.init) ?? "\(place)"]
        if let score = record["score"]?.double { parts.append("score \(Figures.fixed(score, 2))") }
        if record["origin"]?.string == Origin.rewritten.rawValue { parts.append("rewritten") }
        if record["selected"]?.bool == false { parts.append("not selected") }
        let headings = record["heading"]?.array?.compactMap(\.string) ?? []
        if !headings.isEmpty {
            parts.append(headings.joined(separator: " > "))
        } else if let title = record["title"]?.string {
            parts.append(title)
        }
        if let place = record["url"]?.string ?? record["source"]?.object?["file"]?.string { parts.append(place) }
        return parts.joined(separator: "  ")
    }
}
