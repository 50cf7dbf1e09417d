import Foundation
import Ground
import Records

/// Tries again, before a resumed run goes on, the items that were given up for a cause that may pass, and puts what comes of them where an
/// undisturbed run would have written it.
///
/// The files are written anew beside the old ones and take their places together: FILE.progress says so first. At most `mostItems` are held
/// at a time; more take further passes.
struct StageMending<Source: StageSource>: Sendable {
    var stage: String
    var options: StageOptions
    var reading: StageReading<Source>
    var redact: @Sendable (inout JSONObject) -> Void
    var transform: @Sendable (Source.Item) async throws -> StageYield

    private var mostItems: Int { 4096 }
    /// What came of items, by their numbers, and where they stand.
    private typealias Tries = [Int: (yield: StageYield, place: SourcePlace)]

    /// What a resumed run goes on from. Where something ends the work, what was done until then is kept before the error is thrown.
    func mended(_ progress: ProgressFile) async throws -> ProgressFile {
        guard let path = options.output else { return progress }
        var progress = progress
        let all = progress.unanswered
        for start in stride(from: 0, to: all.count, by: mostItems) {
            let part = all[start..<min(all.count, start + mostItems)]
            let items = try await items(part.map(\.item), of: progress.prefix)
            let (yields, failure) = await tried(items)
            if !yields.isEmpty {
                // Earlier parts have moved the lines of this one.
                progress = try rewritten(progress, with: yields, output: path)
            }
            if let failure { throw failure }
        }
        return progress
    }

