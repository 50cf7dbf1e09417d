import Ground

/// How people's verdicts agree with scores, as `calibrate --json` writes it.
struct CalibrationFigures: Sendable {
    /// Scores that share one fitted share of good pairs.
    struct Block: Sendable {
        var from: Double
        var to: Double
        var pairs: Int
        var good: Int
        var share: Double { Double(good) / Double(pairs) }
    }

    var blocks: [Block]
    /// The chance that a good pair scores higher than a bad one.
    var separation: Double?
    /// The least score from which on enough of what passes is good.
    var leastScore: Double?
    var precision: Double?

    /// Nil where the object is another.
    init?(_ object: JSONObject) {
        blocks = (object["fit"]?.array ?? []).compactMap(\.object).compactMap { block in
            guard let from = block["from"]?.double, let to = block["to"]?.double, let pairs = block["pairs"]?.integer,
                let good = block["good"]?.integer, pairs > 0, (0...pairs).contains(good), from.isFinite, to.isFinite, from <= to
            else { return nil }
            return Block(from: from, to: to, pairs: pairs, good: good)
        }
        separation = object["separation"]?.double
        leastScore = object["min_score"]?.double
        precision = object["precision"]?.double
        if blocks.isEmpty { return nil }
    }
}

/// The part of the report on calibration: the share of pairs that people call good, over the score.
enum ReportCalibration {
    static func html(_ survey: RunSurvey) -> String { survey.calibrations.map(html).joined() }

    private static func html(_ found: CalibrationFigures) -> String {
        let (pairs, good) = found.blocks.reduce((0, 0)) { ($0.0 + $1.pairs, $0.1 + $1.good) }
        let steps = found.blocks.flatMap { [PlotPoint(x: $0.from, y: 100 * $0.share), PlotPoint(x: $0.to, y: 100 * $0.share)] }
        let ranges = found.blocks.map { block in
            (place: (block.from + block.to) / 2, interval: ShareInterval.wilson(Double(block.good), of: block.pairs))
        }
        let plot = Plot.lines(
            [PlotSeries(name: "", points: steps, colour: 0)], title: "The share of good pairs over the score", x: "score",
            y: "good pairs, %",
            bars: ranges.map { (x: $0.place, low: 100 * $0.interval.lowerBound, high: 100 * $0.interval.upperBound) },
            mark: found.leastScore)
        var table = ReportTable(["=score", "=pairs", "=good", "=share", "=95 % interval"])
        for (block, range) in zip(found.blocks, ranges) {
            let (low, high) = (range.interval.lowerBound, range.interval.upperBound)
            table.add([
                "\(Figures.fixed(block.from, 2)) to \(Figures.fixed(block.to, 2))", Figures.grouped(block.pairs),
                Figures.grouped(block.good), Figures.percent(block.share), "\(Figures.percent(low)) to \(Figures.percent(high))",
            ])
        }
        var sentence = "Of \(Figures.grouped(pairs)) pairs with a verdict \(Figures.grouped(good)) are good."
        if let separation = found.separation {
            sentence +=
                " A good pair scores higher than a bad one in \(Figures.percent(separation)) of the cases; where the score told nothing, "
                + "it would be half of them."
        }
        if let least = found.leastScore, let precision = found.precision {
            sentence +=
                " Of those from \(Figures.fixed(least, 2)) on, where the broken line stands, \(Figures.percent(precision)) are good."
        }
        return "<p>\(HTMLText.escaped(sentence))</p>\n" + plot + table.html
    }
}
