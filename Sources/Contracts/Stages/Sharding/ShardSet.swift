import Ground
import Records

/// The outputs of one stage over all shards of one input, as their notes describe them: all there, each once, made alike and whole.
public struct ShardSet: Sendable {
    /// One shard's files.
    struct Member: Sendable {
        var path: String
        var shard: Shard
        var rejects: String?
        var counts: JSONObject
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
            members.append(Member(path: path, shard: shard, rejects: Self.rejects(note, beside: path), counts: note.counts))
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
        guard let note = try ProgressFile.read(beside: path) else { throw ShardError.noNote(file: path) }
        guard let text = note.settings[StageRunner.shardSetting]?.string, let shard = Shard(text) else {
            throw ShardError.notShard(file: path)
        }
        guard note.isFinished, note.whole != nil, note.due == nil else {
            throw ShardError.unfinished(file: path, stage: note.stage, shard: text)
        }
        if !path.hasSuffix(".gz"), let size = try Descriptor.reading(path).size, size != note.output.length {
            throw ShardError.changed(file: path, reason: "it has \(size) bytes, and \(note.output.length) had been written")
        }
        return (note, shard)
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
            return rejects
        }
    }

    /// The counts of all shards together.
    func counts(maxBroken: Double) -> StageSummary {
        var sum = StageSummary(stage: stage, maxBroken: maxBroken)
        // Counts of a file that somebody changed may be any numbers.
        for member in members {
            var part = StageSummary(stage: stage)
            part.takeUp(member.counts)
            sum.read &+= part.read
            sum.used &+= part.used
            sum.kept &+= part.kept
            sum.empty &+= part.empty
            sum.brokenItems &+= part.brokenItems
            sum.dropped.merge(part.dropped, uniquingKeysWith: &+)
            sum.broken.merge(part.broken, uniquingKeysWith: &+)
        }
        return sum
    }
}
