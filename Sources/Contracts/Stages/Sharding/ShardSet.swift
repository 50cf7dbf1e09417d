import Ground
import Records

/// The outputs of one stage over all shards of one input, as their notes describe them: all there, each once, made alike and whole.
public struct ShardSet: Sendable {
    /// One shard's files.
    struct Member: Sendable {
        var path: String
        var shard: Shard
        var rejects: String?
        var counts: StageSummary
        /// What the note says of the rejects.
        var writtenRejects: ProgressFile.Written?
    }

    /// The stage that wrote them.
    public let stage: String
    /// What they were made with, the shard's own number left out.
    public let settings: JSONObject
    /// In the order of their numbers.
    let members: [Member]

    public var outputs: [String] { members.map(\.path) }

    /// Reads the notes beside the files. `allowsHoles` lets shards be missing, and records that a server failed to answer.
    public init(_ paths: [String], allowsHoles: Bool) throws {
        var members: [Member] = []
        var first: (path: String, note: ProgressFile)?
        for path in paths {
            let (note, shard) = try Self.note(of: path)
            if let first { try Self.compare(first, (path, note)) } else { first = (path, note) }
            if let other = members.first(where: { $0.shard.number == shard.number }) {
                throw ShardError.double(what: "shard \(shard)", one: other.path, other: path)
            }
            if !note.unanswered.isEmpty, !allowsHoles { throw ShardError.unanswered(file: path, count: note.unanswered.count) }
            members.append(
                Member(
                    path: path, shard: shard, rejects: Self.rejects(note, beside: path), counts: try Self.counts(note, of: path),
                    writtenRejects: note.rejects))
        }
        guard let (path, note) = first else { throw StageError.noRecords(inputs: paths) }
        let count = members[0].shard.count
        let missing = Set(1...count).subtracting(members.map(\.shard.number)).sorted()
        guard missing.isEmpty || allowsHoles else {
            throw ShardError.missing(shards: missing.map { "\($0)/\(count)" }, stage: note.stage)
        }
        guard note.stage != "select" else { throw ShardError.notShard(file: path) }
        stage = note.stage
        settings = Self.settings(of: note)
        self.members = members.sorted { $0.shard.number < $1.shard.number }
    }

    private static func note(of path: String) throws -> (ProgressFile, Shard) {
        guard FileStatus.isRegularFile(path) else { throw FileError.cannotOpen(file: path, reason: "there is no such file") }
        let found: ProgressFile?
        do { found = try ProgressFile.read(beside: path) } catch FileError.inTheWay { throw ShardError.badNote(file: path) }
        guard let note = found else { throw ShardError.noNote(file: path) }
        guard let text = note.settings[StageRunner.shardSetting]?.string, let shard = Shard(text) else {
            throw ShardError.notShard(file: path)
        }
        guard note.isFinished, note.whole != nil, note.due == nil else {
            throw ShardError.unfinished(file: path, stage: note.stage, shard: text)
        }
        try check(path, is: note.output)
        return (note, shard)
    }

    /// Throws where a file has other bytes than its note tells of.
    private static func check(_ path: String, is written: ProgressFile.Written) throws {
        let file = try Descriptor.reading(path)
        let length = written.closed?.length ?? (path.hasSuffix(".gz") ? nil : written.length)
        if let size = file.size, let length, size != length {
            throw ShardError.changed(file: path, reason: "it has \(size) bytes, and \(length) had been written")
        }
        guard let closed = written.closed else { return }
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        var (offset, found) = (0, FNV1a.start)
        while true {
            let count = try file.read(into: &buffer, from: 0, offset: offset)
            if count == 0 { break }
            found = FNV1a.hash64(buffer[..<count], after: found)
            offset += count
            try Task.checkCancellation()
        }
        if found != closed.hash { throw ShardError.changed(file: path, reason: "its bytes are others") }
    }

    private static func settings(of note: ProgressFile) -> JSONObject {
        var settings = note.settings
        settings[StageRunner.shardSetting] = nil
        return settings
    }

