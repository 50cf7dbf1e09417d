import Ground
import Records

/// The writing side of a stage: records to the output, the rest to `--rejects`, and the note that `--resume` reads.
struct StageWriter {
    private(set) var summary: StageSummary
    private let options: StageOptions
    private let settings: JSONObject
    private let redact: @Sendable (inout JSONObject) -> Void
    private let output: RecordOutput
    private let rejects: RecordOutput?
    private var places: StagePlaces
    /// Keeps other runs from an output that is going to be replaced.
    private let replaced: Descriptor?
    private var prefix: ProgressFile.Prefix
    private(set) var unanswered: [ProgressFile.Unanswered]
    private var isNoted = true
    /// What the whole input was, once a shard of it is finished.
    private var whole: ShardWhole?

    /// Refuses an output that exists, before anything is read; gives what an interrupted run left to go on from.
    static func check(_ options: StageOptions, stage: String, settings: JSONObject) throws -> ProgressFile? {
        try options.check()
        for path in [options.output, options.rejects, options.summary] {
            if let path, path != "-" { try FileStatus.checkFolder(of: path) }
        }
        let note = try options.output.flatMap { try $0 == "-" ? nil : ProgressFile.read(beside: $0) }
        if options.force, StagePlaces.hasOld(options) { try SideFiles.check(StagePlaces(options, isBeside: true), .beside, note: note) }
        guard let path = options.output, path != "-" else {
            if let rejects = options.rejects { try refuseExisting(rejects, options) }
            return nil
        }
        guard options.resume else {
            try refuseExisting(path, options)
            if let rejects = options.rejects { try refuseExisting(rejects, options) }
            return nil
        }
        guard var progress = note else {
            if FileStatus.holdsData(path) {
                throw StageError.cannotResume(
                    file: path, reason: "there is no \(ProgressFile.path(beside: path)) to say how far it had come")
            }
            return nil
        }
        if let due = progress.due {
            var places = StagePlaces(options, isBeside: progress.isBeside)
            try places.make(due)
            (progress.due, progress.isBeside) = (nil, places.isBeside)
            try progress.write(beside: path)
        }
        try progress.check(stage: stage, settings: settings, rejectsPath: options.rejects, output: path)
        return progress
    }

    private static func refuseExisting(_ path: String, _ options: StageOptions) throws {
        guard !options.force, path != "-", FileStatus.isRegularFile(path) else { return }
        throw StageError.outputExists(file: path)
    }

    init(
        stage: String, options: StageOptions, settings: JSONObject, from progress: ProgressFile?,
        redact: @escaping @Sendable (inout JSONObject) -> Void
    ) throws {
        self.options = options
        self.settings = settings
        self.redact = redact
        summary = StageSummary(stage: stage, maxBroken: options.maxBroken)
        if let progress { summary.takeUp(progress.counts) }
        prefix = progress?.prefix ?? ProgressFile.Prefix(items: 0, offset: 0, fingerprint: 0)
        unanswered = progress?.unanswered ?? []
        let places = StagePlaces(options, isBeside: progress?.isBeside ?? (options.force && StagePlaces.hasOld(options)))
        self.places = places
        let path = options.output ?? "-"
        replaced = places.present(path) != path && FileStatus.isRegularFile(path) ? try Descriptor.writing(path) : nil
        output = try RecordOutput(places.present(path), from: progress?.output)
        rejects = try options.rejects.map { path throws in
            try RecordOutput(places.present(path), from: progress?.rejects)
        }
        if keepsNote { try note(isFinished: false) }
    }

    /// Takes in what came of the next item in input order.
    mutating func write(_ yield: StageYield, number: Int, place: SourcePlace, position: Int, prefix fingerprint: UInt64) throws {
        output.append(lines: yield.lines)
        if yield.lineCount == 0, yield.outcomes.count == 1, case .broken(_, let rejection) = yield.outcomes[0], rejection.isPassing {
            unanswered.append(
                .init(
                    item: number, line: summary.kept, reject: summary.droppedCount + summary.brokenCount, reason: rejection.reason))
        }
        for outcome in yield.outcomes {
            switch outcome {
            case .kept(let objects): for object in objects { output.append(object) }
            case .dropped(let object, let rejection): reject(object, rejection, kind: "dropped", place: nil)
            case .broken(let object, let rejection): reject(object, rejection, kind: "broken", place: place)
            }
        }
        summary.count(yield.outcomes, written: yield.lineCount)
        try end(number: number, position: position, prefix: fingerprint)
    }

