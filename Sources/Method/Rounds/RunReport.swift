import Evaluate
import Foundation
import Records

/// What a run came to: each model of the loop on the same held-out pairs.
public struct RunReport: Sendable {
    public struct Row: Sendable {
        public var model: String
        /// Curated pairs it was trained on beside the seeds; nil for the seed model.
        public var curatedPairs: Int?
        public var heldOut: LossSummary
    }

    public var rows: [Row] = []

    /// A table for people, in Markdown.
    public var markdown: String {
        var lines = [
            "| model | trained on | held-out loss (nats a token) | perplexity | bits a byte |", "| --- | --- | --- | --- | --- |",
        ]
        for row in rows {
            let data = row.curatedPairs.map { "seeds + \($0) curated" } ?? "seeds"
            let numbers = [row.heldOut.loss, row.heldOut.perplexity, row.heldOut.bitsPerByte].map { String(format: "%.4f", $0) }
            lines.append("| \(row.model) | \(data) | \(numbers.joined(separator: " | ")) |")
        }
        if let first = rows.first, let last = rows.last, rows.count > 1 {
            let gain = first.heldOut.loss - last.heldOut.loss
            lines += [
                "",
                "\(last.model) against \(first.model): \(String(format: "%+.4f", -gain)) nats a token on \(last.heldOut.pairs) held-out pairs.",
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The same for programs.
    public var object: JSONObject {
        [
            "models": .array(
                rows.map { row in
                    var object = row.heldOut.object
                    object.setFirst("curated_pairs", row.curatedPairs.map { .integer($0) } ?? .null)
                    object.setFirst("model", .string(row.model))
                    return .object(object)
                })
        ]
    }
}
