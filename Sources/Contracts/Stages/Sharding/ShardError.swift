import Foundation
import Records

/// Why shards cannot be joined.
public enum ShardError: Error, Sendable, Equatable {
    /// There is no FILE.progress that tells which shard it is.
    case noNote(file: String)
    /// FILE.progress is no note, or a damaged one.
    case badNote(file: String)
    /// FILE.progress has counts that no run comes to.
    case badCounts(file: String)
    case notShard(file: String)
    case unfinished(file: String, stage: String, shard: String)
    /// Its bytes are not those that were written.
    case changed(file: String, reason: String)
    /// What two shards were made with, or of, is not the same.
    case mixture(name: String, one: String, hasOne: String, other: String, hasOther: String)
    case otherInput(one: String, other: String)
    /// The same shard, or the same record, stands in two files.
    case double(what: String, one: String, other: String)
    case missing(shards: [String], stage: String)
    case unanswered(file: String, count: Int)
    case noRejects(file: String, asked: Bool)
    case noSignatures(file: String)
    case cannotJoin(stage: String)
}

extension ShardError: LocalizedError, CustomStringConvertible {
    public var errorDescription: String? { description }

    private static let holes = "--with-holes joins what there is"

    public var description: String {
        switch self {
        case .noNote(let file):
            "there is no \(ProgressFile.path(beside: file)), which a command with --shard writes beside its output; bring it along with \(file)"
        case .badNote(let file):
            "\(ProgressFile.path(beside: file)) is no note of a command with --shard, or a damaged one; bring it along again with \(file), or remove "
                + "both and make this shard again"
        case .badCounts(let file):
            "\(ProgressFile.path(beside: file)) has counts that do not go with one another or with \(file); bring both along again, or make this "
                + "shard again with --force"
        case .notShard(let file): "\(file) was not written with --shard, and so it is whole by itself"
        case .unfinished(let file, let stage, let shard):
            "\(file) is not finished: run its `humpback \(stage) --shard \(shard)` again with --resume, then join"
        case .changed(let file, let reason): "\(file) is not as it was written: \(reason); make this shard again with --force"
        case .mixture(let name, let one, let hasOne, let other, let hasOther):
            "shards of different makes: \(name) is \(hasOne) in \(one) and \(hasOther) in \(other); make one of them again like the others"
        case .otherInput(let one, let other):
            "\(one) and \(other) were made of different inputs, or of the same in another order; give every shard the same files in the same order"
        case .double(let what, let one, let other): "\(what) stands in \(one) and in \(other); give each shard once"
        case .missing(let shards, let stage):
            "\(shards.count == 1 ? "shard" : "shards") \(shards.prefix(8).joined(separator: ", "))\(shards.count > 8 ? " and \(shards.count - 8) more" : "") "
                + "\(shards.count == 1 ? "is" : "are") missing: make \(shards.count == 1 ? "it" : "them") with `humpback \(stage) --shard`, or "
                + Self.holes
        case .unanswered(let file, let count):
            "\(file) has \(count == 1 ? "a hole" : "\(count) holes"), records that a server failed to answer: its command with --resume asks again, or "
                + Self.holes
        case .noRejects(let file, let asked):
            asked
                ? "\(file) was made without --rejects, and --rejects here is to hold those of all shards; leave it out"
                : "the rejects of \(file) are missing; bring them along, or leave --rejects out"
        case .noSignatures(let file):
            "\(file) is missing or damaged: it says which passages are alike; run the command of that shard again with --resume, which writes it anew"
        case .cannotJoin(let stage): "shards of `\(stage)` cannot be joined"
        }
    }
}
