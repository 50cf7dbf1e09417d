import Evaluate
import Finetune
import Foundation
import Ground

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

    /// What a model learned from, and how.
    struct Training: Sendable {
        /// The pairs it was trained on beside those of earlier iterations; nil where it learned from pairs of instruction and output.
        var pairs: Counts?
        /// Means of the first and the last quarter of the steps.
        var margin: (first: Double, last: Double)?
        var accuracy: (first: Double, last: Double)?

        init(at folder: URL, pairs: Counts?) {
            self.pairs = pairs
            let metrics = MetricsFile(modelFolder: folder)
            margin = MetricsFile.ends(of: metrics.margins)
            accuracy = MetricsFile.ends(of: metrics.accuracies)
        }
    }

    let table: LossTable
    let trainings: [String: Training]

    /// A table for people, in Markdown.
    public var markdown: String {
        func number(_ value: Double, _ digits: Int) -> String { Figures.fixed(value, digits) }
        func training(_ row: LossTable.Row) -> Training? { trainings[row.name] }
        return table.markdown(further: [
            ("pairs made", { training($0)?.pairs.map { "\($0.made)" } ?? "" }),
            ("dropped", { training($0)?.pairs?.droppedText ?? "" }),
            ("margin", { training($0)?.margin.map { "\(number($0.first, 3)) to \(number($0.last, 3))" } ?? "" }),
            (
                "chosen preferred",
                { training($0)?.accuracy.map { "\(number(100 * $0.first, 1)) % to \(number(100 * $0.last, 1)) %" } ?? "" }
            ),
        ]) + "Margin and preferred: means of the first and of the last quarter of a training's steps, over its own pairs.\n"
    }

    /// The same for programs.
    public var object: JSONObject {
        func ends(_ values: (first: Double, last: Double)?) -> JSONValue {
            values.map { .object(["first": .double($0.first), "last": .double($0.last)]) } ?? .null
        }
        return [
            "models": .array(
                table.rows.map { row in
                    var object = table.object(row)
                    if let pairs = trainings[row.name]?.pairs {
                        object["preferences"] = .integer(pairs.made)
                        object["dropped"] = .object(
                            JSONObject(pairs.dropped.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) }))
                    }
                    object["margin"] = ends(trainings[row.name]?.margin)
                    object["accuracy"] = ends(trainings[row.name]?.accuracy)
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
