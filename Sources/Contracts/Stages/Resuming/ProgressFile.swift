import Foundation
import Ground

/// FILE.progress: how far a run has come, so that another can go on from there to the same bytes.
struct ProgressFile: Equatable, Sendable {
    /// What had been read.
    struct Prefix: Equatable, Sendable {
        var items: Int
        var offset: Int
        var fingerprint: UInt64
    }

    /// What had been written: whole bytes in the file, and what was still to become a gzip member.
    struct Written: Equatable, Sendable {
        var length: Int
        var tail: String
        /// A hash of the bytes in the file; nil in notes of versions that had none.
        var hash: UInt64?
        /// Length and hash of the file once it is whole, with its last gzip member.
        var closed: Closed?
    }

    struct Closed: Equatable, Sendable {
        var length: Int
        var hash: UInt64
    }

    /// An item that was given up for a cause that may pass: its number among those read, how many lines of output and of rejects stand
    /// before it, and why it was given up. It left one line among the rejects.
    struct Unanswered: Equatable, Sendable {
        var item: Int
        var line: Int
        var reject: Int
        var reason: String
    }

    var stage: String
    var settings: JSONObject
    var prefix: Prefix
    var output: Written
    var rejectsPath: String?
    var rejects: Written?
    var counts: JSONObject
    var isFinished: Bool
    /// In the order of their numbers; `--resume` tries them again.
    var unanswered: [Unanswered] = []
    /// Whether the files grow beside older ones, whose places they take when they are whole.
    var isBeside = false
    /// What a finished shard is one of.
    var whole: ShardWhole?
    /// Whether files are written anew beside these, in which some items were tried again.
    var isMending = false
    /// What was about to happen to the files that are described; it may have happened.
    var due: StagePlaces.Move?

    static func path(beside output: String) -> String { output + ".progress" }

    private static let format = 1

    var object: JSONObject {
        var object: JSONObject = [
            "format": .integer(Self.format), "stage": .string(stage), "finished": .bool(isFinished), "settings": .object(settings),
            "input": [
                "items": .integer(prefix.items), "offset": .integer(prefix.offset), "fingerprint": .string(hexadecimal(prefix.fingerprint)),
            ],
            "output": Self.json(output),
        ]
        if let rejectsPath, let rejects {
            object["rejects_file"] = .string(rejectsPath)
            object["rejects"] = Self.json(rejects)
        }
        object["counts"] = .object(counts)
        if !unanswered.isEmpty {
            object["unanswered"] = .array(
                unanswered.map { [.integer($0.item), .integer($0.line), .integer($0.reject), .string($0.reason)] })
        }
        if let whole { object["whole"] = ["items": .integer(whole.items), "fingerprint": .string(hexadecimal(whole.fingerprint))] }
        if isBeside { object["beside"] = true }
        if isMending { object["mending"] = true }
        if let due { object["due"] = .string(due.rawValue) }
        return object
    }

    private static func json(_ written: Written) -> JSONValue {
        var object: JSONObject = ["length": .integer(written.length), "tail": .string(written.tail)]
        object["hash"] = written.hash.map { .string(hexadecimal($0)) }
        object["closed"] = written.closed.map { ["length": .integer($0.length), "hash": .string(hexadecimal($0.hash))] }
        return .object(object)
    }

    /// Reads the file beside `output`, nil where there is none, or an empty one.
    ///
    /// - Throws: `FileError.inTheWay` where it is none of ours.
    static func read(beside output: String) throws -> ProgressFile? {
        let path = path(beside: output)
        if FileStatus.isFree(path) { return nil }
        // A device or a pipe, which to read might never end, is no note.
        guard FileStatus.isRegularFile(path), let data = FileManager.default.contents(atPath: path),
            let object = try? JSONObject(parsing: Array(data)), let progress = ProgressFile(object)
        else { throw FileError.inTheWay(file: path, what: "the notes on \(output)") }
        return progress
    }

    private init?(_ object: JSONObject) {
        guard object["format"]?.integer == Self.format, let stage = object["stage"]?.string, let finished = object["finished"]?.bool,
            let settings = object["settings"]?.object, let input = object["input"]?.object, let items = input["items"]?.integer,
            let offset = input["offset"]?.integer, let digits = input["fingerprint"]?.string, let print = UInt64(digits, radix: 16),
            let output = object["output"]?.object.flatMap(Self.written), let counts = object["counts"]?.object
        else { return nil }
        self.init(
            stage: stage, settings: settings, prefix: Prefix(items: items, offset: offset, fingerprint: print), output: output,
            rejectsPath: object["rejects_file"]?.string, rejects: object["rejects"]?.object.flatMap(Self.written), counts: counts,
            isFinished: finished)
        for entry in object["unanswered"]?.array ?? [] {
            guard let parts = entry.array, parts.count == 4, let item = parts[0].integer, let line = parts[1].integer,
                let reject = parts[2].integer, let reason = parts[3].string
            else { return nil }
            unanswered.append(Unanswered(item: item, line: line, reject: reject, reason: reason))
        }
        if let found = object["whole"]?.object {
            guard let items = found["items"]?.integer, let digits = found["fingerprint"]?.string, let print = UInt64(digits, radix: 16)
            else { return nil }
            whole = ShardWhole(items: items, fingerprint: print)
        }
        isBeside = object["beside"]?.bool ?? false
        isMending = object["mending"]?.bool ?? false
        if let word = object["due"]?.string {
            guard let move = StagePlaces.Move(rawValue: word) else { return nil }
            due = move
        }
    }

    init(
        stage: String, settings: JSONObject, prefix: Prefix, output: Written, rejectsPath: String?, rejects: Written?, counts: JSONObject,
        isFinished: Bool
    ) {
        self.stage = stage
        self.settings = settings
        self.prefix = prefix
        self.output = output
        self.rejectsPath = rejectsPath
        self.rejects = rejects
        self.counts = counts
        self.isFinished = isFinished
    }

    private static func written(_ object: JSONObject) -> Written? {
        guard let length = object["length"]?.integer, length >= 0, let tail = object["tail"]?.string else { return nil }
        func hash(_ object: JSONObject) -> UInt64? { object["hash"]?.string.flatMap { UInt64($0, radix: 16) } }
        let closed = object["closed"]?.object.flatMap { object in
            object["length"]?.integer.flatMap { length in hash(object).map { Closed(length: length, hash: $0) } }
        }
        return Written(length: length, tail: tail, hash: hash(object), closed: closed)
    }

    func write(beside output: String) throws {
        try AtomicFile.write(object.serialized + "\n", to: Self.path(beside: output))
    }

    /// Refuses to go on where the command is another one, and says in what.
    func check(stage: String, settings: JSONObject, rejectsPath: String?, output: String) throws {
        guard self.stage == stage else {
            throw StageError.cannotResume(file: output, reason: "it was begun by `\(self.stage)`, not `\(stage)`")
        }
        for key in self.settings.keys + settings.keys.filter({ self.settings[$0] == nil }) where self.settings[key] != settings[key] {
            let (before, now) = (self.settings[key]?.serialized ?? "not given", settings[key]?.serialized ?? "not given")
            throw StageError.cannotResume(file: output, reason: "\(key) was \(before) and is \(now) now")
        }
        guard self.rejectsPath == rejectsPath else {
            throw StageError.cannotResume(
                file: output, reason: "--rejects was \(self.rejectsPath ?? "not given") and is \(rejectsPath ?? "not given") now")
        }
    }
}
