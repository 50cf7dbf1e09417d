import Ground
import Ingest
import Records

/// What became of a page, for a person: its blocks, its headings, what each filter found, and a line a passage.
struct PageExplanation {
    let text: String

    init(of page: String, _ examination: PageExamination, showsBlocks: Bool, characters: Int) {
        var lines = [page]
        if let rejection = examination.rejection {
            lines.append("  \(examination.isBroken ? "broken" : "dropped") as a whole: \(Self.reason(rejection))")
        }
        if showsBlocks, !examination.blocks.isEmpty {
            lines.append("  blocks, kept from \(Self.rounded(examination.threshold)) on")
            lines += examination.blocks.map(Self.line)
        } else if !examination.blocks.isEmpty {
            let kept = examination.blocks.count { $0.isKept }
            lines.append("  \(kept) of \(examination.blocks.count) blocks are main content (--blocks shows them)")
        }
        if !examination.headings.isEmpty {
            lines.append("  headings")
            lines += examination.headings.map { String(repeating: "  ", count: 1 + $0.level) + Self.glimpse($0.text) }
        }
        if !examination.findings.isEmpty {
            lines.append("  filters on the page" + (examination.language.map { ", in \($0)" } ?? ""))
            lines += examination.findings.map { "    " + Self.line($0) }
        }
        if !examination.passages.isEmpty { lines.append("  passages") }
        for passage in examination.passages {
            lines += Self.lines(passage.outcome, characters)
            lines += passage.findings.map { "             " + Self.line($0) }
        }
        text = lines.joined(separator: "\n") + "\n\n"
    }

    private static func line(_ block: PageExamination.Block) -> String {
        let mark = block.isKept ? "+" : block.reason == "said before" ? "=" : " "
        return "  \(mark) \(rounded(block.probability)) \(padded(block.kind, 10)) \(glimpse(block.text))"
    }

    private static func line(_ finding: FilterFinding) -> String {
        var text = (finding.isPassed ? "passes  " : "FAILS   ") + padded(finding.filter + ", " + finding.reason, 46)
        if finding.value != .null { text += " " + (finding.value.string ?? finding.value.serialized) }
        if finding.threshold != .null { text += "  (threshold \(finding.threshold.string ?? finding.threshold.serialized))" }
        return text
    }

    private static func lines(_ outcome: Outcome, _ characters: Int) -> [String] {
        switch outcome {
        case .kept(let records): records.flatMap { ["    kept     " + passage($0)] + text(of: $0, characters) }
        case .dropped(let record, let rejection):
            ["    dropped  \(passage(record)): \(reason(rejection))"] + text(of: record, characters)
        case .broken(_, let rejection): ["    broken   \(reason(rejection))"]
        }
    }

    /// The passage itself, as much of it as is asked for.
    private static func text(of record: JSONObject, _ characters: Int) -> [String] {
        guard characters > 0, let text = record["text"]?.string else { return [] }
        let more = text.count - characters
        return (text.prefix(characters) + (more > 0 ? "… (\(more) characters more)" : "")).split(separator: "\n").flatMap { line in
            wrapped(String(line), to: 92).map { "           | " + $0 }
        }
    }

    private static func passage(_ record: JSONObject) -> String {
        let heading = record["heading"]?.array?.compactMap(\.string).joined(separator: " > ") ?? ""
        let count = record["text"]?.string?.unicodeScalars.count ?? 0
        return (heading.isEmpty ? "(no heading)" : heading) + ", \(count) characters"
    }

    private static func reason(_ rejection: Rejection) -> String {
        var text = rejection.reason
        if rejection.value != .null { text += ", found \(rejection.value.serialized)" }
        if rejection.threshold != .null { text += ", threshold \(rejection.threshold.serialized)" }
        return text
    }

    private static func rounded(_ share: Double) -> String {
        let hundredths = Int((share * 100).rounded())
        return "\(hundredths / 100).\(hundredths / 10 % 10)\(hundredths % 10)"
    }

    private static func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }

    private static func glimpse(_ text: String) -> String {
        let line = text.singleSpaced
        return line.count <= 90 ? line : line.prefix(89) + "…"
    }
}
