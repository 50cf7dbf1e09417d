import Foundation
import Ground

/// How a figure grows with the pairs of one set, as `scale --json` writes it.
struct ScalingFigures: Sendable {
    struct Line: Sendable {
        var name: String
        /// Pairs, the figure there, and the fitted one.
        var points: [(pairs: Double, figure: Double, fit: Double)]
        var alpha: Double
        var interval: ClosedRange<Double>?
    }

    var lines: [Line]
    /// What a pair of one set is worth in another's, in words.
    var exchanges: [String]

    /// Nil where the object is another.
    init?(_ object: JSONObject) {
        lines = (object["sets"]?.array ?? []).compactMap(\.object).compactMap { set in
            guard let name = set["set"]?.string, let alpha = set["alpha"]?.double, alpha.isFinite else { return nil }
            let points = (set["at"]?.array ?? []).compactMap(\.object).compactMap { point -> (Double, Double, Double)? in
                guard let pairs = point["n"]?.double, let figure = point["figure"]?.double, let fit = point["fit"]?.double, pairs > 0,
                    [pairs, figure, fit].allSatisfy(\.isFinite)
                else { return nil }
                return (pairs, figure, fit)
            }
            let ends = (set["alpha_interval"]?.array ?? []).compactMap(\.double)
            let interval = ends.count == 2 && ends[0] <= ends[1] ? ends[0]...ends[1] : nil
            return points.isEmpty ? nil : Line(name: name, points: points, alpha: alpha, interval: interval)
        }
        exchanges = (object["exchange"]?.array ?? []).compactMap { $0.object?["sentence"]?.string }
        if lines.isEmpty { return nil }
    }
}

/// The part of the report on scaling: figures over growing numbers of pairs, and the lines laid through them.
enum ReportScaling {
    static func html(_ survey: RunSurvey) -> String { survey.scalings.map(html).joined() }

    private static func html(_ found: ScalingFigures) -> String {
        let series = found.lines.prefix(8).enumerated().flatMap { colour, line in
            [
                PlotSeries(name: line.name, points: line.points.map { PlotPoint(x: $0.pairs, y: $0.figure) }, colour: colour, isDots: true),
                // On a logarithmic axis the fit is a straight line, so its ends are enough.
                PlotSeries(name: "", points: ends(line), colour: colour),
            ]
        }
        let sentences = found.lines.map { line in
            let interval = line.interval.map {
                " (95 % interval \(Figures.short($0.lowerBound * log(2))) to \(Figures.short($0.upperBound * log(2))))"
            }
            return "\(line.name): twice the pairs change the figure by \(Figures.short(line.alpha * log(2)))\(interval ?? "")."
        }
        return Plot.lines(series, title: "The figure over the number of pairs", x: "pairs", y: "figure", isLogarithmic: true)
            + (sentences + found.exchanges).map { "<p>\(HTMLText.escaped($0))</p>\n" }.joined()
    }

    private static func ends(_ line: ScalingFigures.Line) -> [PlotPoint] {
        let fits = line.points.sorted { $0.pairs < $1.pairs }.map { PlotPoint(x: $0.pairs, y: $0.fit) }
        return fits.count > 2 ? [fits[0], fits[fits.count - 1]] : fits
    }
}
