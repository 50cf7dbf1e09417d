import Foundation
import Ground
import Records
import Stages
import Synchronization
import TestSupport
import Testing

@testable import Stages

/// A stage that keeps the last record of each key: what stays is known only when all have been seen.
@Suite struct DeferralTests {
    private final class LastOfEach: Sendable {
        private let state = Mutex((keys: [UInt64](), last: [UInt64: Int](), isClosed: false))

        var deferral: Deferral {
            Deferral(
                see: { yield in self.state.withLock { $0.keys += yield.marks } },
                close: {
                    self.state.withLock { state in
                        for (number, key) in state.keys.enumerated() { state.last[key] = number }
                        state.isClosed = true
                    }
                },
                rejection: { number in
                    self.state.withLock { state in
                        let last = state.last[state.keys[number]] ?? 0
                        return state.isClosed && last == number ? nil : Rejection("again", value: .integer(last))
                    }
                })
        }
    }

    private func run(_ options: StageOptions, batchBytes: Int = 0, keys: Int = 40) async throws -> StageSummary {
        var runner = StageRunner(stage: "last", fingerprint: "f", options: options)
        runner.deferral = LastOfEach().deferral
        runner.batchBytes = batchBytes
        return try await runner.run(over: { try RecordSource(options.inputs) }) { record in
            let outcomes = try await mixedTransform(record)
            var marks: [UInt64] = []
            for case .kept(let records) in outcomes { for record in records { marks.append(UInt64((record["n"]?.integer ?? 0) % keys)) } }
            return StageYield(outcomes, marks: marks)
        }
    }

    @Test("what stays is decided when all have been seen; the bytes are the same in batches of any size, with rejects or without")
    func decisions() async throws {
        try await withWorkbench { bench in
            try bench.write(500)
            let summary = try await run(bench.options { $0.concurrency = 1 })
            let kept = try RecordSource.readAll([bench.output]).compactMap { $0.object["n"]?.integer }
            #expect(summary.kept == kept.count && kept == kept.sorted() && Set(kept.map { $0 % 40 }).count == kept.count)
            #expect(summary.read == 500 && summary.dropped["again", default: 0] > 300 && summary.broken["eleventh", default: 0] > 30)
            let (output, rejects) = (bench.bytes("out.jsonl"), bench.bytes("rejects.jsonl"))
            let reasons = try RecordSource.readAll([bench.path("rejects.jsonl")]).compactMap { $0.object["reason"]?.string }
            #expect(reasons.count == summary.droppedCount + summary.brokenCount)
            for (batch, concurrency) in [(300, 3), (1 << 20, 2)] {
                let options = bench.options {
                    $0.concurrency = concurrency
                    $0.force = true
                }
                #expect(try await run(options, batchBytes: batch).counts == summary.counts)
                #expect(bench.bytes("out.jsonl") == output && bench.bytes("rejects.jsonl") == rejects)
            }
            _ = try await run(
                bench.options {
                    $0.rejects = nil
                    $0.force = true
                })
            #expect(bench.bytes("out.jsonl") == output)
        }
    }

    @Test("a run that is taken up again sees everything and writes on where it stopped")
    func resuming() async throws {
        try await withWorkbench { bench in
            // Keys that never come again, so that what the first run wrote stays right when more comes.
            try bench.write(300)
            let options = bench.options { $0.resume = true }
            _ = try await run(options, batchBytes: 500, keys: 1_000_000)
            try bench.write(700)
            let summary = try await run(options, batchBytes: 500, keys: 1_000_000)
            #expect(summary.read == 700 && summary.resumed == 300)
            let found = bench.bytes("out.jsonl")
            _ = try await run(
                bench.options {
                    $0.force = true
                }, keys: 1_000_000)
            #expect(bench.bytes("out.jsonl") == found)
            try bench.write(100)
            await #expect(throws: StageError.self) { _ = try await run(options, keys: 1_000_000) }
        }
    }

    @Test("the spool gives back what it took, from memory and from its file", arguments: [0, 3, 5000], [0, 2 << 20, 64 << 20])
    func spool(_ count: Int, memory: Int) throws {
        let spool = StageSpool(keepsRejects: true, memory: memory)
        func object(_ number: Int) -> JSONObject { ["n": .integer(number), "text": .string(String(repeating: "ä", count: number % 700))] }
        for number in 0..<count {
            let outcomes: [Outcome] = [
                .kept([object(number), object(number + 1)]), .dropped(object(number), Rejection("r", value: 1)),
                .broken(object(2), Rejection("s", threshold: "t")), .kept([]),
            ]
            try spool.append(
                Array(outcomes.prefix(number % 5)), place: SourcePlace(file: "f\(number / 10)", line: number), position: number,
                prefix: UInt64.max - UInt64(number))
        }
        try spool.rewind()
        for number in 0..<count {
            let entry = try #require(try spool.next())
            #expect(entry.place == SourcePlace(file: "f\(number / 10)", line: number))
            #expect(entry.position == number && entry.prefix == UInt64.max - UInt64(number))
            #expect(entry.pieces.count == [0, 2, 3, 4, 4][number % 5] && entry.records == (number % 5 == 0 ? 0 : 2))
            for piece in entry.pieces {
                switch piece {
                case .record(let line): #expect(try JSONObject(parsing: Array(line))["n"]?.integer ?? -1 >= number)
                case .dropped(let line, let rejection):
                    #expect(try JSONObject(parsing: Array(line)) == object(number) && rejection == Rejection("r", value: 1))
                case .broken(_, let rejection): #expect(rejection == Rejection("s", threshold: "t"))
                }
            }
        }
        #expect(try spool.next() == nil)
    }
}
