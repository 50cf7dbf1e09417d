import Ground

/// How near models' manners are to a reference's, and what that says beside the tasks, as `evaluate --imitation --json` writes it.
struct ImitationFigures: Sendable {
    struct Row: Sendable {
        var model: String
        /// A figure by its measure's name, with its 95 % interval.
        var figures: [String: (value: Double, interval: ClosedRange<Double>?)]
        /// The measures in which it has moved from the base's beyond what chance leaves open: towards the reference, or away from it.
        var nearer: Set<String>
        var farther: Set<String>
        /// The verdict in words; nil for the base.
        var sentence: String?
    }

    /// The measures, and what they are called.
    static let measures = [
        ("list", "list where it has one"), ("summary", "summary where it has one"), ("vocabulary", "shared vocabulary"),
        ("length", "correlation of lengths"), ("tone", "authoritative tone"),
    ]

    var reference: String
    var instructions: Int
    var rows: [Row]

    /// Nil where the object is another.
    init?(_ object: JSONObject) {
        guard let reference = object["reference"]?.string, let instructions = object["instructions"]?.integer,
            let models = object["models"]?.array
        else { return nil }
        (self.reference, self.instructions) = (reference, instructions)
        rows = models.compactMap(\.object).compactMap { model in
            guard let name = model["model"]?.string else { return nil }
            var row = Row(model: name, figures: [:], nearer: [], farther: [])
            for (measure, _) in Self.measures {
                guard let value = model[measure]?.double, value.isFinite else { continue }
                let ends = (model[measure + "_interval"]?.array ?? []).compactMap(\.double)
                row.figures[measure] = (value, ends.count == 2 && ends[0] <= ends[1] ? ends[0]...ends[1] : nil)
                switch model["moved"]?.object?[measure]?.object?["verdict"]?.string {
                case "higher": row.nearer.insert(measure)
                case "lower": row.farther.insert(measure)
                default: break
                }
            }
            row.sentence = object["sentences"]?.object?[name]?.string
            return row
        }
        if rows.isEmpty { return nil }
    }
}
