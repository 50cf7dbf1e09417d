import Foundation
import Ground
import Records

/// Puts the outputs of shards together as one machine would have written them, byte for byte.
///
/// What can be decided over the whole input alone, such as which of two equal passages stays, is decided here. The files grow beside their
/// places and take them when they are whole; what is interrupted is begun anew. Memory: a buffer a shard, and what the decision holds.
public struct ShardJoin {
    /// What becomes of a record, now that all are known.
    public enum Decision {
        case stays
        case changed(JSONObject)
        case dropped(JSONObject, Rejection)
    }

    public var set: ShardSet
    public var options: StageOptions
    /// What becomes of the record with this number among all that shards kept, in order; its line is given.
    public var decision: ((Int, [UInt8]) throws -> Decision)?
    /// The stage that drops records here, by the name that rejects bear.
    public var dropper: String
    /// Whether what is dropped here stands behind all other rejects, as a selection does, which comes after the rating.
    public var droppedComeLast = false
    public var redact: (inout JSONObject) -> Void = { _ in }

    public init(_ set: ShardSet, options: StageOptions) {
        self.set = set
        self.options = options
        dropper = set.stage
    }

    /// The records of all shards in the order of one machine, one after the other.
    public func forEachRecord(_ body: (Int, [UInt8]) throws -> Void) throws {
        var lines = try ShardLines(set.outputs, kept: set.kept)
        var number = 0
        while let line = try lines.next() {
            try body(number, line.bytes)
            number += 1
            try Self.checkInterruption(number)
        }
    }

    /// Throws where the output may not be written; before hours of reading.
    public func check() throws {
        try options.check()
        let companions = set.companions()
        for path in [options.output, options.rejects, options.summary].compactMap(\.self) where path != "-" {
            try FileStatus.checkFolder(of: path)
            for read in set.outputs + companions where read == path || FileStatus.areSame(read, path) {
                throw StageError.inputIsOutput(file: path)
            }
            if path != options.summary, !options.force, FileStatus.isRegularFile(path) { throw FileError.exists(file: path) }
        }
        _ = try note()
    }

    /// What stands beside the output, an earlier run's; throws where it is in the way, or where a file is that would be written over.
    private func note() throws -> ProgressFile? {
        let places = StagePlaces(options, isBeside: true)
        guard let output = places.output else {
            try SideFiles.check(places, .beside, note: nil)
            return nil
        }
        let note = try ProgressFile.read(beside: output)
        try SideFiles.check(places, .beside, note: note)
        return note
    }

    /// Whether files that grow are noted, so that what a killed run has left is known for what it is.
    private var isNoted: Bool { options.output.map { $0 != "-" && FileStatus.mayBeReplaced($0) } ?? false }

    /// Writes down that files grow beside their places. A join is not gone on with: the note says what they are, no more.
    private func noteBeginning() throws {
        guard isNoted, let output = options.output else { return }
        let none = ProgressFile.Written(length: 0, tail: "")
        var note = ProgressFile(
            stage: "join", settings: [:], prefix: .init(items: 0, offset: 0, fingerprint: 0), output: none, rejectsPath: options.rejects,
            rejects: options.rejects == nil ? nil : none, counts: [:], isFinished: false)
        note.isBeside = true
        try note.write(beside: output)
    }

    /// Takes away what grew, and puts back the note that stood there.
    private func takeBack(_ old: ProgressFile?) {
        let places = StagePlaces(options, isBeside: true)
        for path in [places.output, places.rejects].compactMap(\.self) where FileStatus.mayBeReplaced(path) {
            FileStatus.remove(places.next(path, .beside))
        }
        guard isNoted, let output = options.output else { return }
        if let old { try? old.write(beside: output) } else { FileStatus.remove(ProgressFile.path(beside: output)) }
    }

    public func run() throws -> StageSummary {
        try check()
        let old = try note()
        try noteBeginning()
        do { return try join() } catch {
            takeBack(old)
            throw error
        }
    }

