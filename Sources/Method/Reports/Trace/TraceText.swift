import Ground
import Records

/// A trace as a person reads it: the page, then one paragraph a record, with what every step recorded of it.
public struct TraceText: Sendable {
    public let text: String

    /// `characters` bounds how much of each text is shown.
    public init(_ trace: Trace, characters: Int = 120) {
        var lines: [String] = []
        for way in trace.ways {
            if !lines.isEmpty { lines.append("") }
            lines.append(way.id)
            lines += Self.origin(of: way).map { "  " + $0 }
            for event in way.events {
                lines.append("")
                let copies = event.copies.map { "\($0.file):\($0.line)" }
                let also =
                    copies.isEmpty
                    ? "" : ", and the same again in \(copies.prefix(6).joined(separator: ", "))" + (copies.count > 6 ? ", ..." : "")
                lines.append("  \(event.file):\(event.line)  \(event.step)\(also)")
                lines += Self.details(event, characters).map { "    " + $0 }
            }
            if let end = Self.end(of: way, trace) { lines += ["", "  " + end] }
        }
        text = lines.joined(separator: "\n") + "\n"
    }

    private static func origin(of way: Trace.Way) -> [String] {
        guard let record = way.events.first?.record else { return [] }
        var lines: [String] = []
        if let url = record["url"]?.string { lines.append("page     \(plain(url, 300))") }
        if let source = record["source"]?.object, let file = source["file"]?.string {
            let bytes = source["bytes"]?.array?.compactMap(\.integer) ?? []
            lines.append("source   \(plain(file, 300))" + (bytes.count == 2 ? ", bytes \(bytes[0]) to \(bytes[1])" : ""))
        }
        let headings = record["heading"]?.array?.compactMap(\.string) ?? []
        let path = [record["title"]?.string].compactMap { $0 } + headings
        if !path.isEmpty { lines.append("heading  \(plain(path.joined(separator: " > "), 300))") }
        lines.append("licence  \(plain(record["licence"]?.string ?? record["license"]?.string ?? Population.unknown, 200))")
        if let rule = record["opt_out"]?.string { lines.append("opt-out  \(plain(rule, 200))") }
        return lines
    }

    private static func details(_ event: Trace.Event, _ characters: Int) -> [String] {
        let record = event.record
        var lines: [String] = []
        if let id = record["id"]?.string, event.kind != .passage { lines.append("id           \(plain(id, 120))") }
        if let instruction = record["instruction"]?.string ?? record["prompt"]?.string {
            lines.append("instruction  \(plain(instruction, characters))")
        }
        for field in ["text", "output", "chosen", "rejected"] {
            guard let text = record[field]?.string, event.kind != .kept, event.kind != .unselected else { continue }
            lines.append(field.padding(13) + "\(Figures.grouped(text.unicodeScalars.count)) characters: \(plain(text, characters))")
        }
        lines += rewriting(record, characters)
        if event.kind == .pair { lines += made(record) }
        if let score = record["score"]?.double {
            lines.append("score        \(Figures.fixed(score, 4)) on the scale of 1 to 5")
            if let account = ScoreAccount(record) {
                lines += account.terms.map { "             \($0)" } + ["why          \(account.sentence)"]
            }
            lines += (record["ratings"]?.array ?? []).compactMap { $0.object.flatMap(Rating.init) }.map(judgement)
        }
        lines += ranked(record)
        if event.kind == .reject {
            var reason = record["reason"]?.string ?? ""
            if let value = record["value"], value != .null { reason += ", found \(plain(value.string ?? value.serialized, 120))" }
            if let threshold = record["threshold"], threshold != .null {
                reason += ", held against \(plain(threshold.string ?? threshold.serialized, 120))"
            }
            lines.append("reason       \(reason)")
        }
        return lines
    }

    /// What the pair was chosen by, where that was something else than the score.
    private static func ranked(_ record: JSONObject) -> [String] {
        guard let selector = record["selected_by"]?.string else { return [] }
        let signals = record["signals"]?.object
        let values = selector.split(separator: "+").map { name in
            let value = signals?[String(name)]?.double
            return "\(plain(String(name), 60))" + (value.map { " \(Figures.short($0))" } ?? "")
        }
        return ["ranked by    \(values.joined(separator: " and ")) (--select \(plain(selector, 120))); the score decided nothing"]
    }

