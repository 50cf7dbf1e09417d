import Foundation
import Records

/// Which steps of a run are done, kept in the run's folder so that a run that was killed goes on where it stood.
///
/// A step is done when its name stands here with the same fingerprint; a step with another fingerprint is refused rather than mixed
/// with results of other options. What a step had half done is the step's own affair (stages and training resume by themselves).
public actor RunJournal {
    private let file: URL
    private var done: JSONObject

    /// Opens the journal of a run's folder, making the folder where there is none.
    public init(directory: URL) throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        file = directory.appending(path: "journal.json")
        if let bytes = try? Data(contentsOf: file) {
            guard let object = try? JSONValue(parsing: [UInt8](bytes)).object else { throw RoundsError.journalUnreadable(file.path) }
            done = object
        } else {
            done = JSONObject()
        }
    }

    /// Does the step unless it is done; a step that throws is not.
    public func step(_ name: String, fingerprint: String, _ body: @Sendable () async throws -> Void) async throws {
        if let earlier = done[name]?.string {
            guard earlier == fingerprint else {
                throw RoundsError.otherOptions(step: name, directory: file.deletingLastPathComponent().path)
            }
            return
        }
        try await body()
        done[name] = .string(fingerprint)
        try Data(JSONValue.object(done).serialized.utf8).write(to: file, options: .atomic)
    }

    /// Whether a step is done.
    public func isDone(_ name: String) -> Bool { done[name] != nil }
}

/// Why a run cannot go on.
public enum RoundsError: Error, CustomStringConvertible {
    case journalUnreadable(String)
    case otherOptions(step: String, directory: String)
    case tooMuchBroken(stage: String, share: Double)
    case nothingKept(stage: String, advice: String)

    public var description: String {
        switch self {
        case .journalUnreadable(let path):
            "\(path) is not a run's journal (broken JSON); remove the file to begin the run again, its finished parts are found by their outputs"
        case .otherOptions(let step, let directory):
            "the step `\(step)` in \(directory) was done with other inputs or options; repeat the run with those, or give `--run` a new folder"
        case .tooMuchBroken(let stage, let share):
            "\(stage) could not work on \(Int((share * 100).rounded())) % of its records; the file of rejects beside its output says why"
        case .nothingKept(let stage, let advice): "\(stage) kept nothing; \(advice)"
        }
    }
}
