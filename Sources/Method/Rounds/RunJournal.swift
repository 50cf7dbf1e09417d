import Foundation
import Records

/// Which steps of a run are done, kept in the run's folder so that a run that was killed goes on where it stood.
///
/// A step is done when its name stands here as done with the same fingerprint; a done step with another fingerprint is refused rather
/// than mixed with results of other options. What a step had half done with the same fingerprint is the step's own affair (stages and
/// training resume by themselves); what it had half done with another one is thrown away, and the step begins anew.
public actor RunJournal {
    private let file: URL
    private var steps: JSONObject

    /// Opens the journal of a run's folder, making the folder where there is none.
    public init(directory: URL) throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        file = directory.appending(path: "journal.json")
        if let bytes = try? Data(contentsOf: file) {
            guard let object = try? JSONValue(parsing: [UInt8](bytes)).object else { throw RoundsError.journalUnreadable(file.path) }
            steps = object
        } else {
            steps = JSONObject()
        }
    }

    /// Does the step unless it is done; a step that throws is not.
    /// - Parameters:
    ///   - fingerprint: All that decides what the step makes: its own options and the fingerprints of the steps it reads from.
    ///   - output: The file or folder in the run's folder that the step makes.
    public func step(_ name: String, fingerprint: String, output: String, _ body: @Sendable () async throws -> Void) async throws {
        if let earlier = steps[name]?.object {
            let isSame = earlier["fingerprint"]?.string == fingerprint
            if earlier["done"]?.bool == true {
                guard isSame else { throw RoundsError.otherOptions(step: name, directory: file.deletingLastPathComponent().path) }
                return
            }
            if !isSame { try discard(output) }
        }
        try write(name, fingerprint: fingerprint, isDone: false)
        try await body()
        try write(name, fingerprint: fingerprint, isDone: true)
    }

    /// Whether a step is done.
    public func isDone(_ name: String) -> Bool { steps[name]?.object?["done"]?.bool == true }

    private func write(_ name: String, fingerprint: String, isDone: Bool) throws {
        steps[name] = .object(["fingerprint": .string(fingerprint), "done": .bool(isDone)])
        try Data(JSONValue.object(steps).serialized.utf8).write(to: file, options: .atomic)
    }

    /// Removes what an unfinished step has left: its output and what stages and training keep beside theirs.
    private func discard(_ output: String) throws {
        for ending in ["", ".progress", ".rejects", ".rated", ".rated.progress", ".training"] {
            let left = file.deletingLastPathComponent().appending(path: output + ending)
            if FileManager.default.fileExists(atPath: left.path) { try FileManager.default.removeItem(at: left) }
        }
    }
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
