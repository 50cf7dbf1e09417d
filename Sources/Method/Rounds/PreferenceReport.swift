import Evaluate
import Finetune
import Foundation
import Records

/// What a loop on preferences came to: for each model the pairs made and dropped, margin and accuracy, and the loss on held-out pairs.
public struct PreferenceReport: Sendable {
    /// What a stage made, and what it dropped by reason.
    public struct Counts: Sendable, Equatable {
        public var made: Int
        public var dropped: [String: Int]

        /// "answer_unfinished 12, tied_scores 3", the most frequent first.
        var droppedText: String {
            let sorted = dropped.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            return sorted.isEmpty ? "none" : sorted.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        }
    }

    public struct Row: Sendable {
        public var model: String
        /// The pairs it was trained on beside those of earlier iterations; nil where it learned from pairs of instruction and output.
        public var pairs: Counts?
        /// Means of the first and the last quarter of the steps.
        public var margin: (first: Double, last: Double)?
        public var accuracy: (first: Double, last: Double)?
        public var heldOut: LossSummary

        init(_ model: String, at folder: URL, pairs: Counts? = nil, heldOut: LossSummary) {
            self.model = model
            self.pairs = pairs
            self.heldOut = heldOut
            let metrics = MetricsFile(modelFolder: folder)
            margin = MetricsFile.ends(of: metrics.margins)
            accuracy = MetricsFile.ends(of: metrics.accuracies)
        }
    }

    public var rows: [Row] = []

    /// A table for people, in Markdown.
    public var markdown: String {
        var lines = [
            "| model | pairs made | dropped | margin | chosen preferred | held-out loss (nats a token) |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        func number(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
        for row in rows {
            let cells = [
                row.model, row.pairs.map { "\($0.made)" } ?? "", row.pairs?.droppedText ?? "",
                row.margin.map { "\(number($0.first, 3)) to \(number($0.last, 3))" } ?? "",
                row.accuracy.map { "\(number(100 * $0.first, 1)) % to \(number(100 * $0.last, 1)) %" } ?? "", number(row.heldOut.loss, 4),
            ]
            lines.append("| \(cells.joined(separator: " | ")) |")
        }
        lines += ["", "Margin and preferred: means of the first and of the last quarter of a training's steps, over its own pairs."]
        return lines.joined(separator: "\n") + "\n"
    }

    /// The same for programs.
    public var object: JSONObject {
        func ends(_ values: (first: Double, last: Double)?) -> JSONValue {
            values.map { .object(["first": .double($0.first), "last": .double($0.last)]) } ?? .null
        }
        return [
            "models": .array(
                rows.map { row in
                    var object: JSONObject = ["model": .string(row.model)]
                    if let pairs = row.pairs {
                        object["pairs"] = .integer(pairs.made)
                        object["dropped"] = .object(
                            JSONObject(pairs.dropped.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) }))
                    }
                    object["margin"] = ends(row.margin)
                    object["accuracy"] = ends(row.accuracy)
                    object["held_out"] = .object(row.heldOut.object)
                    return .object(object)
                })
        ]
    }

    /// Writes `report.md` and `report.json` into the folder.
    func write(to folder: LoopFolder) throws {
        try AtomicFile.write(markdown, to: folder.path("report.md"))
        try AtomicFile.write(JSONValue.object(object).serialized + "\n", to: folder.path("report.json"))
    }
}