    /// Takes in an item out of a spool; the closure says why a record that was kept so far goes after all.
    mutating func write(_ entry: StageSpool.Entry, rejection: () -> Rejection?) throws {
        var (records, reasons, faults): (Int, [String], [String]) = (0, [], [])
        func object(_ bytes: ArraySlice<UInt8>) throws -> JSONObject {
            rejects == nil ? JSONObject() : try JSONObject(parsing: Array(bytes))
        }
        for piece in entry.pieces {
            switch piece {
            case .record(let line):
                if let rejection = rejection() {
                    reasons.append(rejection.reason)
                    reject(try object(line), rejection, kind: "dropped", place: nil)
                } else {
                    records += 1
                    output.append(line: line)
                }
            case .dropped(let line, let rejection):
                reasons.append(rejection.reason)
                reject(try object(line), rejection, kind: "dropped", place: nil)
            case .broken(let line, let rejection):
                faults.append(rejection.reason)
                reject(try object(line), rejection, kind: "broken", place: entry.place)
            }
        }
        summary.count(records: records, dropped: reasons, broken: faults)
        try end(number: prefix.items, position: entry.position, prefix: entry.prefix)
    }

    /// Called where everything of an item has been taken in.
    private mutating func end(number: Int, position: Int, prefix fingerprint: UInt64) throws {
        prefix = ProgressFile.Prefix(items: number + 1, offset: position, fingerprint: fingerprint)
        isNoted = false
        try output.settle()
        try rejects?.settle()
    }

    private func reject(_ object: JSONObject, _ rejection: Rejection, kind: String, place: SourcePlace?) {
        guard let rejects else { return }
        var object = object.rejected(by: summary.stage, rejection, kind: kind, place: place)
        redact(&object)
        rejects.append(object)
    }

    /// Lets go of what has gathered, so that the next command in the pipe sees it.
    func flush() throws {
        try output.flush()
        try rejects?.flush()
    }

    /// Writes FILE.progress, where something has come since the last time.
    mutating func point() throws {
        guard keepsNote, !isNoted else { return }
        try flush()
        try output.synchronize()
        try rejects?.synchronize()
        try note(isFinished: false)
        isNoted = true
    }

    /// Ends the output, and gives it its place. FILE.progress stays with `--resume`, so that a second call finds the work done, and where
    /// something is to be tried again, or where the output is a shard; otherwise it goes.
    mutating func finish(_ whole: ShardWhole?) throws {
        self.whole = options.shard == nil ? nil : whole
        // What becomes a member now may have to grow when the input does, so the note keeps what there was before it.
        try flush()
        var end = output.written
        var rejected = rejects?.written
        try output.finish()
        try rejects?.finish()
        end.closed = output.closed
        rejected?.closed = rejects?.closed
        let staysNoted = keepsNote && (options.resume || options.staysNoted || options.shard != nil || !unanswered.isEmpty)
        if staysNoted || places.isBeside {
            try output.synchronize()
            try rejects?.synchronize()
        }
        if places.isBeside {
            if keepsNote { try note(isFinished: true, output: end, rejects: rejected, due: .beside) }
            try places.make(.beside)
        }
        if staysNoted {
            try note(isFinished: true, output: end, rejects: rejected)
        } else if keepsNote, let path = options.output {
            FileStatus.remove(ProgressFile.path(beside: path))
        }
    }

    mutating func mark(interrupted: Bool, outputClosed: Bool, seconds: Double) {
        summary.isInterrupted = interrupted
        summary.isOutputClosed = outputClosed
        summary.seconds = seconds
        summary.unanswered = unanswered.count
    }

    private var keepsNote: Bool { output.path != "-" && output.isRegularFile }
    var canResume: Bool { keepsNote }

    private func note(isFinished: Bool) throws {
        try note(isFinished: isFinished, output: output.written, rejects: rejects?.written)
    }

    private func note(
        isFinished: Bool, output: ProgressFile.Written, rejects: ProgressFile.Written?, due: StagePlaces.Move? = nil
    ) throws {
        guard let path = options.output else { return }
        var progress = ProgressFile(
            stage: summary.stage, settings: settings, prefix: prefix, output: output, rejectsPath: options.rejects, rejects: rejects,
            counts: summary.counts, isFinished: isFinished)
        progress.unanswered = unanswered
        progress.isBeside = places.isBeside
        progress.due = due
        progress.whole = whole
        try progress.write(beside: path)
    }
}

extension JSONObject {
    /// What `--rejects` receives of a record: the record, and why it went.
    func rejected(by stage: String, _ rejection: Rejection, kind: String, place: SourcePlace?) -> JSONObject {
        var object = self
        let mark = object[ShardMark.field]
        object[ShardMark.field] = nil
        object["rejected_by"] = .string(stage)
        object["kind"] = .string(kind)
        object["reason"] = .string(rejection.reason)
        object["value"] = rejection.value
        object["threshold"] = rejection.threshold
        if let place {
            object["file"] = .string(place.file)
            object["line"] = .integer(place.line)
        }
        object[ShardMark.field] = mark
        return object
    }
}
