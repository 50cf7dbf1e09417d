import Evaluate
import Foundation
import Ground

/// A file of verdicts that grows line by line, each whole on disk before the next is asked for. Without a verdict there is no file, or the
/// one that was there.
final class VerdictFile {
    private let path: String
    private let file: Descriptor
    private let isNew: Bool
    private var length: Int
    /// Whether what the file held before and shall not keep is gone.
    private var isCut: Bool
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
        if resume { try file.cut(to: whole) }
        (self.path, isNew, isCut, length) = (path, !exists, resume, whole)
    }

    // Whoever tries again after a refusal shall not find an empty file in the way.
    deinit { if isNew, length == 0, file.size == 0 { unlink(path) } }

    func add(_ verdict: Verdict) throws {
        if !isCut { try file.cut(to: 0) }
        isCut = true
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
