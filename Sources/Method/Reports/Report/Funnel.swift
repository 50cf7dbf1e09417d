/// The way from pages to kept pairs: how many records each step left.
struct Funnel: Sendable {
    struct Row: Sendable, Equatable {
        var name: String
        var file: String
        var count: Int
        /// Of what the step before left, where that is known.
        var share: Double?
        var note = ""
    }

    private(set) var rows: [Row] = []

    init(_ survey: RunSurvey) {
        let ingests = survey.stages.filter { $0.stage == "ingest" }
        if !ingests.isEmpty {
            let read = ingests.reduce(0) { $0 + $1.read }, used = ingests.reduce(0) { $0 + $1.used }
            let label = ingests.map(\.label).joined(separator: ", ")
            rows.append(Row(name: "pages", file: label, count: read))
            rows.append(
                Row(name: "pages that gave a passage", file: label, count: used, share: read > 0 ? Double(used) / Double(read) : nil))
        }
        var before: [Row] = []
        let steps: [(name: String, kind: RecordKind)] = [
            ("passages", .passage), ("pairs", .pair), ("kept pairs", .kept), ("rewritten pairs", .rewritten),
            ("new prompts", .prompt), ("preferences", .preference),
        ]
        for (name, kind) in steps {
            let found = survey.files.compactMap { file -> Row? in
                let count = file.count(kind)
                guard count > 0 else { return nil }
                var row = Row(name: name, file: file.label, count: count)
                if let whole = Self.whole(for: file.label, among: before), whole > 0, name != "preferences" {
                    row.share = Double(count) / Double(whole)
                }
                if name == "pairs", let share = row.share, share > 1 { row.note = "several instructions a passage" }
                return row
            }
            rows += found
            if !found.isEmpty { before = found }
        }
    }

    /// What a file's records were taken from: the file of the step before that is called alike, else all of that step together.
    private static func whole(for label: String, among before: [Row]) -> Int? {
        guard !before.isEmpty else { return nil }
        let alike = before.filter { stem($0.file) == stem(label) }
        return (alike.isEmpty ? before : alike).reduce(0) { $0 + $1.count }
    }

    /// The name without what says which step and iteration it is: `x/news-pairs.jsonl` and `x/news-curated2.jsonl` are alike.
    static func stem(_ label: String) -> String {
        var name = label.lowercased()
        for ending in [".gz", ".jsonl", ".json"] where name.hasSuffix(ending) { name.removeLast(ending.count) }
        for word in ["passages", "pairs", "curated", "rated", "kept", "rewritten"] { name = name.replacing(word, with: "") }
        return name.filter { !$0.isNumber && !"-_. ".contains($0) }
    }
}
