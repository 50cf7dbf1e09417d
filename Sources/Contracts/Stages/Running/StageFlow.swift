import Ground
import Records

/// One run of a stage: starts transforms, puts what they give in order, writes it, and ends in order whatever happens.
struct StageFlow<Item: StageItem> {
    private enum Event: Sendable {
        case message(StageFeed<Item>.Message)
        case done(Int, [Result<StageYield, any Error>])
        case tick
    }

    private let runner: StageRunner
    private let settings: JSONObject
    private let exclusion: Exclusion?
    private let progress: ProgressFile?
    private let feed: StageFeed<Item>
    private let transform: @Sendable (Item) async throws -> StageYield

    private var meter: ProgressMeter
    private var window: StageWindow<Item>
    /// Made when there is something to write, so that a run that fails at once leaves no file behind.
    private var writer: StageWriter?
    /// Where everything waits that a deferral has seen, before the first is written.
    private let spool: StageSpool?
    private var position = 0
    private var isReading = false
    private var isTicking = false
    /// Nothing more is read or started.
    private var isAtEnd = false
    private var isInterrupted = false
    /// What ends the run once everything before it is written.
    private var failure: (any Error)?
    /// The first broken record: its place, and the reason.
    private var firstFault: String?
    /// Nothing more is written.
    private var isStopped = false
    private var nextPoint = 0.0

    private static var tickNanoseconds: UInt64 { 100_000_000 }
    private static var secondsBetweenPoints: Double { 0.5 }
    /// Points may take this share of the time at most, where the disk is slow.
    private static var shareOfPoints: Double { 0.05 }

    init(
        runner: StageRunner, settings: JSONObject, exclusion: Exclusion?, progress: ProgressFile?, feed: StageFeed<Item>,
        meter: ProgressMeter, transform: @escaping @Sendable (Item) async throws -> StageYield
    ) {
        self.runner = runner
        self.settings = settings
        self.exclusion = exclusion
        self.progress = progress
        self.feed = feed
        self.meter = meter
        self.transform = transform
        position = progress?.prefix.offset ?? 0
        window = StageWindow(
            concurrency: runner.options.concurrency, batchBytes: runner.batchBytes, mostBytes: runner.mostBytes)
        spool = runner.deferral == nil ? nil : StageSpool(keepsRejects: runner.options.rejects != nil)
    }

    mutating func run() async throws -> StageSummary {
        do {
            try await withThrowingTaskGroup(of: Event.self) { group in
                defer {
                    group.cancelAll()
                    feed.close()
                }
                while try await turn(in: &group) {}
            }
            if let spool, let deferral = runner.deferral, failure == nil, !isInterrupted { try replay(spool, deferral) }
            return try end()
        } catch FileError.closedPipe {
            writer?.mark(interrupted: false, outputClosed: true, seconds: meter.seconds)
            return summary
        }
    }

    /// Starts what can be started, writes what can be written, waits for what comes next; false at the end.
    private mutating func turn(in group: inout ThrowingTaskGroup<Event, any Error>) async throws -> Bool {
        if Task.isCancelled, !isAtEnd || !window.isQueueEmpty {
            isInterrupted = true
            stopStarting()
        }
        start(in: &group)
        try write(window.takeFinished())
        if isStopped || (isAtEnd && window.isEmpty) { return false }
        // What needs no work, such as a broken line, is not waited for either.
        if window.working == 0, !window.isQueueEmpty { return true }
        if !isReading, !isAtEnd, window.isQueueEmpty {
            isReading = true
            let feed = feed
            group.addTask { .message(await feed.take()) }
        }
        if !isTicking, !Task.isCancelled {
            isTicking = true
            group.addTask {
                try? await Task.sleep(nanoseconds: Self.tickNanoseconds)
                return .tick
            }
        }
        guard let event = try await group.next() else { return false }
        try handle(event)
        return true
    }

