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
        var lines = try ShardLines(set.outputs)
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
        for path in [options.output, options.rejects, options.summary].compactMap(\.self) where path != "-" {
            try FileStatus.checkFolder(of: path)
            if path != options.summary, !options.force, FileStatus.isRegularFile(path) { throw StageError.outputExists(file: path) }
        }
    }

    public func run() throws -> StageSummary {
        try check()
        let began = Date()
        var places = StagePlaces(options, isBeside: true)
        let output = Sink(try RecordOutput(places.present(options.output ?? "-")))
        let rejects = try options.rejects.map { Sink(try RecordOutput(places.present($0))) }
        var summary = set.counts(maxBroken: options.maxBroken)
        var left = try ShardLines(options.rejects == nil ? [] : set.rejects())
        var lines = try ShardLines(set.outputs)
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
        var lines = try ShardLines(set.outputs)
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
