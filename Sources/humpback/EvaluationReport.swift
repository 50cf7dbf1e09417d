import Evaluate
import Ground

/// What models made of held-out pairs, for people.
struct EvaluationReport {
    let result: EvaluationResult
    /// Where each pair stands.
    let places: [String?]

    var text: String {
        var lines = result.rows.count == 1 ? result.rows.flatMap { single($0) } : table
        if result.rows.count > 1 {
            let sentences = result.rows.flatMap { $0.differences.map(\.sentence) }
            lines += [""] + sentences + ["(95 % intervals: Student's t over the \(result.measured) pairs.)"]
        }
        if result.withoutMismatch > 0 {
            let count = result.withoutMismatch == 1 ? "1 pair has" : "\(result.withoutMismatch) pairs have"
            lines += ["", "\(count) no other pair that is wrong for it (another text, less than half of the words alike), and no gain."]
        }
        lines += leftOut
        return lines.joined(separator: "\n") + "\n"
    }

    private func single(_ row: EvaluationResult.Row) -> [String] {
        var numbers: [(String, String)]
        switch row.figures {
        case .loss(let summary):
            numbers = [
                ("loss", Figures.fixed(summary.loss, 4) + " nats a token"), ("loss per pair", Figures.fixed(summary.lossPerPair, 4)),
                ("perplexity", Figures.fixed(summary.perplexity, 2)), ("bits per byte", Figures.fixed(summary.bitsPerByte, 4)),
            ]
            if let gain = summary.gain, let found = summary.found {
                numbers.append(
                    (
                        "gain",
                        Figures.fixed(gain, 2) + " nats over another pair's output, above 0 for \(Figures.fixed(100 * found, 1)) % of pairs"
                    ))
            }
            if let gain = summary.instructionGain, let listens = summary.listens {
                let interval =
                    gain.interval.map { " (95 % interval \(Figures.fixed($0.lowerBound, 4)) to \(Figures.fixed($0.upperBound, 4)))" } ?? ""
                numbers.append(
                    (
                        "gain",
                        Figures.fixed(gain.mean, 4) + " nats a token over other pairs' instructions\(interval), above 0 for "
                            + "\(Figures.fixed(100 * listens, 1)) % of pairs"
                    ))
            }
            numbers += [("pairs", "\(summary.pairs)"), ("tokens", "\(summary.tokens)")]
            if summary.cut > 0 { numbers.append(("cut", "\(summary.cut) outputs at a sentence end, to fit the context")) }
        case .judge(let summary):
            numbers = [
                ("AUC near", area(summary.near)), ("AUC random", area(summary.random)),
                (
                    "mean score",
                    "\(Figures.fixed(summary.meanRight, 3)) (near \(number(summary.meanNear, 3)), random \(number(summary.meanRandom, 3)))"
                ),
                ("pairs", "\(summary.pairs)"),
            ]
        }
        return numbers.map { $0.0.padded(to: 16) + $0.1 }
    }

    private var table: [String] {
        var rows = [[String]]()
        for row in result.rows {
            switch row.figures {
            case .loss(let summary):
                if rows.isEmpty {
                    rows.append(
                        ["model", "loss", "per pair", "perplexity", "bits/byte"] + (summary.gain == nil ? [] : ["gain"])
                            + ["against the first, a pair"] + (measuresListening ? ["instruction gain", "against the first"] : []))
                }
                let cells = [
                    row.name, Figures.fixed(summary.loss, 4), Figures.fixed(summary.lossPerPair, 4), Figures.fixed(summary.perplexity, 2),
                    Figures.fixed(summary.bitsPerByte, 4),
                ]
                let listening = [summary.instructionGain?.plainText ?? "none", differences(row, of: Self.listening)]
                rows.append(
                    cells + (summary.gain.map { [Figures.fixed($0, 2)] } ?? []) + [differences(row, except: Self.listening)]
                        + (measuresListening ? listening : []))
            case .judge(let summary):
                if rows.isEmpty { rows.append(["model", "AUC near", "AUC random", "mean score", "against the first"]) }
                rows.append([
                    row.name, number(summary.near?.area, 3), number(summary.random?.area, 3), Figures.fixed(summary.meanRight, 3),
                    differences(row),
                ])
            }
        }
        return TextTable(rows: rows).lines + ["", "pairs           \(result.measured)"]
    }

    private static let listening: Set = ["instruction_gain", "instruction_gain_per_byte"]

    /// Whether outputs were scored with other pairs' instructions too.
    private var measuresListening: Bool { result.rows.contains { $0.losses.contains { !$0.gains.isEmpty } } }

    private func differences(_ row: EvaluationResult.Row, of measures: Set<String>? = nil, except others: Set<String> = []) -> String {
        row.differences.filter { measures?.contains($0.measure) ?? !others.contains($0.measure) }.map { found in
            let unit = [.bitsAByte, .gainAByte].contains(found.unit) ? " bits a byte" : ""
            return found.difference.text + unit
        }.joined(separator: ", ")
    }

    /// The pairs that no figure stands on: how many of each reason, and the first of them by name.
    private var leftOut: [String] {
        guard !result.leftOut.isEmpty else { return [] }
        let all = result.measured + result.leftOut.count
        let forAll = result.rows.count > 1 ? " for every model" : ""
        let reasons = EvaluationResult.reasons(result.leftOut.map(\.rejection.reason))
        let named = result.leftOut.prefix(Self.mostNamed).map { one in
            "  \(places[one.index] ?? one.id)  \(one.rejection)" + (result.rows.count > 1 ? "  by \(one.model)" : "")
        }
        let rest = result.leftOut.count - named.count
        let verb = result.leftOut.count == 1 ? "is" : "are"
        return ["", "\(result.leftOut.count) of \(all) pairs \(verb) left out\(forAll): \(reasons)"] + named
            + (rest > 0 ? ["  and \(rest) more; --json names them all"] : [])
    }

    private static let mostNamed = 10

    private func area(_ separation: Separation?) -> String {
        guard let separation else { return "none: no pair has such a wrong one" }
        let interval =
            separation.interval.map { " (95 % interval \(Figures.fixed($0.lowerBound, 3)) to \(Figures.fixed($0.upperBound, 3)))" } ?? ""
        return Figures.fixed(separation.area, 3) + interval
    }

    private func number(_ value: Double?, _ digits: Int) -> String { value.map { Figures.fixed($0, digits) } ?? "none" }
}