    private static func compare(_ one: (path: String, note: ProgressFile), _ other: (path: String, note: ProgressFile)) throws {
        func refuse(_ name: String, _ hasOne: String, _ hasOther: String) -> ShardError {
            .mixture(name: name, one: one.path, hasOne: hasOne, other: other.path, hasOther: hasOther)
        }
        if one.note.stage != other.note.stage { throw refuse("the command", one.note.stage, other.note.stage) }
        func count(_ note: ProgressFile) -> String {
            note.settings[StageRunner.shardSetting]?.string?.split(separator: "/").last.map(String.init) ?? ""
        }
        if count(one.note) != count(other.note) { throw refuse("the number of shards", count(one.note), count(other.note)) }
        let (mine, theirs) = (settings(of: one.note), settings(of: other.note))
        if let (name, own, found) = difference(mine, theirs) { throw refuse(name, own, found) }
        if one.note.whole != other.note.whole { throw ShardError.otherInput(one: one.path, other: other.path) }
    }

    /// The first field in which two objects differ, with its values; within objects its name as `made_by.precision`.
    private static func difference(_ one: JSONObject, _ other: JSONObject) -> (String, String, String)? {
        for key in one.keys + other.keys.filter({ one[$0] == nil }) where one[key] != other[key] {
            if let mine = one[key]?.object, let theirs = other[key]?.object, let inner = difference(mine, theirs) {
                return ("\(key).\(inner.0)", inner.1, inner.2)
            }
            return (key, one[key]?.serialized ?? "not given", other[key]?.serialized ?? "not given")
        }
        return nil
    }

    /// The file of rejects that a note names, where it was written or beside the output; nil where there was none.
    private static func rejects(_ note: ProgressFile, beside path: String) -> String? {
        guard let given = note.rejectsPath, given != "-" else { return nil }
        let name = given.split(separator: "/").last.map(String.init) ?? given
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        return FileStatus.isRegularFile(folder + name) ? folder + name : given
    }

    /// The files of rejects; throws where a shard has none.
    func rejects() throws -> [String] {
        try members.map { member in
            guard let rejects = member.rejects else { throw ShardError.noRejects(file: member.path, asked: true) }
            guard FileStatus.isRegularFile(rejects) else { throw ShardError.noRejects(file: member.path, asked: false) }
            if let written = member.writtenRejects { try Self.check(rejects, is: written) }
            return rejects
        }
    }

    /// The counts of one shard; throws where no run can have come to them.
    private static func counts(_ note: ProgressFile, of path: String) throws -> StageSummary {
        var counts = StageSummary(stage: note.stage)
        counts.takeUp(note.counts)
        // So many that a sum of them cannot overflow.
        let possible = 0...(1 << 48)
        let all = [counts.read, counts.used, counts.kept, counts.empty, counts.brokenItems] + counts.dropped.values + counts.broken.values
        let isPossible =
            all.allSatisfy(possible.contains) && [counts.used, counts.empty, counts.brokenItems].allSatisfy { $0 <= counts.read }
            && counts.used <= counts.kept && (counts.used > 0 || counts.kept == 0) && counts.used + counts.empty <= counts.read
            && counts.dropped.count + counts.broken.count < 1 << 12
        guard isPossible, note.counts.keys.contains("read") else { throw ShardError.badCounts(file: path) }
        return counts
    }

    /// What is read of the shards, beside their outputs.
    func companions() -> [String] {
        members.flatMap { [ProgressFile.path(beside: $0.path), $0.path + ".signatures"] + [$0.rejects].compactMap(\.self) }
    }

    /// The number of records in each shard, by its file.
    var kept: [String: Int] { Dictionary(members.map { ($0.path, $0.counts.kept) }, uniquingKeysWith: +) }

    /// The counts of all shards together.
    func counts(maxBroken: Double) -> StageSummary {
        var sum = StageSummary(stage: stage, maxBroken: maxBroken)
        for part in members.map(\.counts) {
            sum.read += part.read
            sum.used += part.used
            sum.kept += part.kept
            sum.empty += part.empty
            sum.brokenItems += part.brokenItems
            sum.dropped.merge(part.dropped, uniquingKeysWith: +)
            sum.broken.merge(part.broken, uniquingKeysWith: +)
        }
        return sum
    }
}
