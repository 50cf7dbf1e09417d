import Ground

/// A record as a person reads it.
struct RecordView {
    let text: String

    init(_ record: JSONObject, number: Int, characters: Int) {
        var lines = ["\(number). " + Self.caption(record)]
        for field in ["instruction", "text", "output"] {
            guard let value = record[field]?.string else { continue }
            lines.append("  \(field):")
            let shown = value.count > characters ? value.prefix(characters) + "..." : Substring(value)
            for paragraph in shown.split(separator: "\n") { lines += wrapped(String(paragraph), to: 96).map { "    " + $0 } }
        }
        text = lines.joined(separator: "\n") + "\n\n"
    }

    private static func caption(_ record: JSONObject) -> String {
        var parts: [String] = []
        if let score = record["score"]?.double { parts.append("score \(Figures.fixed(score, 2))") }
        let headings = record["heading"]?.array?.compactMap(\.string) ?? []
        if !headings.isEmpty {
            parts.append(headings.joined(separator: " > "))
        } else if let title = record["title"]?.string {
            parts.append(title)
        }
        if let place = record["url"]?.string ?? record["source"]?.object?["file"]?.string { parts.append(place) }
        if parts.isEmpty, let id = record["id"]?.string { parts.append(id) }
        return parts.joined(separator: "  ")
    }
}
