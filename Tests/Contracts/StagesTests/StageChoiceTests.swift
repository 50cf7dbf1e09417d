import Foundation
import Ground
import Records
import Stages
import Synchronization
import TestSupport
import Testing

@testable import Stages

@Suite struct StageChoiceTests {
    private func ids(_ options: StageOptions) async throws -> [Int] {
        let runner = StageRunner(stage: "test", fingerprint: "f", options: options)
        _ = try await runner.run { .kept([$0.object]) }
        return try RecordSource.readAll([options.output ?? ""]).compactMap { $0.object["n"]?.integer }
    }

    @Test("--sample takes the same records whatever their order, in the order of the input, from a file as from a pipe")
    func sample() async throws {
        try await withWorkbench { bench in
            try bench.write(5000)
            let options = bench.options {
                $0.sample = 100
                $0.force = true
            }
            let chosen = try await ids(options)
            #expect(chosen.count == 100 && chosen == chosen.sorted())
            #expect(chosen.contains { $0 < 1000 } && chosen.contains { $0 > 4000 })
            let lines = try String(contentsOfFile: bench.input, encoding: .utf8).split(separator: "\n")
            try Data((lines.reversed().joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: bench.input))
            #expect(try await ids(options) == chosen.reversed())
            let fifo = bench.path("pipe")
            #expect(mkfifo(fifo, 0o600) == 0)
            let whole = bench.bytes("in.jsonl") ?? Data()
            let writer = OtherThread { Self.feed(whole, fifo) }
            #expect(
                try await ids(
                    bench.options {
                        $0.inputs = [fifo]
                        $0.sample = 100
                        $0.force = true
                    }) == chosen.reversed())
            #expect(await writer.value)
            #expect(
                try await ids(
                    bench.options {
                        $0.sample = 9000; $0.force = true
                    }
                ).count == 5000)
        }
    }

    private static func feed(_ bytes: Data, _ fifo: String) -> Bool {
        guard let handle = FileHandle(forWritingAtPath: fifo) else { return false }
        do {
            try handle.write(contentsOf: bytes)
            try handle.close()
            return true
        } catch { return false }
    }

    @Test("--limit takes the first ones, and a longer limit goes on from a shorter one")
    func limit() async throws {
        try await withWorkbench { bench in
            try bench.write(50)
            #expect(
                try await ids(
                    bench.options {
                        $0.limit = 7; $0.resume = true
                    }) == Array(0..<7))
            #expect(
                try await ids(
                    bench.options {
                        $0.limit = 20; $0.resume = true
                    }) == Array(0..<20))
            #expect(
                try await ids(
                    bench.options {
                        $0.limit = 0; $0.force = true
                    }) == [])
        }
    }

    @Test("--exclude leaves out ids, URLs, whole domains and JSON records, before sample and limit count")
    func exclude() async throws {
        try await withWorkbench { bench in
            let lines = [
                #"{"id":"a","n":0,"url":"https://www.spam.example/x"}"#, #"{"id":"b","n":1,"url":"https://good.example/1"}"#,
                #"{"id":"c","n":2,"url":"http://user@Spam.Example:8080?q"}"#, #"{"id":"d","n":3,"url":"https://notspam.example/"}"#,
                #"{"id":"e","n":4,"url":"https://good.example/2"}"#, #"{"id":"f","n":5,"passage_id":"p"}"#, #"{"id":"g","n":6}"#,
                #"{"id":"h","n":7}"#,
            ]
            try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: bench.input))
            let list = "# a list\nspam.example\r\n\n  https://good.example/2\np\n{\"id\":\"g\",\"text\":\"x\"}\n"
            try Data(list.utf8).write(to: URL(filePath: bench.path("list")))
            let options = bench.options {
                $0.exclude = bench.path("list")
                $0.force = true
            }
            #expect(try await ids(options) == [1, 3, 7])
            let reasons = try RecordSource.readAll([bench.path("rejects.jsonl")]).compactMap { $0.object["reason"]?.string }
            #expect(reasons == Array(repeating: "excluded", count: 5))
            var two = options
            two.limit = 2
            #expect(try await ids(two) == [1, 3])
            var sampled = options
            sampled.sample = 3
            #expect(try await ids(sampled) == [1, 3, 7])
            try Data("{\"text\":1}\n".utf8).write(to: URL(filePath: bench.path("list")))
            await #expect(throws: StageError.self) { try await ids(options) }
        }
    }

    @Test("the ordered step sees outcomes in input order, and after an interruption what was written before")
    func orderedStep() async throws {
        try await withWorkbench { bench in
            let lines = (0..<200).map { #"{"n":\#($0),"key":\#($0 * 7 % 40)}"# }
            try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: bench.input))
            @Sendable func unique(_ options: StageOptions, stopAt: Int?) async throws -> StageSummary {
                let seen = Mutex(Set<Int>())
                let step = OrderedStep(
                    review: { outcome in
                        guard case .kept(let objects) = outcome else { return [outcome] }
                        return objects.map { object in
                            let isNew = seen.withLock { $0.insert(object["key"]?.integer ?? 0).inserted }
                            return isNew ? .kept([object]) : .dropped(object, Rejection("duplicate"))
                        }
                    }, remember: { object in seen.withLock { _ = $0.insert(object["key"]?.integer ?? 0) } })
                return try await StageRunner(stage: "unique", fingerprint: "f", options: options, orderedStep: step).run { record in
                    if let stopAt, record.object["n"]?.integer == stopAt { throw Stop() }
                    await Task.yield()
                    return .kept([record.object])
                }
            }
            for name in ["out.jsonl", "out.jsonl.gz"] {
                let options = bench.options {
                    $0.output = bench.path(name)
                    $0.rejects = nil
                    $0.resume = true
                }
                await #expect(throws: Stop.self) { _ = try await unique(options, stopAt: 23) }
                let summary = try await unique(options, stopAt: nil)
                #expect(summary.kept == 40 && summary.dropped == ["duplicate": 160])
                let kept = try RecordSource.readAll([bench.path(name)]).compactMap { $0.object["n"]?.integer }
                #expect(kept == Array(0..<40))
            }
        }
    }

    @Test("runs over any source of items, whose memory in flight is bounded")
    func anySource() async throws {
        struct Page: StageItem {
            var number: Int
            var identifiers: [String] { ["page \(number)"] }
            var url: String? { nil }
            var rejectObject: JSONObject { ["page": .integer(number)] }
        }
        struct Pages: StageSource {
            var totalBytes: Int? { nil }
            var number = 0
            let given: Counter
            mutating func next() -> SourceItem<Page>? {
                guard number < 60 else { return nil }
                number += 1
                given.count.add(1, ordering: .relaxed)
                return SourceItem(
                    .item(Page(number: number)), place: SourcePlace(file: "pages", line: number), stamp: UInt64(number),
                    byteCount: 30 << 20,
                    position: number)
            }
        }
        final class Counter: Sendable {
            let count = Atomic<Int>(0)
            let done = Atomic<Int>(0)
            let ahead = Atomic<Int>(0)
        }
        let counter = Counter()
        try await withWorkbench { bench in
            let runner = StageRunner(stage: "pages", fingerprint: "f", options: bench.options())
            let summary = try await runner.run(over: { Pages(given: counter) }) { page in
                let ahead = counter.count.load(ordering: .relaxed) - counter.done.load(ordering: .relaxed)
                counter.ahead.max(ahead, ordering: .relaxed)
                await Task.yield()
                counter.done.add(1, ordering: .relaxed)
                return [.kept([["page": .integer(page.number)]])]
            }
            #expect(summary.read == 60 && summary.kept == 60)
            // 64 MiB of items of 30 MiB in the window, in the queue, in the feed, and one in the reader's hand.
            #expect(counter.ahead.load(ordering: .relaxed) <= 8)
        }
    }
}
