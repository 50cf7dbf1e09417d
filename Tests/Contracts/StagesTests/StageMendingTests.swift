import Foundation
import Records
import Stages
import Synchronization
import TestSupport
import Testing

@testable import Stages

/// A transform that a server stands behind which does not always answer.
private final class Service: Sendable {
    private let state = Mutex<(failing: Set<Int>, gone: Int?, asked: [Int])>(([], nil, []))

    /// The numbers that are not answered from now on, and the one at which the server is gone for good.
    func fail(_ numbers: Set<Int>, goneAt gone: Int? = nil) { state.withLock { $0 = (numbers, gone, []) } }
    var asked: Int { state.withLock { $0.asked.count } }

    @Sendable func answer(_ record: InputRecord) async throws -> [Outcome] {
        let number = record.object["n"]?.integer ?? 0
        let (fails, isGone) = state.withLock { state in
            state.asked.append(number)
            return (state.failing.contains(number), state.gone == number)
        }
        if isGone { throw Stop() }
        if fails { throw Rejection("endpoint_failed", value: "status 500", isPassing: true) }
        return try await mixedTransform(record)
    }
}

@Suite struct StageMendingTests {
    /// Some of these give one record, some two, some none, some are dropped and some broken for good.
    private static let failing: Set<Int> = [0, 1, 4, 12, 13, 27, 32, 98, 109, 199]

    private func run(_ options: StageOptions, _ service: Service) async throws -> StageSummary {
        try await StageRunner(stage: "test", settings: ["model": "calf"], options: options)
            .run(over: { try RecordSource(options.inputs) }, transform: service.answer)
    }

    /// Writes `whole` and `whole-rejects`, for the others to be held against.
    private func runUndisturbed(_ bench: Workbench, _ service: Service) async throws {
        let options = bench.options {
            $0.output = bench.path("whole"); $0.rejects = bench.path("whole-rejects")
        }
        _ = try await run(options, service)
    }

    @Test(
        "--resume tries again what a server failed to answer, and ends with the bytes of an undisturbed run",
        arguments: ["a.jsonl", "a.jsonl.gz"])
    func mending(_ name: String) async throws {
        try await withWorkbench { bench in
            try bench.write(200)
            let service = Service()
            let whole = try await run(
                bench.options {
                    $0.output = bench.path("whole-\(name)"); $0.rejects = bench.path("whole-rejects.jsonl")
                }, service)
            service.fail(Self.failing)
            let options = bench.options { $0.output = bench.path(name) }
            let first = try await run(options, service)
            #expect(first.unanswered == Self.failing.count && first.broken["endpoint_failed"] == Self.failing.count)
            // Some are still not answered, and then all are.
            service.fail([12, 199])
            let second = try await run(options.resumed, service)
            #expect(second.unanswered == 2 && service.asked == Self.failing.count)
            service.fail([])
            let third = try await run(options.resumed, service)
            #expect(third.unanswered == 0 && service.asked == 2)
            #expect(bench.bytes(name) == bench.bytes("whole-\(name)") && bench.bytes("rejects.jsonl") == bench.bytes("whole-rejects.jsonl"))
            #expect(third.counts == whole.counts)
            #expect(try await run(options.resumed, service).read == 200 && service.asked == 2)
            #expect(bench.leftovers.isEmpty, "\(bench.leftovers)")
        }
    }

    @Test("what was answered before a server was gone again is kept, and asked for no more")
    func goneAgain() async throws {
        try await withWorkbench { bench in
            try bench.write(200)
            let service = Service()
            try await runUndisturbed(bench, service)
            service.fail(Self.failing)
            let options = bench.options { $0.concurrency = 1 }
            _ = try await run(options, service)
            service.fail([], goneAt: 98)
            await #expect(throws: Stop.self) { try await run(options.resumed, service) }
            service.fail([])
            #expect(try await run(options.resumed, service).unanswered == 0)
            #expect(service.asked == Self.failing.filter { $0 >= 98 }.count)
            #expect(bench.bytes("out.jsonl") == bench.bytes("whole") && bench.bytes("rejects.jsonl") == bench.bytes("whole-rejects"))
        }
    }

    @Test("an interrupted run with unanswered records goes on with both")
    func interruptedToo() async throws {
        try await withWorkbench { bench in
            try bench.write(200)
            let service = Service()
            try await runUndisturbed(bench, service)
            service.fail(Self.failing, goneAt: 120)
            await #expect(throws: Stop.self) { try await run(bench.options(), service) }
            service.fail([])
            #expect(try await run(bench.options().resumed, service).read == 200)
            #expect(bench.bytes("out.jsonl") == bench.bytes("whole") && bench.bytes("rejects.jsonl") == bench.bytes("whole-rejects"))
        }
    }

    @Test("a run that ended between its note and the files' moves is finished by the next", arguments: [0, 1, 2])
    func killedBetween(_ moved: Int) async throws {
        try await withWorkbench { bench in
            try bench.write(200)
            let service = Service()
            service.fail(Self.failing)
            let options = bench.options()
            _ = try await run(options, service)
            let old = try #require(try ProgressFile.read(beside: bench.output))
            let (oldOutput, oldRejects) = (bench.bytes("out.jsonl"), bench.bytes("rejects.jsonl"))
            service.fail([])
            _ = try await run(options.resumed, service)
            let (newOutput, newRejects) = (bench.bytes("out.jsonl"), bench.bytes("rejects.jsonl"))
            var due = try #require(try ProgressFile.read(beside: bench.output))
            #expect(old.unanswered.count == Self.failing.count && due.unanswered.isEmpty)
            // As it was after the note that says what is to happen, and some of the moves.
            due.due = .mended
            try due.write(beside: bench.output)
            for (number, file) in [("out.jsonl", oldOutput, newOutput), ("rejects.jsonl", oldRejects, newRejects)].enumerated()
            where number >= moved {
                try file.1?.write(to: URL(filePath: bench.path(file.0)))
                try file.2?.write(to: URL(filePath: bench.path(file.0 + ".mended")))
            }
            _ = try await run(options.resumed, service)
            #expect(bench.bytes("out.jsonl") == newOutput && bench.bytes("rejects.jsonl") == newRejects)
            #expect(bench.leftovers.isEmpty)
        }
    }

    @Test("an input that was changed meanwhile is refused before anything is asked")
    func changedInput() async throws {
        try await withWorkbench { bench in
            try bench.write(50)
            let service = Service()
            service.fail([10])
            _ = try await run(bench.options(), service)
            try bench.write(50, from: 1)
            service.fail([])
            await #expect(throws: StageError.self) { try await run(bench.options().resumed, service) }
            #expect(service.asked == 0)
        }
    }
}

extension StageOptions {
    /// The same with `--resume`.
    var resumed: StageOptions {
        var options = self
        options.resume = true
        return options
    }
}

extension Workbench {
    /// Files that only stand while others are being written.
    var leftovers: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.contains(".mended") || $0.contains(".new") }
    }
}