    /// The items of these numbers, read where blocking does no harm.
    private func items(_ numbers: [Int], of done: ProgressFile.Prefix) async throws -> [Int: SourceItem<Source.Item>] {
        let reading = reading
        return try await withCheckedThrowingContinuation { continuation in
            let thread = Thread {
                continuation.resume(with: Result { try reading.items(Set(numbers), among: done) })
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    /// What comes of each item, a bounded number in flight; and what ended the work before all were tried.
    private func tried(_ items: [Int: SourceItem<Source.Item>]) async -> (yields: Tries, failure: (any Error)?) {
        typealias Tried = (number: Int, place: SourcePlace, result: Result<StageYield, any Error>)
        return await withTaskGroup(of: Tried.self) { group in
            var waiting = items.sorted { $0.key < $1.key }.makeIterator()
            var yields: Tries = [:]
            var failure: (any Error)?
            func start() {
                guard failure == nil, let (number, item) = waiting.next(), case .item(let content) = item.content else { return }
                let transform = transform
                let isShard = options.shard != nil
                @Sendable func marked(_ yield: StageYield, _ number: Int) -> StageYield { isShard ? yield.marked(number) : yield }
                group.addTask {
                    do {
                        return (number, item.place, .success(marked(try await transform(content), number)))
                    } catch let rejection as Rejection {
                        return (number, item.place, .success(marked(StageYield([.broken(content.rejectObject, rejection)]), number)))
                    } catch {
                        return (number, item.place, .failure(error))
                    }
                }
            }
            for _ in 0..<options.concurrency { start() }
            while let (number, place, result) = await group.next() {
                switch result {
                case .success(let yield): yields[number] = (yield, place)
                case .failure(let error): failure = failure ?? error
                }
                start()
            }
            return (yields, Task.isCancelled ? failure ?? CancellationError() : failure)
        }
    }

    // MARK: - Files

    /// Lines that take the place of others.
    private struct Edit {
        var line: Int
        var removed: Int
        var objects: [JSONObject]
    }

    private func rewritten(
        _ old: ProgressFile, with yields: Tries, output path: String
    ) throws -> ProgressFile {
        var progress = old
        var summary = StageSummary(stage: stage)
        summary.takeUp(old.counts)
        var (edits, rejectEdits): ([Edit], [Edit]) = ([], [])
        var (added, addedRejects) = (0, 0)
        progress.unanswered = []
        for entry in old.unanswered {
            guard let (yield, place) = yields[entry.item] else {
                progress.unanswered.append(
                    .init(item: entry.item, line: entry.line + added, reject: entry.reject + addedRejects, reason: entry.reason))
                continue
            }
            var (kept, rejected): ([JSONObject], [JSONObject]) = ([], [])
            for outcome in yield.outcomes {
                switch outcome {
                case .kept(let objects): kept += objects
                case .dropped(let object, let rejection): rejected.append(reject(object, rejection, kind: "dropped", place: nil))
                case .broken(let object, let rejection): rejected.append(reject(object, rejection, kind: "broken", place: place))
                }
            }
            if yield.outcomes.count == 1, case .broken(_, let rejection) = yield.outcomes[0], rejection.isPassing {
                progress.unanswered.append(
                    .init(item: entry.item, line: entry.line + added, reject: entry.reject + addedRejects, reason: rejection.reason))
            }
            edits.append(Edit(line: entry.line, removed: 0, objects: kept))
            rejectEdits.append(Edit(line: entry.reject, removed: 1, objects: rejected))
            added += kept.count
            addedRejects += rejected.count - 1
            summary.takeBack(broken: entry.reason)
            summary.count(yield.outcomes)
        }
        var places = StagePlaces(options, isBeside: old.isBeside)
        try SideFiles.check(places, .mended, note: old)
        var begun = old
        begun.isMending = true
        try begun.write(beside: path)
        progress.output = try rewrite(path, old.output, edits, places)
        if let rejects = options.rejects, let written = old.rejects {
            progress.rejects = try rewrite(rejects, written, rejectEdits, places)
        }
        progress.counts = summary.counts
        progress.isFinished = false
        (progress.due, progress.isMending) = (.mended, false)
        try progress.write(beside: path)
        try places.make(.mended)
        progress.due = nil
        try progress.write(beside: path)
        return progress
    }

    private func reject(_ object: JSONObject, _ rejection: Rejection, kind: String, place: SourcePlace?) -> JSONObject {
        var object = object.rejected(by: stage, rejection, kind: kind, place: place)
        redact(&object)
        return object
    }

    /// Writes the file's lines and those of the edits beside it.
    private func rewrite(
        _ path: String, _ old: ProgressFile.Written, _ edits: [Edit], _ places: StagePlaces
    ) throws -> ProgressFile.Written {
        guard path != "-" else { return old }
        // What a run wrote behind its last note is not described by it.
        let present = try RecordOutput(places.present(path), length: old.length, hash: old.hash)
        let new = try RecordOutput(places.next(path, .mended))
        var remaining = edits[...]
        var (line, skipped) = (0, 0)
        func writeEdits() throws {
            while let edit = remaining.first, edit.line == line {
                for object in edit.objects {
                    new.append(object)
                    try new.settle()
                }
                skipped += edit.removed
                remaining.removeFirst()
            }
        }
        try FileLines.forEach(in: present.path, holds: old.length > 0, tail: old.tail) { bytes throws in
            try writeEdits()
            line += 1
            if skipped > 0 {
                skipped -= 1
                return
            }
            new.append(line: bytes)
            try new.settle()
        }
        try writeEdits()
        try new.flush()
        try new.synchronize()
        return new.written
    }
}

/// The lines of a file that a stage wrote, and of what waits to become its last member.
enum FileLines {
    /// - Parameter holds: whether the file has anything; an empty one is no gzip.
    static func forEach(
        in path: String, holds: Bool, tail: String, _ body: (ArraySlice<UInt8>) throws -> Void
    ) throws {
        if holds {
            let input = try ByteInput(path)
            var buffer = [UInt8](repeating: 0, count: 1 << 18)
            var (start, end) = (0, 0)
            while true {
                if end == buffer.count {
                    if start > 0 {
                        buffer.replaceSubrange(0..<end - start, with: Array(buffer[start..<end]))
                        (start, end) = (0, end - start)
                    } else {
                        buffer.append(contentsOf: repeatElement(0, count: buffer.count))
                    }
                }
                let count = try input.read(into: &buffer, from: end)
                if count == 0 { break }
                let scanned = end
                end += count
                var index = scanned
                while let newline = buffer[index..<end].firstIndex(of: 0x0A) {
                    try body(buffer[start..<newline])
                    start = newline + 1
                    index = start
                }
            }
        }
        for line in tail.utf8.split(separator: 0x0A) { try body(ArraySlice(line)) }
    }
}
