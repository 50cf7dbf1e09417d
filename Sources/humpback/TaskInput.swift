import Evaluate
import Foundation

/// The tasks that a command line names: `FILE`, `NAME=FILE`, or `NAME` with its files as operands.
struct TaskInput {
    let tasks: [TaskFile]
    /// Records of each task that are no questions: where, and why.
    let refusals: [[(place: String, reason: String)]]

    /// Throws `UsageError` where a name has no files or files have no name.
    init(_ words: [String], operands: [String], limit: Int?, shots: Int, shotFiles: [String], support: TrainingSupport?) throws {
        if shots > 0, words.count > 1 { throw UsageError.combination("--shots belongs to one --task: run evaluate for each.") }
        if shots == 0, !shotFiles.isEmpty {
            throw UsageError.combination("--shots-file needs --shots N: how many of its questions to show.")
        }
        var takesOperands = false
        let whole = try words.map { word in
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            if parts.count == 2, let format = TaskFormat(rawValue: parts[0]) {
                return try TaskFile([parts[1]], as: format, limit: limit, shots: shots, from: shotFiles)
            }
            if let format = TaskFormat(rawValue: word), !FileManager.default.fileExists(atPath: word) {
                guard !operands.isEmpty else {
                    throw UsageError.combination(
                        "--task \(word) needs its files, which are yours to fetch: --task \(word)=FILE, or FILE... at the end.")
                }
                takesOperands = true
                return try TaskFile(operands, as: format, limit: limit, shots: shots, from: shotFiles)
            }
            return try TaskFile([word], limit: limit, shots: shots, from: shotFiles)
        }
        if !takesOperands, let first = operands.first {
            throw UsageError.combination("\(first) belongs to no task: give --task \(first), or --task NAME=\(first).")
        }
        let parts = whole.map { task in support.map { task.parts(by: $0) } ?? [task] }
        tasks = parts.flatMap { $0 }
        // Those of a task that was divided are told once.
        refusals = zip(whole, parts).flatMap { task, parts in
            parts.indices.map { $0 == 0 ? task.refusals.map { (place: $0.place, reason: $0.rejection.reason) } : [] }
        }
    }
}
