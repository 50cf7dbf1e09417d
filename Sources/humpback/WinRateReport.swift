import Evaluate
import Ground

/// Win rates for people.
struct WinRateReport {
    let result: ComparisonResult

    var text: String {
        var rows = [
            [
                "model", "against", "win rate %", "95 % interval", "won", "lost", "tied", "length-controlled", "style-controlled",
                "characters",
            ]
        ]
        for row in result.rows {
            let rate = row.winRate
            rows.append([
                row.model, row.base, Figures.fixed(rate.rate, 2) + (rate.standardError.map { " ± " + Figures.fixed($0, 2) } ?? ""),
                rate.interval.map { "\(Figures.fixed($0.lowerBound, 1)) to \(Figures.fixed($0.upperBound, 1))" } ?? "none", "\(rate.wins)",
                "\(rate.losses)",
                "\(rate.ties)", controlled(row.lengthControlled), controlled(row.styleControlled),
                row.lengths.map { "\(Figures.fixed($0[1], 0)) / \(Figures.fixed($0[0], 0))" } ?? "unknown",
            ])
        }
        var lines = TextTable(rows: rows).lines
        lines += result.rows.flatMap(sentences)
        lines += result.withoutPreference.map { "Of \($0) no verdict has a preference." }
        return lines.joined(separator: "\n") + "\n"
    }

    private func controlled(_ rate: ControlledWinRate?) -> String {
        rate.map { "\(Figures.fixed($0.rate, 2)) ± \(Figures.fixed($0.standardError, 2))" } ?? "none"
    }

    private func sentences(_ row: ComparisonResult.Row) -> [String] {
        var lines = ["", verdict(row)]
        if let effects = row.styleControlled?.effects, !effects.isEmpty {
            let strong = effects.filter { abs($0.weight) > 1.96 * $0.standardError }
            let said = strong.map { "\($0.weight > 0 ? "more" : "less") \($0.name)" }
            lines.append(
                strong.isEmpty
                    ? "No mark of style sways the verdicts measurably."
                    : "What sways the verdicts beside the answer: \(said.joined(separator: ", ")).")
        }
        if let both = row.consistent {
            lines.append("The judge said the same in both orders for \(both.agreed) of \(both.asked) pairs; the others are ties.")
        }
        if !row.undecided.isEmpty {
            let reasons = row.undecided.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            lines.append("Without a verdict: \(reasons).")
        }
        return lines
    }

    private func verdict(_ row: ComparisonResult.Row) -> String {
        guard row.winRate.verdicts >= WinRate.leastVerdicts else {
            let few = row.winRate.verdicts == 1 ? "1 verdict decides" : "\(row.winRate.verdicts) verdicts decide"
            return "\(few) nothing between \(row.model) and \(row.base): "
                + "\(WinRate.leastVerdicts) are the least, and a hundred tell 60 % from half."
        }
        guard let interval = row.winRate.interval, !interval.contains(50) else {
            return "Whether \(row.model) or \(row.base) is preferred cannot be told with \(row.winRate.verdicts) verdicts."
        }
        let winner = interval.lowerBound > 50 ? row.model : row.base
        guard let styled = row.styleControlled else { return "\(winner) is preferred." }
        let (low, high) = (styled.rate - 1.96 * styled.standardError, styled.rate + 1.96 * styled.standardError)
        if low <= 50, high >= 50 { return "\(winner) is preferred, but with style held equal no difference is left that can be told." }
        return (styled.rate > 50) == (winner == row.model)
            ? "\(winner) is preferred, with style held equal too."
            : "\(winner) is preferred for its style: with style held equal the other is."
    }
}
