import Evaluate
import Foundation
import Ground

/// A file of verdicts that grows line by line, each whole on disk before the next is asked for.
final class VerdictFile {
    private let file: Descriptor
    private var length: Int
    /// What it held when it was opened.
    private(set) var verdicts: [Verdict] = []

    /// Opens the file. What a killed run left of its last line is cut off.
    ///
    /// - Throws: `UsageError` where it exists and neither resuming nor replacing it was asked for.
    init(_ path: String, resume: Bool, force: Bool) throws {
        let exists = FileManager.default.fileExists(atPath: path)
        if exists, !resume, !force {
            throw UsageError.combination("\(path) exists; go on in it with --resume, or replace it with --force.")
        }
        var whole = 0
        if exists, resume {
            let bytes = try Data(contentsOf: URL(filePath: path))
            whole = bytes.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
            if whole > 0 { verdicts = try Verdict.read(path, bytes: whole) }
        }
        file = try Descriptor.writing(path)
        try file.cut(to: whole)
        length = whole
    }

    func add(_ verdict: Verdict) throws {
        let line = Array((verdict.object.serialized + "\n").utf8)
        try file.write(line.span, written: length)
        try file.synchronize()
        length += line.count
    }
}

extension Verdict {
    /// The verdicts of a file's first bytes.
    fileprivate static func read(_ path: String, bytes count: Int) throws -> [Verdict] {
        let text = String(decoding: try Data(contentsOf: URL(filePath: path)).prefix(count), as: UTF8.self)
        return try text.split(separator: "\n").enumerated().map { number, line in
            do {
                return try Verdict(try JSONObject(parsing: String(line)))
            } catch {
                throw ComparisonError.noVerdict(file: path, first: "\(path):\(number + 1): \(error)")
            }
        }
    }
}
