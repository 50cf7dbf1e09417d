import Curate
import Ground

/// A calibration for people, and for programs.
struct CalibrationReport {
    let calibration: Calibration
    let threshold: Calibration.Threshold
    let target: Double
    /// The least score that the verdicts show with 95 % certainty, all looks counted in; or why there is none.
    let certain: Result<PrecisionThreshold, PrecisionError>

    var text: String {
        let good = calibration.good
        var lines = [
            "labelled pairs  \(calibration.pairs), of which \(good) good",
            "separation      \(Figures.fixed(calibration.separation, 3)): the chance that a good pair scores higher than a bad one", "",
            "score           pairs   good   fitted share of good ones",
        ]
        for block in calibration.blocks {
            let range = "\(Figures.fixed(block.scores.lowerBound, 3)) to \(Figures.fixed(block.scores.upperBound, 3))".padded(to: 16)
            lines.append(range + "\(block.pairs)".padded(to: 8) + "\(block.good)".padded(to: 7) + Figures.percent(block.share))
        }
        let interval = Calibration.interval(of: threshold.good, among: threshold.pairs)
        lines += [
            "", "--min-score \(shortest(threshold.score))",
            "keeps \(threshold.pairs) of \(calibration.pairs); \(threshold.good) of them are good: \(Figures.percent(threshold.precision)) (wanted "
                + "\(Figures.percent(target)); 95 % interval \(Figures.percent(interval.lowerBound)) to \(Figures.percent(interval.upperBound)))",
            "finds \(Figures.percent(Double(threshold.good) / Double(good))) of the good ones", "",
        ]
        switch certain {
        case .success(let found): lines += ["with certainty: --min-score \(shortest(found.score))", found.account(wanted: target)]
        case .failure(let error): lines.append("with certainty: \(error)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    var object: JSONObject {
        let interval = Calibration.interval(of: threshold.good, among: threshold.pairs)
        let bound: JSONValue =
            switch certain {
            case .success(let found):
                ["min_score": .double(found.score), "lower_bound": .double(found.bound), "kept": .integer(found.pairs)]
            case .failure: .null
            }
        return [
            "min_score": .double(threshold.score), "kept": .integer(threshold.pairs), "kept_good": .integer(threshold.good),
            "precision": .double(threshold.precision), "precision_interval": [.double(interval.lowerBound), .double(interval.upperBound)],
            "with_certainty": bound,
            "pairs": .integer(calibration.pairs), "good": .integer(calibration.good), "separation": .double(calibration.separation),
            "fit": .array(
                calibration.blocks.map { block in
                    [
                        "from": .double(block.scores.lowerBound), "to": .double(block.scores.upperBound), "pairs": .integer(block.pairs),
                        "good": .integer(block.good), "share": .double(block.share),
                    ]
                }),
        ]
    }

}