    private func join() throws -> StageSummary {
        let began = Date()
        // Whether they are there and whole, before anything is written.
        let refused = options.rejects == nil ? [] : try set.rejects()
        var places = StagePlaces(options, isBeside: true)
        let output = Sink(try RecordOutput(places.present(options.output ?? "-")))
        let rejects = try options.rejects.map { Sink(try RecordOutput(places.present($0))) }
        var summary = set.counts(maxBroken: options.maxBroken)
        var left = try ShardLines(refused)
        var lines = try ShardLines(set.outputs, kept: set.kept)
        var (number, item, gave, hadAny) = (0, -1, false, false)
        func closeItem() { if hadAny, !gave { summary.used -= 1 } }
        while let line = try lines.next() {
            if line.mark.item != item {
                closeItem()
                (item, gave, hadAny) = (line.mark.item, false, true)
            }
            switch try decision?(number, line.bytes) ?? .stays {
            case .stays:
                try output.append(line.bytes[...], of: line.mark)
                gave = true
            case .changed(let object):
                try output.append(Self.bytes(object)[...], of: line.mark)
                gave = true
            case .dropped(let object, let rejection):
                summary.kept -= 1
                summary.dropped[rejection.reason, default: 0] += 1
                guard let rejects, !droppedComeLast else { break }
                while let mark = left.nextMark, mark < line.mark, let other = try left.next() {
                    try rejects.append(other.bytes[...], of: other.mark)
                }
                try rejects.append(reject(object, rejection)[...], of: line.mark)
            }
            number += 1
            try Self.checkInterruption(number)
        }
        closeItem()
        if let rejects {
            while let other = try left.next() { try rejects.append(other.bytes[...], of: other.mark) }
            try rejects.finish()
            if droppedComeLast { try appendDropped(to: rejects) }
        }
        try output.finish()
        try places.make(.beside)
        if isNoted, let path = options.output { FileStatus.remove(ProgressFile.path(beside: path)) }
        summary.seconds = Date().timeIntervalSince(began)
        if let path = options.summary {
            var object = summary.object
            object["settings"] = .object(set.settings)
            try AtomicFile.write(object.indented, to: path)
        }
        if !options.quiet { StandardStreams.say(FunnelTable.text(summary)) }
        return summary
    }

    /// Goes through all records again, so that those which were dropped need not be held.
    private func appendDropped(to rejects: Sink) throws {
        var lines = try ShardLines(set.outputs, kept: set.kept)
        var number = 0
        while let line = try lines.next() {
            if case .dropped(let object, let rejection)? = try decision?(number, line.bytes) {
                try rejects.append(reject(object, rejection)[...], of: line.mark)
            }
            number += 1
            try Self.checkInterruption(number)
        }
        try rejects.finish()
    }

    private func reject(_ object: JSONObject, _ rejection: Rejection) -> [UInt8] {
        var object = object.rejected(by: dropper, rejection, kind: "dropped", place: nil)
        redact(&object)
        return Self.bytes(object)
    }

    private static func bytes(_ object: JSONObject) -> [UInt8] {
        var bytes: [UInt8] = []
        object.write(into: &bytes)
        return bytes
    }

    private static func checkInterruption(_ number: Int) throws { if number % 1024 == 0 { try Task.checkCancellation() } }

    /// A file on its way, settled after each item, as the runner does it: gzip members then end where one machine ends them.
    private final class Sink {
        private let output: RecordOutput
        private var item = -1

        init(_ output: RecordOutput) { self.output = output }

        func append(_ line: ArraySlice<UInt8>, of mark: ShardMark) throws {
            if mark.item != item { try output.settle() }
            item = mark.item
            output.append(line: line)
        }

        func finish() throws {
            try output.settle()
            try output.finish()
            if output.isRegularFile { try output.synchronize() }
        }
    }
}
