import Foundation
import Ground

/// A point of a plot, in the numbers' own units.
struct PlotPoint: Sendable, Equatable {
    var x: Double
    var y: Double
}

/// A named line.
struct PlotSeries: Sendable {
    var name: String
    var points: [PlotPoint]
    /// Which of the eight colours and dashes.
    var colour: Int
    /// Whether each point stands alone.
    var isDots = false
}

/// Plots as inline SVG. They are drawn in 360 by 210 units, a telephone's width, and grow with the page; colours come from its style.
enum Plot {
    private static let width = 360.0
    private static let height = 210.0
    private static let left = 46.0
    private static let right = 10.0
    private static let top = 8.0
    private static let bottom = 34.0

    /// Lines, and points that stand alone, over a common axis. Nothing where no series has a point.
    ///
    /// - Parameters:
    ///   - bars: what may be above and below some points.
    ///   - mark: where a broken line stands upright.
    static func lines(
        _ series: [PlotSeries], title: String, x: String, y: String, isLogarithmic: Bool = false,
        bars: [(x: Double, low: Double, high: Double)] = [], mark: Double? = nil
    ) -> String {
        let ends = bars.flatMap { [PlotPoint(x: $0.x, y: $0.low), PlotPoint(x: $0.x, y: $0.high)] }
        guard series.contains(where: { !$0.points.isEmpty }),
            let axes = Axes(points: series.flatMap(\.points) + ends, isLogarithmic: isLogarithmic)
        else { return "" }
        var body = axes.grid(x: x, y: y)
        for bar in bars {
            body += "<line class=\"line c0 bar\" x1=\"\(axes.column(bar.x))\" x2=\"\(axes.column(bar.x))\" "
            body += "y1=\"\(axes.row(bar.low))\" y2=\"\(axes.row(bar.high))\"/>"
        }
        if let mark, axes.holds(mark) {
            body +=
                "<line class=\"mark\" x1=\"\(axes.column(mark))\" x2=\"\(axes.column(mark))\" y1=\"\(number(top))\" "
                + "y2=\"\(number(height - bottom))\"/>"
        }
        for line in series {
            let path = line.points.map { "\(axes.column($0.x)),\(axes.row($0.y))" }.joined(separator: " ")
            let look = "c\(line.colour % 8) d\(line.colour % 8)"
            if line.isDots || line.points.count == 1 {
                for point in line.points {
                    body += "<circle class=\"dot c\(line.colour % 8)\" cx=\"\(axes.column(point.x))\" cy=\"\(axes.row(point.y))\" r=\"3\"/>"
                }
            } else if !line.points.isEmpty {
                body += "<polyline class=\"line \(look)\" points=\"\(path)\"/>"
            }
        }
        return figure(body, title: title, legend: series.count > 1 ? series.filter { !$0.name.isEmpty }.map { ($0.name, $0.colour) } : [])
    }

    /// Histograms with the same edges, laid over each other: counts, or the shares of each one's own total in percent.
    static func histograms(
        _ layers: [(name: String, histogram: Histogram)], title: String, x: String, asShares: Bool, isLogarithmic: Bool = false,
        marks: [Double] = []
    ) -> String {
        let layers = layers.filter { $0.histogram.count > 0 }
        let ranges = layers.compactMap { $0.histogram.occupied }
        guard let first = layers.first, let low = ranges.map(\.lowerBound).min(), let high = ranges.map(\.upperBound).max() else {
            return ""
        }
        let edges = Array(first.histogram.edges[low...high])
        func heights(_ histogram: Histogram) -> [Double] {
            histogram.bins[low..<high].map { asShares ? 100 * Double($0) / Double(histogram.count) : Double($0) }
        }
        let greatest = layers.flatMap { heights($0.histogram) }.max() ?? 1
        let corners = [PlotPoint(x: edges[0], y: 0), PlotPoint(x: edges[edges.count - 1], y: greatest)]
        guard let axes = Axes(points: corners, isLogarithmic: isLogarithmic, isTight: true) else { return "" }
        var body = axes.grid(x: x, y: asShares ? "share, %" : "count")
        for (colour, layer) in layers.enumerated() {
            var path = "M\(axes.column(edges[0])) \(axes.row(0))"
            for (bin, value) in heights(layer.histogram).enumerated() {
                path += "V\(axes.row(value))H\(axes.column(edges[bin + 1]))"
            }
            body += "<path class=\"area c\(colour)\" d=\"\(path)V\(axes.row(0))Z\"/>"
        }
        for mark in marks where mark > edges[0] && mark < edges[edges.count - 1] {
            body +=
                "<line class=\"mark\" x1=\"\(axes.column(mark))\" x2=\"\(axes.column(mark))\" y1=\"\(number(top))\" y2=\"\(axes.row(0))\"/>"
        }
        return figure(body, title: title, legend: layers.count > 1 ? layers.enumerated().map { ($1.name, $0) } : [])
    }

