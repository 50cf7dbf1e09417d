import Foundation
import Ground

/// What a run came to, in words and for programs.
public struct RunReport: Sendable {
    let table: LossTable
    /// The curated pairs that each model was trained on beside the seeds, by its name.
    let curatedPairs: [String: Int]
    /// The rated pairs that those were chosen of.
    var ratedPairs: [String: Int] = [:]
    /// What is to be known of the scores that they were chosen by; nil where nothing is.
    var notice: String?
    /// What the base is called: the last part of its path.
    var base: String?
    /// Other programs that trained the models; none where all were trained here.
    var trainedBy: [String] = []

    /// A table for people, in Markdown.
    public var markdown: String { table.markdown() + notices.map { "\n" + $0 + "\n" }.joined() }

    /// Where a choice was hardly one, and why.
    private var notices: [String] {
        let loose = curatedPairs.keys.sorted().compactMap { name -> String? in
            guard let kept = curatedPairs[name], let rated = ratedPairs[name], rated > 0, kept * 20 >= rated * 19 else { return nil }
            return "Of the \(rated) rated pairs \(kept) were kept for \(name), so that hardly anything was chosen."
        }
        let trainers = trainedBy.map { "`\($0)`" }.joined(separator: ", ")
        return loose + [notice, trainers.isEmpty ? nil : "Trained by: \(trainers)"].compactMap(\.self)
    }

    /// The same for programs.
    public var object: JSONObject {
        var object: JSONObject = [
            "models": .array(
                table.rows.map { row in
                    var object = table.object(row)
                    if row.name != "base" { object["curated_pairs"] = curatedPairs[row.name].map { .integer($0) } ?? .null }
                    object["rated_pairs"] = ratedPairs[row.name].map { .integer($0) }
                    return .object(object)
                })
        ]
        object["notice"] = notice.map { .string($0) }
        object["base_model"] = base.map { .string($0) }
        if !trainedBy.isEmpty { object["trained_by"] = .array(trainedBy.map { .string($0) }) }
        return object
    }

    /// Writes `report.md` and `report.json` into the folder.
    func write(to folder: LoopFolder) throws {
        try AtomicFile.write(markdown, to: folder.path("report.md"))
        try AtomicFile.write(JSONValue.object(object).serialized + "\n", to: folder.path("report.json"))
    }
}
