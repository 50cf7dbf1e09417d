import Foundation
import Ground

/// What a run came to, in words and for programs.
public struct RunReport: Sendable {
    let table: LossTable
    /// The curated pairs that each model was trained on beside the seeds, by its name.
    let curatedPairs: [String: Int]
    /// What the base is called: the last part of its path.
    var base: String?

    /// A table for people, in Markdown.
    public var markdown: String { table.markdown() }

    /// The same for programs.
    public var object: JSONObject {
        var object: JSONObject = [
            "models": .array(
                table.rows.map { row in
                    var object = table.object(row)
                    if row.name != "base" { object["curated_pairs"] = curatedPairs[row.name].map { .integer($0) } ?? .null }
                    return .object(object)
                })
        ]
        object["base_model"] = base.map { .string($0) }
        return object
    }

    /// Writes `report.md` and `report.json` into the folder.
    func write(to folder: LoopFolder) throws {
        try AtomicFile.write(markdown, to: folder.path("report.md"))
        try AtomicFile.write(JSONValue.object(object).serialized + "\n", to: folder.path("report.json"))
    }
}