    /// A dot for each value, with a bar of 1.96 standard errors to both sides where there is one.
    static func intervals(_ rows: [(name: String, value: Double, error: Double?)], title: String, x: String) -> String {
        guard !rows.isEmpty else { return "" }
        let reaches = rows.map { 1.96 * ($0.error ?? 0) }
        let lows = zip(rows, reaches).map { $0.value - $1 }, highs = zip(rows, reaches).map { $0.value + $1 }
        let gap = 24.0
        let tall = top + gap * Double(rows.count) + bottom
        guard let low = lows.min(), let high = highs.max() else { return "" }
        let margin = max((high - low) * 0.06, abs(high) * 1e-3, 1e-6)
        let labels = 118.0
        func column(_ value: Double) -> String {
            let share = (value - low + margin) / (high - low + 2 * margin)
            return number(labels + share * (width - labels - right))
        }
        var body = ""
        for tick in ticks(low - margin, high + margin, about: 4) {
            body +=
                "<line class=\"grid\" x1=\"\(column(tick))\" x2=\"\(column(tick))\" y1=\"\(number(top))\" y2=\"\(number(tall - bottom))\"/>"
            body += text(column(tick), number(tall - bottom + 13), "middle", Figures.tick(tick))
        }
        for (index, row) in rows.enumerated() {
            let y = number(top + gap * (Double(index) + 0.5))
            let name = row.name.count > 19 ? "…" + row.name.suffix(18) : row.name
            body += text(number(labels - 8), number(top + gap * (Double(index) + 0.5) + 4), "end", name)
            if row.error != nil {
                body += "<line class=\"line c\(index % 8)\" x1=\"\(column(lows[index]))\" "
                body += "x2=\"\(column(highs[index]))\" y1=\"\(y)\" y2=\"\(y)\"/>"
            }
            body += "<circle class=\"dot c\(index % 8)\" cx=\"\(column(row.value))\" cy=\"\(y)\" r=\"4\"/>"
        }
        body += text(number((labels + width) / 2), number(tall - 4), "middle", x)
        return figure(body, title: title, height: tall)
    }

    /// Round numbers between two ends, both included where they are round.
    static func ticks(_ low: Double, _ high: Double, about count: Int) -> [Double] {
        let span = high - low
        guard span > 0, span.isFinite, count > 0 else { return [low] }
        let raw = span / Double(count)
        let power = pow(10, floor(log10(raw)))
        let step = [1, 2, 2.5, 5, 10].map { $0 * power }.first { $0 >= raw * 0.999 } ?? raw
        let first = Int((low / step - 1e-9).rounded(.up)), last = Int((high / step + 1e-9).rounded(.down))
        return last >= first ? (first...last).map { Double($0) * step } : [low]
    }

    static func number(_ value: Double) -> String { Figures.fixed(value, 1) }

