import Evaluate
import Foundation
import Ground

/// What a loop came to: its base and each of its models on the same held-out pairs, with 95 % intervals.
///
/// The loss is the mean over tokens, its interval Student's over the choice of pairs. What a model differs by from the base and from M0 is the
/// mean of the differences in loss a pair, pair by pair, so that what makes a pair hard for both falls out.
struct LossTable: Sendable {
    struct Row: Sendable {
        /// "base", "M0", "M1".
        var name: String
        /// What it learned from, for a person: "400 seeds + 51 curated".
        var data: String
        var losses: ModelLosses
    }

    struct Figures: Sendable {
        var loss: Double
        var interval: ClosedRange<Double>?
        var lossPerPair: Double
        var bitsPerByte: Double
        var tokens: Int
        var standardError: Double?
    }

    let rows: [Row]
    /// The places of the pairs that every model has a loss on.
    let common: [Int]
    /// Reason to count, of the pairs that are left out for all.
    let leftOut: [String: Int]

    init(_ rows: [Row]) {
        self.rows = rows
        let count = rows.map(\.losses.pairs.count).min() ?? 0
        common = (0..<count).filter { index in rows.allSatisfy { $0.losses.pairs[index].nats != nil } }
        leftOut = (0..<count).reduce(into: [:]) { found, index in
            guard let pair = rows.lazy.map({ $0.losses.pairs[index] }).first(where: { $0.nats == nil }) else { return }
            found[pair.reason ?? "unknown", default: 0] += 1
        }
    }

    /// The losses a pair of a row, in nats a token.
    private func pairLosses(_ row: Row) -> [Double] {
        common.map { (row.losses.pairs[$0].nats ?? .nan) / Double(max(1, row.losses.pairs[$0].tokens)) }
    }

    func figures(_ row: Row) -> Figures {
        var tally = RatioTally()
        var (nats, tokens, bytes) = (0.0, 0, 0)
        for index in common {
            let pair = row.losses.pairs[index]
            guard let loss = pair.nats else { continue }
            tally.add(loss, per: Double(pair.tokens))
            nats += loss
            tokens += pair.tokens
            bytes += pair.bytes
        }
        let loss = tokens > 0 ? nats / Double(tokens) : .nan
        let error = tally.standardError
        let half = error.map { PairedDifference.studentT(degrees: common.count - 1) * $0 }
        let perPair = pairLosses(row)
        return Figures(
            loss: loss, interval: half.flatMap { $0.isFinite && loss.isFinite ? loss - $0...loss + $0 : nil },
            lossPerPair: perPair.isEmpty ? .nan : perPair.reduce(0, +) / Double(perPair.count),
            bitsPerByte: bytes > 0 ? nats / log(2) / Double(bytes) : .nan, tokens: tokens, standardError: error)
    }

    /// How far a row is from the row of this name; nil for that row itself, those before it, and where there is none.
    func difference(_ row: Row, to name: String) -> PairedDifference? {
        guard let first = rows.firstIndex(where: { $0.name == name }), let own = rows.firstIndex(where: { $0.name == row.name }),
            own > first
        else {
            return nil
        }
        return PairedDifference(pairLosses(row), minus: pairLosses(rows[first]))
    }

    /// The table in Markdown, with the finding about each model in a sentence.
    func markdown(further: [(title: String, cell: (Row) -> String)] = []) -> String {
        func number(_ value: Double, _ digits: Int = 4) -> String { Ground.Figures.fixed(value, digits) }
        let titles =
            ["model", "trained on"] + further.map(\.title)
            + [
                "held-out loss (nats a token)", "95 % interval", "a pair", "against the base, a pair", "against M0, a pair", "bits a byte",
            ]
        var lines = ["| \(titles.joined(separator: " | ")) |", "| " + titles.map { _ in "---" }.joined(separator: " | ") + " |"]
        for row in rows {
            let figures = figures(row)
            let cells =
                [row.name, row.data] + further.map { $0.cell(row) } + [
                    number(figures.loss), figures.interval.map { "\(number($0.lowerBound, 3)) to \(number($0.upperBound, 3))" } ?? "",
                    number(figures.lossPerPair),
                    difference(row, to: "base")?.text ?? "", difference(row, to: "M0")?.text ?? "", number(figures.bitsPerByte),
                ]
            lines.append("| \(cells.joined(separator: " | ")) |")
        }
        lines.append("")
        for row in rows {
            if let found = difference(row, to: "base") { lines.append(found.sentence(row.name, than: "the base")) }
            if let found = difference(row, to: "M0") { lines.append(found.sentence(row.name, than: "M0")) }
        }
        lines += [
            "",
            "Over \(common.count) held-out pairs, which no training saw; \"a pair\" is the mean of the pairs' own "
                + "losses, long and short ones alike, and differences are of that, with Student's 95 % interval.",
        ]
        if !leftOut.isEmpty {
            let reasons = leftOut.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            lines.append("\(leftOut.values.reduce(0, +)) further pairs are left out for all models: \(reasons).")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A row for programs.
    func object(_ row: Row) -> JSONObject {
        func number(_ value: Double?) -> JSONValue { value.map { $0.isFinite ? .double($0) : .null } ?? .null }
        let figures = figures(row)
        var object: JSONObject = [
            "model": .string(row.name), "trained_on": .string(row.data), "pairs": .integer(common.count),
            "tokens": .integer(figures.tokens),
            "loss": number(figures.loss), "loss_per_pair": number(figures.lossPerPair), "perplexity": number(exp(figures.loss)),
            "bits_per_byte": number(figures.bitsPerByte), "loss_standard_error": number(figures.standardError),
            "interval": figures.interval.map { [.double($0.lowerBound), .double($0.upperBound)] } ?? .null,
        ]
        if let found = difference(row, to: "base") { object["against_base"] = .object(found.object) }
        if let found = difference(row, to: "M0") { object["against_M0"] = .object(found.object) }
        return object
    }
}
