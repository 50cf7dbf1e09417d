import Ground

/// The reading side of a stage: sample, skip what an earlier run did, leave out, stop at the limit, hand over.
struct StageReading<Source: StageSource>: Sendable {
    var open: @Sendable () throws -> Source
    var sample: Int?
    var limit: Int?
    var exclusion: Exclusion?
    var shard: Shard?
    /// What an earlier run had read, to be skipped and compared.
    var done: ProgressFile.Prefix?
    var output: String
    /// Items are handed over once they have so many bytes together; 0 for each at once.
    var batchBytes = 0

    /// Runs on the feed's thread.
    func read(into feed: StageFeed<Source.Item>) throws {
        var source = try open()
        var chosen: [Int]?
        if let sample {
            // A pipe cannot be read twice; a source that can is opened again.
            if source.totalBytes == nil { return try readHeldSample(of: sample, from: &source, into: feed) }
            chosen = try choose(sample, from: &source)
            source = try open()
        }
        var stream = Stream(source: source, chosen: chosen)
        let count = chosen?.count ?? source.itemCount()
        try deliver(to: feed, totalBytes: source.totalBytes, items: count) { try stream.next() }
    }

    /// The source's items, or those of them that a sample chose.
    private struct Stream {
        var source: Source
        var chosen: [Int]?
        var at = 0
        var index = 0

        mutating func next() throws -> SourceItem<Source.Item>? {
            guard let chosen else { return try source.next() }
            guard at < chosen.count else { return nil }
            while let item = try source.next() {
                index += 1
                if index - 1 == chosen[at] {
                    at += 1
                    return item
                }
            }
            return nil
        }
    }

    /// The items of these numbers among those that an earlier run had read; all of them are read again and compared.
    func items(_ numbers: Set<Int>, among done: ProgressFile.Prefix) throws -> [Int: SourceItem<Source.Item>] {
        var source = try open()
        var chosen: [Int]?
        if let sample {
            chosen = try choose(sample, from: &source)
            source = try open()
        }
        var stream = Stream(source: source, chosen: chosen)
        var (prefix, read): (UInt64, Int) = (0, 0)
        var found: [Int: SourceItem<Source.Item>] = [:]
        while read < done.items, let item = try stream.next() {
            if numbers.contains(read) { found[read] = item }
            read += 1
            prefix = Self.fingerprint(prefix, item.stamp)
        }
        guard read == done.items, prefix == done.fingerprint else { throw mismatch("the input differs from what had been read") }
        return found
    }

    /// The fingerprint of some items and one more.
    private static func fingerprint(_ prefix: UInt64, _ stamp: UInt64) -> UInt64 {
        SplitMix.finish(stableHash64("", seed: prefix ^ stamp))
    }

    private func choose(_ count: Int, from source: inout Source) throws -> [Int] {
        var sampler = Sampler(count: count)
        var index = 0
        while let item = try source.next() {
            if !isExcluded(item) { sampler.offer(Sampler.hash(of: item), at: index) }
            index += 1
        }
        return sampler.chosen()
    }

    /// From a pipe: holds the candidates themselves, at most about twice the number asked for.
    private func readHeldSample(of count: Int, from source: inout Source, into feed: StageFeed<Source.Item>) throws {
        var held: [Int: SourceItem<Source.Item>] = [:]
        var sampler = Sampler(count: count)
        var index = 0
        while let item = try source.next() {
            guard !isExcluded(item) else { continue }
            sampler.offer(Sampler.hash(of: item), at: index)
            held[index] = item
            index += 1
            if held.count >= 2 * count + 1024 {
                let kept = Set(sampler.chosen())
                held = held.filter { kept.contains($0.key) }
            }
        }
        var chosen = sampler.chosen().compactMap { held[$0] }.makeIterator()
        held = [:]
        try deliver(to: feed, totalBytes: nil, items: min(count, index)) { chosen.next() }
    }

    private func isExcluded(_ item: SourceItem<Source.Item>) -> Bool {
        guard let exclusion, case .item(let content) = item.content else { return false }
        return exclusion.rejection(of: content) != nil
    }

    private func deliver(
        to feed: StageFeed<Source.Item>, totalBytes: Int?, items: Int?, next: () throws -> SourceItem<Source.Item>?
    ) throws {
        var prefix: UInt64 = 0
        var (read, counted, position) = (0, 0, 0)
        var isOpen = done == nil
        var (batch, size): ([StageFeed<Source.Item>.Entry], Int) = ([], 0)
        // How many items a shard has is known at the end.
        var outlook = StageOutlook(totalBytes: totalBytes, items: shard == nil ? [items, limit].compactMap { $0 }.min() : nil)
        if isOpen { feed.open(outlook) }
        while true {
            if let done, !isOpen, read == done.items {
                guard prefix == done.fingerprint else { throw mismatch("the input differs from what had been read") }
                outlook.skippedBytes = position
                feed.open(outlook)
                isOpen = true
            }
            if let limit, counted >= limit { break }
            let found: SourceItem<Source.Item>?
            do {
                found = try next()
            } catch {
                // What was read before is worked on all the same.
                if !batch.isEmpty { _ = feed.put(batch) }
                throw error
            }
            guard let item = found else { break }
            read += 1
            position = item.position
            prefix = Self.fingerprint(prefix, item.stamp)
            if !isExcluded(item) { counted += 1 }
            guard isOpen, shard?.holds(item.stamp) != false else { continue }
            batch.append(StageFeed.Entry(item: item, prefix: prefix, number: read - 1))
            size += item.byteCount
            guard size >= batchBytes else { continue }
            if !feed.put(batch) { return }
            (batch, size) = ([], 0)
        }
        if !batch.isEmpty, !feed.put(batch) { return }
        feed.tell(ShardWhole(items: read, fingerprint: prefix))
        if let done, !isOpen {
            throw mismatch("its input gives \(read) items now, and \(done.items) had been done")
        }
    }

    private func mismatch(_ reason: String) -> StageError { .cannotResume(file: output, reason: reason) }
}
