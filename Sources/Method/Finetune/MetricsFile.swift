import Foundation
import Ground

/// `metrics.jsonl` of a run, read back: what its steps came to.
public struct MetricsFile: Sendable {
    public static let name = "metrics.jsonl"

    public private(set) var losses: [Double] = []
    public private(set) var heldOutLosses: [(step: Int, loss: Double)] = []
    public private(set) var accuracies: [Double] = []
    public private(set) var margins: [Double] = []

    /// Reads the file of a model folder; a folder without one gives empty lists.
    public init(modelFolder: URL) {
        let place = modelFolder.appending(path: Self.name)
        guard let text = try? String(contentsOf: place, encoding: .utf8) else { return }
        for line in text.split(separator: "\n") {
            guard let object = try? JSONObject(parsing: String(line)), let step = object["step"]?.integer else { continue }
            losses.append(object["loss"]?.double ?? .nan)
            if let loss = object["held_out_loss"]?.double { heldOutLosses.append((step, loss)) }
            if let accuracy = object["preference_accuracy"]?.double { accuracies.append(accuracy) }
            if let margin = object["margin"]?.double { margins.append(margin) }
        }
    }

    /// The means of the first and the last quarter of the steps; nil where there are none.
    public static func ends(of values: [Double]) -> (first: Double, last: Double)? {
        guard !values.isEmpty else { return nil }
        let count = max(1, values.count / 4)
        func mean(_ part: ArraySlice<Double>) -> Double { part.reduce(0, +) / Double(part.count) }
        return (mean(values.prefix(count)), mean(values.suffix(count)))
    }
}