    private mutating func handle(_ event: Event) throws {
        switch event {
        case .message(.opened(let outlook)):
            isReading = false
            meter.know(outlook)
        case .message(.entries(let entries)):
            isReading = false
            if !isAtEnd { window.enqueue(entries) }
        case .message(.ended):
            if Task.isCancelled { isInterrupted = true }
            isAtEnd = true
        case .message(.failed(let error)):
            if !isAtEnd { failure = error }
            isAtEnd = true
        case .done(let number, let results):
            window.finish(number, results)
            for case .failure(let error) in results where !Self.isWrongShape(error) { stopStarting() }
        case .tick:
            isTicking = false
            try writer?.flush()
            try pointIfDue()
            meter.show(items: spool?.count ?? summary.read, resumed: spool == nil ? summary.resumed : 0, position: position)
        }
    }

    private mutating func stopStarting() {
        isAtEnd = true
        window.clearQueue()
    }

    private mutating func start(in group: inout ThrowingTaskGroup<Event, any Error>) {
        while let (number, entries) = window.startNext() {
            if entries.count == 1, let settled = Self.settled(entries[0].item, exclusion) {
                window.finish(number, [.success(marked(settled, entries[0].number))])
                continue
            }
            let (transform, exclusion) = (transform, exclusion)
            let goesStraight = runner.orderedStep == nil && spool == nil
            let isShard = runner.options.shard != nil
            group.addTask {
                var results: [Result<StageYield, any Error>] = []
                results.reserveCapacity(entries.count)
                for entry in entries {
                    let isCut = Task.isCancelled && !results.isEmpty
                    var result = isCut ? .failure(CancellationError()) : await Self.result(of: entry.item, exclusion, transform)
                    if isShard, case .success(let yield) = result { result = .success(yield.marked(entry.number)) }
                    if goesStraight, case .success(var yield) = result {
                        yield.writeRecords()
                        result = .success(yield)
                    }
                    results.append(result)
                }
                return .done(number, results)
            }
        }
    }

    /// Records of a shard bear what puts them in order again.
    private func marked(_ yield: StageYield, _ number: Int) -> StageYield { runner.options.shard == nil ? yield : yield.marked(number) }

    /// What comes of an item without work: it is unreadable, or left out.
    private static func settled(_ item: SourceItem<Item>, _ exclusion: Exclusion?) -> StageYield? {
        switch item.content {
        case .broken(let object, let rejection): StageYield([.broken(object, rejection)])
        case .item(let content): exclusion?.rejection(of: content).map { StageYield([.dropped(content.rejectObject, $0)]) }
        }
    }

    private static func result(
        of item: SourceItem<Item>, _ exclusion: Exclusion?, _ transform: @Sendable (Item) async throws -> StageYield
    ) async -> Result<StageYield, any Error> {
        if let settled = settled(item, exclusion) { return .success(settled) }
        guard case .item(let content) = item.content else { return .success(StageYield([])) }
        do {
            return .success(try await transform(content))
        } catch let rejection as Rejection {
            return .success(StageYield([.broken(content.rejectObject, rejection)]))
        } catch {
            return .failure(error)
        }
    }

    private mutating func write(_ places: [StageWindow<Item>.Place]) throws {
        for place in places {
            switch place.result {
            case .success(let yield)?: try write(yield, of: place)
            case .failure(let error)?:
                guard let outcome = replacement(for: error, of: place) else {
                    isStopped = true
                    return
                }
                try write(marked(StageYield([outcome]), place.number), of: place)
            case nil: return
            }
        }
    }

    private mutating func write(_ yield: StageYield, of place: StageWindow<Item>.Place) throws {
        position = place.position
        if firstFault == nil,
            case .broken(_, let rejection)? = yield.outcomes.first(where: { if case .broken = $0 { true } else { false } })
        {
            firstFault = "\(place.place): \(rejection)"
        }
        if let spool {
            runner.deferral?.see(yield)
            return try spool.append(yield.outcomes, place: place.place, position: place.position, prefix: place.prefix)
        }
        try openWriter()
        let reviewed = runner.orderedStep.map { StageYield($0.review(yield)) } ?? yield
        try writer?.write(reviewed, number: place.number, place: place.place, position: place.position, prefix: place.prefix)
    }