    private static func text(_ x: String, _ y: String, _ anchor: String, _ content: String) -> String {
        "<text x=\"\(x)\" y=\"\(y)\" text-anchor=\"\(anchor)\">\(HTMLText.escaped(content))</text>"
    }

    private static func figure(_ body: String, title: String, legend: [(name: String, colour: Int)] = [], height: Double = Plot.height)
        -> String
    {
        let name = HTMLText.escaped(title)
        let keys = legend.map { "<span class=\"key k\($0.colour % 8)\">\(HTMLText.escaped($0.name))</span>" }.joined(separator: " ")
        return """
            <figure><figcaption>\(name)</figcaption>
            <svg viewBox="0 0 360 \(number(height))" role="img" aria-label="\(name)">\(body)</svg>
            \(keys.isEmpty ? "" : "<p class=\"keys\">\(keys)</p>")</figure>

            """
    }

    /// Where numbers lie on the paper.
    private struct Axes {
        private let x: ClosedRange<Double>
        private let y: ClosedRange<Double>
        private let isLogarithmic: Bool

        init?(points: [PlotPoint], isLogarithmic: Bool, isTight: Bool = false) {
            let points = points.filter { $0.x.isFinite && $0.y.isFinite }
            guard let left = points.map(\.x).min(), let right = points.map(\.x).max(), let low = points.map(\.y).min(),
                let high = points.map(\.y).max()
            else { return nil }
            self.isLogarithmic = isLogarithmic && left > 0
            x = left...max(right, left + max(1e-9, abs(left) * 1e-6))
            let air = isTight ? 0 : 0.04 * (high - low)
            let floor = low - air, ceiling = high + (isTight ? 0.04 * (high - low) : air)
            y = floor...max(ceiling, floor + max(1e-9, abs(floor) * 1e-3))
        }

        private func place(_ value: Double) -> Double {
            isLogarithmic
                ? log(max(value, x.lowerBound) / x.lowerBound) / log(x.upperBound / x.lowerBound)
                : (value - x.lowerBound) / (x.upperBound - x.lowerBound)
        }

        func holds(_ value: Double) -> Bool { x.contains(value) }

        func column(_ value: Double) -> String { number(Plot.left + place(value) * (width - Plot.left - Plot.right)) }

        func row(_ value: Double) -> String {
            number(height - bottom - (value - y.lowerBound) / (y.upperBound - y.lowerBound) * (height - top - bottom))
        }

        /// Thin lines with their numbers, and what the axes mean.
        func grid(x xName: String, y yName: String) -> String {
            var body = ""
            for tick in ticks(y.lowerBound, y.upperBound, about: 4) {
                body +=
                    "<line class=\"grid\" x1=\"\(number(Plot.left))\" x2=\"\(number(width - Plot.right))\" y1=\"\(row(tick))\" y2=\"\(row(tick))\"/>"
                body += text(number(Plot.left - 5), number((Double(row(tick)) ?? 0) + 4), "end", Figures.tick(tick))
            }
            for tick in columns {
                body +=
                    "<line class=\"grid\" x1=\"\(column(tick))\" x2=\"\(column(tick))\" y1=\"\(number(top))\" y2=\"\(number(height - bottom))\"/>"
                body += text(column(tick), number(height - bottom + 14), "middle", Figures.tick(tick))
            }
            body += text(number((Plot.left + width) / 2), number(height - 4), "middle", xName)
            let middle = number((height - bottom) / 2)
            return body + "<text transform=\"translate(11 \(middle)) rotate(-90)\" text-anchor=\"middle\">\(HTMLText.escaped(yName))</text>"
        }

        private var columns: [Double] {
            guard isLogarithmic else { return ticks(x.lowerBound, x.upperBound, about: 5) }
            let decades = stride(from: 0, through: 9, by: 1).flatMap { power in [1.0, 2, 5].map { $0 * pow(10, Double(power)) } }
            let within = decades.filter { x.contains($0) }
            return within.count > 6 ? within.filter { log10($0) == log10($0).rounded() } : within
        }
    }
}