    /// What a rewriting replaced and how, or why the original stayed.
    private static func rewriting(_ record: JSONObject, _ characters: Int) -> [String] {
        guard let rewriting = record["rewriting"]?.object else { return [] }
        if let reason = rewriting["reason"]?.string {
            var text = "original     stays: \(plain(reason, 60))"
            if let value = rewriting["value"], value != .null { text += ", found \(plain(value.string ?? value.serialized, 120))" }
            return [text]
        }
        var lines: [String] = []
        if let original = record["original"]?.object?["output"]?.string {
            lines.append("original     \(Figures.grouped(original.unicodeScalars.count)) characters: \(plain(original, characters))")
        }
        if let share = rewriting["share"]?.double {
            let model = record["rewritten_by"]?.object?["model"]?.string ?? "a model"
            lines.append("rewritten    by \(plain(model, 160)), \(Figures.percent(share)) of its words from the original")
        }
        return lines
    }

    private static func made(_ record: JSONObject) -> [String] {
        var lines: [String] = []
        if let maker = record["made_by"]?.object {
            let options = ["temperature", "top_p", "top_k", "max_new_tokens", "seed", "prompts", "build"].compactMap { key in
                maker[key].map { "\(key) \(ReportMakers.plain($0))" }
            }
            let model = ["model", "model_fingerprint", "precision"].compactMap { maker[$0]?.string }.joined(separator: " ")
            lines.append("made by      \(plain(model, 200)); \(plain(options.joined(separator: ", "), 300))")
        }
        if let mean = record["instruction_log_prob"]?.double { lines.append("likelihood   \(Figures.fixed(mean, 4)) nats a token") }
        if let rank = record["instruction_rank"]?.object, let nats = rank["nats"]?.double {
            let (by, passed) = (plain(rank["by"]?.string ?? "", 20), rank["passed"]?.integer ?? 1)
            lines.append("chosen       by \(by), \(Figures.fixed(nats, 4)) nats, the best of \(passed) samples that passed")
        }
        if record["truncated_prompt"]?.bool == true { lines.append("truncated    the model saw the beginning of the passage only") }
        return lines
    }

    private static func judgement(_ rating: Rating) -> String {
        let labels = rating.probabilities.map { "\($0.label) \(Figures.fixed($0.probability, 3))" }.joined(separator: ", ")
        var text = "rating       \(rating.rubric): \(labels)"
        if let gain = rating.gain {
            text += "; gain \(Figures.fixed(gain, 2)) nats"
        } else {
            let (low, high) = (rating.scale.lowerBound, rating.scale.upperBound)
            let numbers = rating.probabilities.compactMap { entry in Double(entry.label).map { $0 * entry.probability } }
            if numbers.count == rating.probabilities.count, !numbers.isEmpty {
                text += "; expected \(Figures.fixed(numbers.reduce(0, +), 3)) of \(Figures.short(low)) to \(Figures.short(high))"
            }
            text += ", label mass \(Figures.fixed(rating.mass, 3))"
        }
        return text + "; by \(plain(rating.judge, 160)), iteration \(rating.iteration)"
    }

    private static func end(of way: Trace.Way, _ trace: Trace) -> String? {
        let files = Set(way.events.filter { $0.kind == .kept || $0.kind == .preference }.flatMap(\.files))
        let models = trace.learners.filter { files.contains($0.file) }
        if !models.isEmpty { return "learned by " + models.map { "\($0.model) (from \($0.file))" }.joined(separator: ", ") }
        guard let last = way.events.last else { return nil }
        switch last.kind {
        case .passage:
            return "no pair of this passage stands in these files: --sample or --limit left it out, or augment has not come to it."
        case .pair: return "these files do not say what curate made of it."
        default: return nil
        }
    }

    /// Text on one line, without control characters, cut after so many characters.
    static func plain(_ text: String, _ limit: Int) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(limit) {
            switch scalar.value {
            case 0x09, 0x0A, 0x0D: line.append(" ")
            case 0..<0x20: line.append(Unicode.Scalar(0x2400 + scalar.value) ?? " ")
            case 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: line.append("\u{FFFD}")
            default: line.append(scalar)
            }
        }
        return String(line) + (text.unicodeScalars.count > limit ? "…" : "")
    }
}

extension String {
    fileprivate func padding(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