    /// Writes what waited, without the records that the deferral lets go and without what an earlier run wrote.
    private mutating func replay(_ spool: StageSpool, _ deferral: Deferral) throws {
        try deferral.close()
        try spool.rewind()
        try openWriter()
        let done = progress?.prefix
        func mismatch(_ reason: String) -> StageError { .cannotResume(file: runner.options.output ?? "-", reason: reason) }
        if let done, done.items > spool.count {
            throw mismatch("its input gives \(spool.count) items now, and \(done.items) had been done")
        }
        var (item, record) = (0, 0)
        while let entry = try spool.next() {
            item += 1
            if let done, item <= done.items {
                record += entry.records
                if item == done.items, entry.prefix != done.fingerprint { throw mismatch("the input differs from what had been read") }
                continue
            }
            try writer?.write(entry) {
                defer { record += 1 }
                return deferral.rejection(record)
            }
            if item % 1024 == 0 {
                try pointIfDue()
                isInterrupted = Task.isCancelled
                if isInterrupted { return }
            }
        }
    }

    /// A record of another stage ends the run where it is the first that could be used; later it is one broken line among good ones.
    private mutating func replacement(for error: any Error, of place: StageWindow<Item>.Place) -> Outcome? {
        if case RecordsError.wrongShape(let wanted, let found, nil) = error {
            let counts = summary
            if counts.used > 0 || counts.droppedCount > 0 {
                let rejection = Rejection("wrong_record", value: .string(found.rawValue), threshold: .string(wanted.rawValue))
                return .broken(place.rejectObject, rejection)
            }
            failure = RecordsError.wrongShape(wanted: wanted, found: found, place: place.place)
        } else if error is CancellationError || Task.isCancelled {
            isInterrupted = true
        } else {
            failure = error
        }
        return nil
    }

    private static func isWrongShape(_ error: any Error) -> Bool {
        if case RecordsError.wrongShape = error { true } else { false }
    }

    private mutating func openWriter() throws {
        guard writer == nil else { return }
        writer = try StageWriter(
            stage: runner.stage, options: runner.options, settings: settings, from: progress, redact: runner.redact)
        try runner.remember(progress)
        schedulePoint(after: 0)
    }

    private var summary: StageSummary {
        if let writer { return writer.summary }
        var summary = StageSummary(stage: runner.stage, maxBroken: runner.options.maxBroken)
        if let progress { summary.takeUp(progress.counts) }
        return summary
    }

    private static func advice(unanswered: Int) -> String {
        "\(unanswered == 1 ? "1 record was" : "\(unanswered) records were") given up for a cause that may pass; the same command with --resume "
            + "tries \(unanswered == 1 ? "it" : "them") again.\n"
    }

    private static var resumeAdvice: String { "Interrupted; the same command with --resume goes on from here.\n" }

    private mutating func pointIfDue() throws {
        guard meter.seconds >= nextPoint else { return }
        let before = meter.seconds
        try writer?.point()
        schedulePoint(after: meter.seconds - before)
    }

    private mutating func schedulePoint(after cost: Double) {
        nextPoint = meter.seconds + max(Self.secondsBetweenPoints, cost / Self.shareOfPoints)
    }

    private mutating func end() throws -> StageSummary {
        if let failure {
            meter.end("")
            do {
                try writer?.point()
                try writer?.flush()
            } catch {
                // What came first is what the user must hear of.
                throw failure
            }
            throw failure
        }
        let isShardOfSome = runner.options.shard != nil && (feed.whole?.items ?? 0) > 0
        if summary.read == 0, !isInterrupted, runner.options.limit != 0, !isShardOfSome {
            throw StageError.noRecords(inputs: runner.options.inputs)
        }
        try openWriter()
        if isInterrupted {
            try writer?.point()
            try writer?.flush()
        } else {
            try writer?.finish(feed.whole)
        }
        writer?.mark(interrupted: isInterrupted, outputClosed: false, seconds: meter.seconds)
        var summary = summary
        (summary.notRead, summary.firstFault) = (runner.notRead, firstFault)
        if let path = runner.options.summary {
            // With what made the output what it is, the summary is the data's card.
            var object = summary.object
            object["settings"] = .object(settings)
            try AtomicFile.write(object.indented, to: path)
        }
        var advice = ""
        if writer?.canResume == true {
            let unanswered = writer?.unanswered.count ?? 0
            if unanswered > 0 { advice = Self.advice(unanswered: unanswered) }
            if isInterrupted { advice += Self.resumeAdvice }
        }
        meter.end(FunnelTable.text(summary) + advice)
        return summary
    }
}
